import type { WholeEntry } from '../api/client.ts'
import { familyOf } from '../journal/shown.ts'
import { BodyView } from './BodyView.tsx'

type Fields = WholeEntry['request_headers']

export function RequestView({ entry }: { entry: WholeEntry }) {
  return (
    <section className="side" aria-labelledby="request">
      <header>
        <h2 id="request">Request</h2>
        <span className="muted mono">HTTP/{entry.http_version}</span>
      </header>
      <FieldList fields={entry.request_headers} />
      {entry.request_trailers.length > 0 && (
        <>
          <h3>Trailers</h3>
          <FieldList fields={entry.request_trailers} />
        </>
      )}
      <BodyView
        id={entry.id}
        side="request"
        length={entry.request_length}
        capture={entry.request_capture}
        type={valueOf(entry.request_headers, 'content-type')}
      />
    </section>
  )
}

export function ResponseView({ entry }: { entry: WholeEntry }) {
  const { response_headers: fields, status } = entry
  if (fields === null || status === null) {
    return (
      <section className="side" aria-labelledby="response">
        <header>
          <h2 id="response">Response</h2>
        </header>
        <p className="no-body">
          No answer came{entry.cause !== null && <> ({entry.cause.replaceAll('_', ' ')})</>}. Of the
          request the backend may have had {DELIVERED[entry.delivery ?? 'unknown']}.
        </p>
      </section>
    )
  }
  return (
    <section className="side" aria-labelledby="response">
      <header>
        <h2 id="response">Response</h2>
        <span className={`status s${familyOf(status)}`}>{status}</span>
        <span className="muted">{entry.reason}</span>
      </header>
      <FieldList fields={fields} />
      <BodyView
        id={entry.id}
        side="response"
        length={entry.response_length ?? 0}
        capture={entry.response_capture ?? 'complete'}
        type={valueOf(fields, 'content-type')}
      />
    </section>
  )
}

const DELIVERED = { part: 'a part', whole: 'all', unknown: 'nothing, a part or all' } as const

function FieldList({ fields }: { fields: Fields }) {
  return (
    <dl className="pairs">
      {fields.map(([name, value], i) => (
        // oxlint-disable-next-line react/no-array-index-key -- their order is what they are
        <div key={i}>
          <dt>{name}</dt>
          <dd>{value ?? <span className="secret">secret, not shown</span>}</dd>
        </div>
      ))}
    </dl>
  )
}

function valueOf(fields: Fields, name: string): string {
  return fields.find(([one]) => one.toLowerCase() === name)?.[1] ?? ''
}
