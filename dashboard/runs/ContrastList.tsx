import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { answered, api, type Contrast, type Run } from '../api/client.ts'
import { familyOf } from '../journal/shown.ts'
import { PAGE, useKeyset, type KeysetPage } from '../lists/keyset.ts'
import { VirtualRows } from '../lists/VirtualRows.tsx'
import { useWalk } from '../lists/walk.ts'
import { Failed, Loading } from '../shell/states.tsx'
import { EntryLink } from './AttemptList.tsx'
import { AttemptMore, Outcome } from './AttemptRow.tsx'
import { named, type Asked } from './named.ts'

type Row = Contrast & { asked: Asked | null }
type Runs = readonly [Run, Run]

const ROW = 32

/** Entries that two runs came out differently for; opened, what was different in each. */
export function ContrastList({ runs, by }: { runs: Runs; by: 'outcome' | 'any' }) {
  const [seen, setSeen] = useState({ first: 0, last: 0 })
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const [{ id, stream }, { id: other }] = runs
  const list = useKeyset<Row, KeysetPage<Row>>({
    name: ['contrasts', id, other, by],
    read: async (after, signal) => {
      const query = { by, limit: PAGE, ...(after !== undefined && { after: Number(after) }) }
      const params = { path: { id, other }, query }
      const call = api.GET('/api/runs/{id}/against/{other}', { params, signal })
      const { contrasts } = await answered(call)
      const last = contrasts.length < PAGE ? undefined : contrasts.at(-1)
      return {
        rows: await named(contrasts, stream, signal),
        next: last === undefined ? null : String(last.entry),
      }
    },
    seen,
  })
  const see = useCallback((first: number, last: number) => setSeen({ first, last }), [])
  const turn = (entry: number | undefined) => {
    if (entry === undefined) return
    const next = new Set(open)
    if (!next.delete(entry)) next.add(entry)
    setOpen(next)
  }
  const at = useWalk(list.count, (index) => turn(list.rowAt(index)?.entry))
  if (list.error !== null)
    return <Failed what="The comparison" error={list.error} onRetry={list.retry} />
  if (list.first === undefined) return <Loading what="where they differ" />
  if (list.count === 0) {
    return (
      <p className="none muted">
        {by === 'outcome'
          ? 'Every entry came to the same outcome in both.'
          : 'Outcome, status and body of every entry are the same in both.'}
      </p>
    )
  }
  return (
    <section className="attempt-rows" aria-label="Differing entries">
      <VirtualRows
        {...{ label: 'Differing entries', count: list.count, isWhole: list.isWhole, size: ROW, at }}
        onSeen={see}
        renderRow={(index) => {
          const row = list.rowAt(index)
          return (
            row && (
              <ContrastRow
                {...{ runs, row, isOpen: open.has(row.entry) }}
                onTurn={() => turn(row.entry)}
              />
            )
          )
        }}
      />
    </section>
  )
}

interface ContrastRowProps {
  runs: Runs
  row: Row
  isOpen: boolean
  onTurn: () => void
}

function ContrastRow({ runs, row, isOpen, onTurn }: ContrastRowProps) {
  return (
    <div className="attempt">
      <div className="attempt-line contrast-line">
        <button
          type="button"
          className="fold"
          aria-expanded={isOpen}
          aria-label={`What came of entry ${row.entry} in both`}
          onClick={onTurn}
        >
          {isOpen ? '▾' : '▸'}
        </button>
        <span className="which">
          <EntryLink {...row} />
        </span>
        <Side side={row.one} />
        <span aria-hidden="true">→</span>
        <Side side={row.other} />
        <span className="muted">{bodiesText(row)}</span>
      </div>
      {isOpen && (
        <div className="both">
          <Half run={runs[0]} side={row.one} />
          <Half run={runs[1]} side={row.other} />
        </div>
      )}
    </div>
  )
}

function bodiesText({ one, other, answers }: Contrast): string {
  if (one === null || other === null) return ''
  return answers === 'same' ? 'same body' : 'other body'
}

type ContrastSide = Contrast['one']

function Side({ side }: { side: ContrastSide }) {
  if (side === null) return <span className="muted">not sent</span>
  return (
    <span className="contrast-side">
      <Outcome outcome={side.outcome} />{' '}
      <span className={`status s${familyOf(side.status)}`}>{side.status ?? 'none'}</span>
    </span>
  )
}

/** One run's attempt of the entry, whole. */
function Half({ run: { id }, side }: { run: Run; side: ContrastSide }) {
  const position = side?.position ?? -1
  const { data, error, refetch } = useQuery({
    queryKey: ['attempt', id, position],
    queryFn: async ({ signal }) => {
      const query = { limit: 1, ...(position > 0 && { after: position - 1 }) }
      const params = { path: { id }, query }
      const call = api.GET('/api/runs/{id}/attempts', { params, signal })
      return (await answered(call)).attempts[0] ?? null
    },
    enabled: side !== null,
  })
  return (
    <section aria-label={`In run ${id}`}>
      <h3>Run {id}</h3>
      {side === null && <p className="muted">It did not send this entry.</p>}
      {error !== null && <Failed what="The attempt" error={error} onRetry={() => void refetch()} />}
      {side !== null && error === null && data === undefined && <Loading what="the attempt" />}
      {data && <AttemptMore run={id} attempt={data} />}
    </section>
  )
}
