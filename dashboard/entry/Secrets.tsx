import { useMutation } from '@tanstack/react-query'
import { answered, api, type WholeEntry } from '../api/client.ts'
import { useMay } from '../session/session.ts'
import { hasSecrets, secretsOf } from './secrets.ts'

/** What is hidden, for an admin who asks: that is noted in the audit trail. */
export function Secrets({ entry }: { entry: WholeEntry }) {
  const { data, error, isPending, mutate, reset } = useMutation({
    mutationFn: () =>
      answered(api.POST('/api/entries/{id}/secrets', { params: { path: { id: entry.id } } })),
    // Nothing of it stays once it is not looked at any more.
    gcTime: 0,
  })
  const may = useMay('admin')
  if (!may || !hasSecrets(entry)) return null
  const pieces = entry.masked_pieces
  return (
    <section className="secrets" aria-label="Secrets">
      {data === undefined ? (
        <button type="button" disabled={isPending} onClick={() => mutate()}>
          Show secrets
        </button>
      ) : (
        <>
          <button type="button" onClick={reset}>
            Hide secrets
          </button>
          <dl className="pairs">
            {secretsOf(entry, data).map(({ where, value }) => (
              <div key={`${where} ${value}`}>
                <dt>{where}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {pieces.length > 0 && (
            <p className="muted">
              The {pieces.join(' and ')} body is too large for this: POST{' '}
              <code>{`/api/entries/${entry.id}/secrets/${pieces[0]}`}</code> has all of it.
            </p>
          )}
        </>
      )}{' '}
      <span className="muted" role="status">
        {error === null ? 'for admins, and noted in the audit trail' : error.message}
      </span>
    </section>
  )
}
