import { useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { columns, features, TRACKS } from './columns.tsx'
import { Line } from './Line.tsx'
import type { Row } from './row.ts'

export interface EntryTableProps {
  count: number
  isWhole: boolean
  rowAt: (index: number) => Row | undefined
  shown: readonly string[]
  /** The row that the keys act on. */
  at: number
  chosen: ReadonlySet<number>
  onAt: (index: number) => void
  onChoose: (id: number) => void
  onSeen: (first: number, last: number) => void
  /** Where it was scrolled to when somebody left. */
  startAt: number
  onScrolled: (top: number) => void
}

const NARROW = matchMedia('(max-width: 700px)')
const watchNarrow = (listener: () => void) => {
  NARROW.addEventListener('change', listener)
  return () => NARROW.removeEventListener('change', listener)
}

/** Rows of the journal, of which only those in sight are there. */
export function EntryTable(props: EntryTableProps) {
  const { count, rowAt, shown, at, chosen, onAt, onChoose, onSeen, startAt, onScrolled } = props
  const scroller = useRef<HTMLDivElement>(null)
  const isNarrow = useSyncExternalStore(watchNarrow, () => NARROW.matches)
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isNarrow ? 54 : 27),
    overscan: 12,
    initialOffset: startAt,
    useFlushSync: false,
  })
  useEffect(() => rows.measure(), [isNarrow, rows])
  const items = rows.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => onSeen(first, last), [first, last, onSeen])
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' })
  }, [at, rows])
  const inSight = items.flatMap(({ index }) => rowAt(index) ?? [])
  const visibility = useMemo(
    () => Object.fromEntries(Object.keys(TRACKS).map((id) => [id, shown.includes(id)])),
    [shown],
  )
  const table = useTable({
    features,
    columns,
    data: inSight,
    getRowId: (row) => String(row.id),
    state: { columnVisibility: visibility },
  })
  const lines = new Map(table.getRowModel().rows.map((line) => [line.original.id, line]))
  const tracks = ['26px', ...table.getVisibleLeafColumns().map(({ id }) => TRACKS[id])].join(' ')
  const style = { '--tracks': tracks } as React.CSSProperties
  return (
    <div
      className="table"
      role="table"
      aria-label="Entries"
      aria-rowcount={props.isWhole ? count + 1 : -1}
      style={style}
    >
      <div role="rowgroup" className="head">
        <div role="row" aria-rowindex={1} className="line">
          <span role="columnheader">
            <span className="hidden">Chosen</span>
          </span>
          {table.getHeaderGroups().flatMap(({ headers }) =>
            headers.map((header) => (
              <span key={header.id} role="columnheader" className={`c-${header.column.id}`}>
                <table.FlexRender header={header} />
              </span>
            )),
          )}
        </div>
      </div>
      <div
        ref={scroller}
        className="scroller"
        role="rowgroup"
        tabIndex={0}
        aria-label="Entries, the latest first"
        onScroll={({ currentTarget }) => onScrolled(currentTarget.scrollTop)}
      >
        <div
          className="all"
          style={{ height: rows.getTotalSize() }}
          role="presentation"
          onClick={({ target }) => {
            const line = (target as Element).closest<HTMLElement>('[data-index]')
            if (line !== null) onAt(Number(line.dataset['index']))
          }}
        >
          {items.map(({ index, start, size }) => {
            const row = rowAt(index)
            const line = row === undefined ? undefined : lines.get(row.id)
            if (row === undefined || line === undefined) {
              return (
                <div
                  key={`unread ${index}`}
                  className="line unread"
                  style={{ transform: `translateY(${start}px)`, height: size }}
                  role="presentation"
                >
                  <i />
                </div>
              )
            }
            return (
              <Line
                key={row.id}
                {...{ row, index, start, size, tracks, onChoose }}
                isAt={index === at}
                isChosen={chosen.has(row.id)}
                cellsOf={() => line.getVisibleCells()}
                Shown={table.FlexRender}
              />
            )
          })}
        </div>
      </div>
    </div>
  )
}
