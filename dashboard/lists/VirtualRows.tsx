import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react'

export interface VirtualRowsProps {
  label: string
  count: number
  /** Whether `count` is all there are. */
  isWhole: boolean
  /** Height of a row that is not opened, in px. */
  size: number
  /** The row that the keys act on, which is kept in sight; -1: none. */
  at: number
  /** Null: it has not been read yet. */
  renderRow: (index: number) => ReactNode
  onSeen: (first: number, last: number) => void
}

/**
 * Rows of any height, of which only those in sight are there. They scroll with the element above them
 * that has the class `scrolls` or is the page of a run, so that what stands above goes out of sight.
 */
export function VirtualRows(props: VirtualRowsProps) {
  const { count, size, at, renderRow, onSeen } = props
  const list = useRef<HTMLDivElement>(null)
  const scroller = () => list.current?.closest<HTMLElement>('.run-page, .scrolls') ?? null
  // Read anew whenever anything was drawn: what stands above may have grown with it.
  const margin = useSyncExternalStore(watchSize, () => heightAbove(list.current, scroller()))
  const rows = useVirtualizer<HTMLElement, HTMLDivElement>({
    count,
    getScrollElement: scroller,
    estimateSize: () => size,
    scrollMargin: margin,
    overscan: 8,
    useFlushSync: false,
  })
  const items = rows.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => onSeen(first, last), [first, last, onSeen])
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' })
  }, [at, rows])
  return (
    <div
      ref={list}
      className="rows"
      role="list"
      aria-label={props.label}
      style={{ height: rows.getTotalSize() }}
    >
      {items.map(({ index, start }) => (
        <div
          key={index}
          ref={rows.measureElement}
          data-index={index}
          role="listitem"
          aria-posinset={index + 1}
          aria-setsize={props.isWhole ? count : -1}
          aria-current={index === at || undefined}
          className="row"
          style={{ transform: `translateY(${start - margin}px)` }}
        >
          {renderRow(index) ?? (
            <div className="unread" style={{ height: size }}>
              <i />
            </div>
          )}
        </div>
      ))}
    </div>
  )
}

function watchSize(listener: () => void): () => void {
  addEventListener('resize', listener)
  return () => removeEventListener('resize', listener)
}

/** How far down in what scrolls a list begins, in px. */
function heightAbove(list: HTMLElement | null, scroller: HTMLElement | null): number {
  if (list === null || scroller === null) return 0
  const above = list.getBoundingClientRect().top - scroller.getBoundingClientRect().top
  return Math.round(above + scroller.scrollTop)
}
