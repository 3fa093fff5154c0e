import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { follow } from '../address.ts'
import { answered, api, type Alias, type Run } from '../api/client.ts'
import { PAGE, useKeyset, type KeysetPage } from '../lists/keyset.ts'
import { VirtualRows } from '../lists/VirtualRows.tsx'
import { useWalk } from '../lists/walk.ts'
import { countText } from '../journal/shown.ts'
import { Failed, Loading } from '../shell/states.tsx'

const PACE = 3_000
const ROW = 32

/** Values that the backend made anew in a run: as recorded, as they came, whose answer had them. */
export function AliasList({ run }: { run: Run }) {
  const [seen, setSeen] = useState({ first: 0, last: 0 })
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const list = useKeyset<Alias, KeysetPage<Alias>>({
    name: ['aliases', run.id],
    read: (after, signal) => readPage(run.id, after, signal),
    seen,
    pace: run.state === 'running' && PACE,
  })
  const see = useCallback((first: number, last: number) => setSeen({ first, last }), [])
  const turn = (number: number | undefined) => {
    if (number === undefined) return
    const next = new Set(open)
    if (!next.delete(number)) next.add(number)
    setOpen(next)
  }
  const at = useWalk(list.count, (index) => turn(list.rowAt(index)?.number))
  if (list.error !== null)
    return <Failed what="What was made anew" error={list.error} onRetry={list.retry} />
  if (list.first === undefined) return <Loading what="what was made anew" />
  if (list.count === 0) {
    return <p className="none muted">The backend made no value anew: all came as recorded.</p>
  }
  return (
    <section className="attempt-rows" aria-label="Values made anew">
      <VirtualRows
        {...{ label: 'Values made anew', count: list.count, isWhole: list.isWhole, size: ROW, at }}
        onSeen={see}
        renderRow={(index) => {
          const alias = list.rowAt(index)
          return (
            alias && (
              <AliasRow
                {...{ run: run.id, alias, isOpen: open.has(alias.number) }}
                onTurn={() => turn(alias.number)}
              />
            )
          )
        }}
      />
    </section>
  )
}

interface AliasRowProps {
  run: number
  alias: Alias
  isOpen: boolean
  onTurn: () => void
}

function AliasRow({ run, alias, isOpen, onTurn }: AliasRowProps) {
  const { secret, recorded, came, producer } = alias
  return (
    <div className="attempt">
      <div className="attempt-line alias-line">
        <button
          type="button"
          className="fold"
          aria-expanded={isOpen}
          aria-label={`Where ${secret ? 'this secret' : recorded} was used`}
          onClick={onTurn}
        >
          {isOpen ? '▾' : '▸'}
        </button>
        <span className="values">
          {secret ? (
            <span className="secret">a secret</span>
          ) : (
            <>
              <del>{recorded}</del> <span aria-label="came as">→</span> <mark>{came}</mark>
            </>
          )}
        </span>
        <span className="which">
          <code>{producer.place}</code> of{' '}
          <a href={`/entries/${producer.entry}`} onClick={follow}>
            entry {producer.entry}
          </a>{' '}
          <span className="muted mono">
            {producer.method} {producer.path}
          </span>
        </span>
      </div>
      {isOpen && <AliasUses run={run} alias={alias} />}
    </div>
  )
}

/** Asked for only when somebody wants to know: all that the run has kept is looked through. */
function AliasUses({ run, alias }: Pick<AliasRowProps, 'run' | 'alias'>) {
  const { entry } = alias.producer
  const { data, error, refetch } = useQuery({
    queryKey: ['values', run, entry],
    queryFn: ({ signal }) => {
      const params = { path: { id: run, entry } }
      return answered(api.GET('/api/runs/{id}/entries/{entry}/values', { params, signal }))
    },
  })
  if (error !== null)
    return <Failed what="Where it was used" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="where it was used" />
  const made = data.made.find(({ number }) => number === alias.number)
  const uses = made?.uses ?? []
  return (
    <div className="attempt-more">
      {uses.length === 0 && <p className="muted">No request used it.</p>}
      {uses.length > 0 && (
        <ul className="uses">
          {uses.map((use) => (
            <li key={`${use.entry} ${use.place}`}>
              in <code>{use.place}</code> of{' '}
              <a href={`/entries/${use.entry}`} onClick={follow}>
                entry {use.entry}
              </a>
            </li>
          ))}
          {(made?.more_uses ?? 0) > 0 && (
            <li className="muted">and {countText(made!.more_uses)} more</li>
          )}
        </ul>
      )}
    </div>
  )
}

async function readPage(
  id: number,
  after: string | undefined,
  signal: AbortSignal,
): Promise<KeysetPage<Alias>> {
  const query = { limit: PAGE, ...(after !== undefined && { after: Number(after) }) }
  const call = api.GET('/api/runs/{id}/aliases', { params: { path: { id }, query }, signal })
  const { aliases } = await answered(call)
  const last = aliases.length < PAGE ? undefined : aliases.at(-1)
  return { rows: aliases, next: last === undefined ? null : String(last.number) }
}
