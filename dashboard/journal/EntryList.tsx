import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { go } from '../address.ts'
import { idFilter, MOST_IDS, replayAddress } from '../replay/wish.ts'
import { useMay } from '../session/session.ts'
import { useKeys } from '../shell/keys.ts'
import { Failed, Loading, Nothing } from '../shell/states.tsx'
import { SettleDialog } from '../state/SettleDialog.tsx'
import { admitted, arrived, NO_ARRIVALS, waitingCount, type Arrivals } from './arrivals.ts'
import { USUAL } from './columns.tsx'
import type { Row } from './row.ts'
import { EntryTable } from './EntryTable.tsx'
import { queryOf, type Filter } from './filter.ts'
import { FirstSteps } from './FirstSteps.tsx'
import { LabelDialog } from './LabelDialog.tsx'
import { ListStatus } from './ListStatus.tsx'
import { useLive } from './live.ts'
import { MOST_ROWS } from '../lists/keyset.ts'
import { usePages } from './pages.ts'
import { leaveTrail, trailOf } from './trail.ts'

export interface EntryListProps {
  filter: Filter
  turn: number
  columns: readonly string[] | null
  onAgain: () => void
  /** How many match, in words; null: it is not known. */
  matches: string | null
  /** Stands above the list, around its counts. */
  renderBar: (status: ReactNode) => ReactNode
}

/** So many rows are seen at once, for what is read: the list is not gone through anew at each row. */
const STEP = 25

/** The entries that match, and above them what came since. Keyed by filter and turn. */
export function EntryList(props: EntryListProps) {
  const { filter, turn, columns, matches, onAgain, renderBar } = props
  const name = `${queryOf(filter)} ${turn}`
  const may = useMay('replay')
  const [trail] = useState(() => trailOf(name))
  const [seen, setSeen] = useState({ first: 0, last: 0 })
  const [at, setAt] = useState(trail?.at ?? -1)
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [isPaused, setPaused] = useState(false)
  const [isLabelling, setLabelling] = useState(false)
  const [isSettling, setSettling] = useState(false)
  // Null: the list is read anew. What comes while this is drawn comes to what came before it.
  const [arrivals, setArrivals] = useState<Arrivals | null>(NO_ARRIVALS)
  const top = useRef(trail?.top ?? 0)
  const { shown: newer } = arrivals ?? NO_ARRIVALS
  const above = newer.length
  const pages = usePages(filter, turn, { first: seen.first - above, last: seen.last - above })
  const onEntries = (entries: Row[]) => {
    const where = isPaused || top.current > 4 || at > 0 ? 'waiting' : 'shown'
    // One that came while the list was read may be in it already.
    const fresh = entries.filter(({ id }) => !pages.isListed(id))
    setArrivals((known) => known && arrived(known, fresh, where))
  }
  const isOver = arrivals === null
  useEffect(() => {
    if (isOver) onAgain()
  }, [isOver, onAgain])
  const isLive = useLive(filter, pages.newest, onEntries)
  const count = above + pages.count
  const rowAt = (index: number) => (index < above ? newer[index] : pages.rowAt(index - above))
  const admit = () => {
    setArrivals((known) => known && admitted(known))
    setPaused(false)
    setAt(-1)
    document.querySelector('.scroller')?.scrollTo({ top: 0 })
  }
  const open = (index: number) => {
    const row = rowAt(index)
    if (row === undefined) return
    leave(index)
    go(`/entries/${row.id}`)
  }
  const leave = (index: number) => {
    const from = Math.max(0, index - 200)
    const ids = Array.from({ length: 400 }, (_, i) => rowAt(from + i)?.id ?? -1)
    leaveTrail({
      ...{ list: name, ids, at: index, top: top.current },
      address: location.pathname + location.search,
    })
  }
  // Of what is chosen, or of all that matches.
  const toReplay = replayAddress({
    filter: chosen.size > 0 ? idFilter(chosen, filter.stream) : filter,
  })
  const choose = useCallback((id: number) => {
    setChosen((known) => {
      const next = new Set(known)
      if (!next.delete(id)) next.add(id)
      return next
    })
  }, [])
  const see = useCallback((first: number, last: number) => {
    const near = { first: first - (first % STEP), last: last - (last % STEP) + STEP }
    setSeen((known) => (known.first === near.first && known.last === near.last ? known : near))
  }, [])
  useKeys({
    j: () => setAt(Math.min(at + 1, count - 1)),
    k: () => setAt(Math.max(at - 1, 0)),
    ArrowDown: () => setAt(Math.min(at + 1, count - 1)),
    ArrowUp: () => setAt(Math.max(at - 1, 0)),
    Enter: () => open(at),
    x: () => {
      const row = rowAt(at)
      if (row !== undefined) choose(row.id)
    },
    ...(may && { l: () => setLabelling(true), s: () => setSettling(chosen.size > 0) }),
    r: () => chosen.size <= MOST_IDS && go(toReplay),
    p: () => (isPaused ? admit() : setPaused(true)),
    '.': admit,
    Escape: () => setChosen(new Set()),
  })
  const status = (
    <ListStatus
      {...{
        pages,
        isLive,
        isPaused,
        isText: filter.text !== undefined,
        matches,
        chosen: chosen.size,
        waiting: waitingCount(arrivals ?? NO_ARRIVALS),
      }}
      onPause={() => setPaused(true)}
      onAdmit={admit}
      toReplay={chosen.size > MOST_IDS ? null : toReplay}
      onLabel={may ? () => setLabelling(true) : null}
      onSettle={may ? () => setSettling(true) : null}
      onUnchoose={() => setChosen(new Set())}
    />
  )
  const isEmpty = !pages.isFirstPending && count === 0
  return (
    <>
      {renderBar(status)}
      {pages.isFirstPending && pages.error === null && <Loading what="the journal" />}
      {pages.error !== null && (
        <Failed what="The journal" error={pages.error} onRetry={pages.retry} />
      )}
      {isEmpty && queryOf(filter) === '' && <FirstSteps />}
      {isEmpty && queryOf(filter) !== '' && (
        <Nothing title="No entry matches">
          Take away a part of the filter, or wait: what comes and matches is shown at once.
        </Nothing>
      )}
      {count > 0 && pages.error === null && (
        <EntryTable
          {...{ count, rowAt, at, chosen, isWhole: pages.isWhole }}
          shown={columns ?? USUAL}
          startAt={trail?.top ?? 0}
          onAt={(index) => (index === at ? open(index) : setAt(index))}
          onChoose={choose}
          onSeen={see}
          onScrolled={(scrolled) => void (top.current = scrolled)}
        />
      )}
      {pages.count === MOST_ROWS && (
        <p className="foot">A million rows is as far as a list goes: choose a time in the chart.</p>
      )}
      {isLabelling && (
        <LabelDialog
          {...{ filter, chosen }}
          onClose={() => setLabelling(false)}
          onDone={() => {
            setLabelling(false)
            setChosen(new Set())
            onAgain()
          }}
        />
      )}
      {isSettling && (
        <SettleDialog
          whom={{ ids: [...chosen] }}
          onClose={() => setSettling(false)}
          onDone={() => {
            setSettling(false)
            setChosen(new Set())
            onAgain()
          }}
        />
      )}
    </>
  )
}
