import { useCallback, useState } from 'react'
import { follow, go } from '../address.ts'
import { answered, api, type Attempt, type Run } from '../api/client.ts'
import { PAGE, useKeyset, type KeysetPage } from '../lists/keyset.ts'
import { VirtualRows } from '../lists/VirtualRows.tsx'
import { useWalk } from '../lists/walk.ts'
import { useKeys } from '../shell/keys.ts'
import { Failed, Loading } from '../shell/states.tsx'
import { AttemptRow } from './AttemptRow.tsx'
import { named, type Asked } from './named.ts'

type Row = Attempt & { asked: Asked | null }

/** How often a run that is under way is looked at, in ms. */
const PACE = 1_500
const ROW = 32

/** What a run sent, in order: of these outcomes only, where some are named. The caller is keyed by both. */
export function AttemptList({ run, outcome }: { run: Run; outcome: string }) {
  const { id, stream, state } = run
  const [seen, setSeen] = useState({ first: 0, last: 0 })
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const list = useKeyset<Row, KeysetPage<Row>>({
    name: ['attempts', id, outcome],
    read: (after, signal) => readPage(id, stream, outcome, after, signal),
    seen,
    pace: state === 'running' && PACE,
  })
  const see = useCallback((first: number, last: number) => setSeen({ first, last }), [])
  const turn = (position: number | undefined) => {
    if (position === undefined) return
    const next = new Set(open)
    if (!next.delete(position)) next.add(position)
    setOpen(next)
  }
  const at = useWalk(list.count, (index) => turn(list.rowAt(index)?.position))
  useKeys({
    o: () => {
      const row = list.rowAt(at)
      if (row !== undefined) go(`/entries/${row.entry}`)
    },
  })
  if (list.error !== null)
    return <Failed what="What it sent" error={list.error} onRetry={list.retry} />
  if (list.first === undefined) return <Loading what="what it sent" />
  if (list.count === 0) {
    const what = outcome === '' ? 'Nothing was sent' : 'Nothing came out so'
    return <p className="none muted">{state === 'running' ? `${what} yet.` : `${what}.`}</p>
  }
  return (
    <section className="attempt-rows" aria-label="Attempts">
      <VirtualRows
        {...{ label: 'Attempts', count: list.count, isWhole: list.isWhole, size: ROW, at }}
        onSeen={see}
        renderRow={(index) => {
          const attempt = list.rowAt(index)
          return (
            attempt && (
              <AttemptRow
                {...{ run: id, attempt, isOpen: open.has(attempt.position) }}
                onTurn={() => turn(attempt.position)}
              >
                <EntryLink {...attempt} />
              </AttemptRow>
            )
          )
        }}
      />
    </section>
  )
}

/** An entry by its number and what it asked for. */
export function EntryLink({ entry, asked }: { entry: number; asked: Asked | null }) {
  return (
    <a href={`/entries/${entry}`} onClick={follow} title={asked?.target}>
      <b>Entry {entry}</b>
      {asked === null ? (
        <span className="muted"> is gone</span>
      ) : (
        <>
          {' '}
          <span className={`method ${asked.method.toLowerCase()}`}>{asked.method}</span>{' '}
          <span className="mono">{asked.target}</span>
        </>
      )}
    </a>
  )
}

async function readPage(
  id: number,
  stream: string,
  outcome: string,
  after: string | undefined,
  signal: AbortSignal,
): Promise<KeysetPage<Row>> {
  const query = {
    limit: PAGE,
    ...(outcome !== '' && { outcome }),
    ...(after !== undefined && { after: Number(after) }),
  }
  const call = api.GET('/api/runs/{id}/attempts', { params: { path: { id }, query }, signal })
  const { attempts } = await answered(call)
  const last = attempts.length < PAGE ? undefined : attempts.at(-1)
  return {
    rows: await named(attempts, stream, signal),
    next: last === undefined ? null : String(last.position),
  }
}
