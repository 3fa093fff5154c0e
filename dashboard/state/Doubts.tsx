import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { follow, go } from '../address.ts'
import { answered, api, type Entry, type Stream } from '../api/client.ts'
import { countText, dateText, fullText, timeText } from '../journal/shown.ts'
import { useWalk } from '../lists/walk.ts'
import { useMay } from '../session/session.ts'
import { useKeys } from '../shell/keys.ts'
import { Failed, Loading } from '../shell/states.tsx'
import { causeWords, deliveryWords } from './doubt-words.ts'
import { SettleDialog, type SettleDialogProps } from './SettleDialog.tsx'

const PAGE = 50
const PACE = 10_000

const ASKED = [
  ...(['id', 'stream', 'arrived_at', 'method', 'target', 'verdict'] as const),
  ...(['cause', 'delivery', 'settled'] as const),
] as const
type Doubt = Pick<Entry, (typeof ASKED)[number]>

export interface DoubtsProps {
  streams: readonly Stream[]
  stream: string | undefined
  which: 'open' | 'settled'
  onWhich: (which: 'open' | 'settled') => void
}

/** Entries in doubt to be settled, or those that were; one or many are chosen. */
export function Doubts({ streams, stream, which, onWhich }: DoubtsProps) {
  const [whom, setWhom] = useState<SettleDialogProps['whom'] | null>(null)
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const may = useMay('replay')
  const open = streams.reduce((sum, one) => sum + one.unsettled, 0)
  const show = (next: 'open' | 'settled') => {
    setChosen(new Set())
    onWhich(next)
  }
  const settleChosen = () => {
    if (may && chosen.size > 0) setWhom({ ids: [...chosen] })
  }
  useKeys({ s: settleChosen, Escape: () => setChosen(new Set()) })
  return (
    <section className="panel doubts" aria-labelledby="doubts">
      <header>
        <h2 id="doubts">In doubt</h2>
        <div className="toggles" role="group" aria-label="Which">
          <button type="button" aria-pressed={which === 'open'} onClick={() => show('open')}>
            To settle ({countText(open)})
          </button>
          <button type="button" aria-pressed={which === 'settled'} onClick={() => show('settled')}>
            Settled
          </button>
        </div>
        <span className="gap" />
        {may && chosen.size > 0 && (
          <button type="button" className="primary" onClick={settleChosen} title="Settle them (s)">
            {which === 'open' ? 'Settle' : 'Take back'} {countText(chosen.size)}…
          </button>
        )}
        {may &&
          which === 'open' &&
          streams
            .filter(({ unsettled }) => unsettled > 1)
            .map((one) => (
              <button
                key={one.stream}
                type="button"
                onClick={() => setWhom({ stream: one.stream })}
              >
                Settle all of {one.stream}…
              </button>
            ))}
      </header>
      <DoubtList {...{ stream, which, chosen }} onChosen={setChosen} />
      {whom !== null && (
        <SettleDialog
          whom={whom}
          onClose={() => setWhom(null)}
          onDone={() => {
            setWhom(null)
            setChosen(new Set())
          }}
        />
      )}
    </section>
  )
}

interface DoubtListProps {
  stream: string | undefined
  which: 'open' | 'settled'
  chosen: ReadonlySet<number>
  onChosen: (chosen: ReadonlySet<number>) => void
}

function DoubtList({ stream, which, chosen, onChosen }: DoubtListProps) {
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(
    {
      queryKey: ['doubts', stream, which],
      initialPageParam: undefined as string | undefined,
      queryFn: async ({ pageParam: after, signal }) => {
        const filter =
          which === 'open'
            ? { verdict: 'in_doubt', settled: 'no', order: 'order' as const }
            : { settled: 'yes', order: '-order' as const }
        const query = {
          ...filter,
          ...{ columns: ASKED.join(','), limit: PAGE },
          ...(stream !== undefined && { stream }),
          ...(after !== undefined && { after }),
        }
        return answered(api.GET('/api/entries', { params: { query }, signal }))
      },
      getNextPageParam: ({ next }) => next ?? undefined,
      refetchInterval: PACE,
    },
  )
  const rows = (data?.pages.flatMap(({ entries }) => entries) ?? []) as Doubt[]
  const turn = (id: number) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    onChosen(next)
  }
  const at = useWalk(rows.length, (index) => go(`/entries/${rows[index]!.id}`))
  useKeys({
    x: () => {
      const row = rows[at]
      if (row !== undefined) turn(row.id)
    },
  })
  if (error !== null)
    return <Failed what="What is in doubt" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="what is in doubt" />
  if (rows.length === 0) {
    return (
      <p className="none muted">
        {which === 'open'
          ? 'Nothing is in doubt: of every recorded mutation it is known what became of it.'
          : 'Nothing was settled yet.'}
      </p>
    )
  }
  const isAll = rows.every(({ id }) => chosen.has(id))
  return (
    <>
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                checked={isAll}
                aria-label="Choose all that are shown"
                onChange={() => onChosen(new Set(isAll ? [] : rows.map(({ id }) => id)))}
              />
            </th>
            <th scope="col">Entry</th>
            <th scope="col">Arrived</th>
            <th scope="col">Request</th>
            <th scope="col">Why</th>
            {which === 'settled' && <th scope="col">Settled</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={row.id} aria-current={index === at || undefined}>
              <td className="choose">
                <input
                  type="checkbox"
                  checked={chosen.has(row.id)}
                  onChange={() => turn(row.id)}
                  aria-label={`Choose entry ${row.id}`}
                />
              </td>
              <DoubtCells row={row} />
              {which === 'settled' && (
                <td data-label="Settled">{row.settled?.replace('_', ' ')}</td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {hasNextPage && (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          More
        </button>
      )}
    </>
  )
}

function DoubtCells({ row }: { row: Doubt }) {
  const { id, stream, arrived_at: at, method, target, cause, delivery } = row
  return (
    <>
      <th scope="row" data-label="Entry">
        <a href={`/entries/${id}`} onClick={follow}>
          {id}
        </a>{' '}
        <span className="muted">{stream}</span>
      </th>
      <td data-label="Arrived">
        <time dateTime={at} title={fullText(at)}>
          {dateText(at)} {timeText(at).slice(0, 8)}
        </time>
      </td>
      <td data-label="Request" className="request">
        <span className={`method ${method.toLowerCase()}`}>{method}</span>{' '}
        <span className="mono">{target}</span>
      </td>
      <td data-label="Why">
        {[causeWords(cause), deliveryWords(delivery)].filter(Boolean).join('; ')}
      </td>
    </>
  )
}
