import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, type ReactNode } from 'react'
import { follow } from '../address.ts'
import type { Plan } from '../api/client.ts'
import { countText } from '../journal/shown.ts'
import { Needless, SparedFacts } from './Needless.tsx'
import { PlanRow } from './PlanRow.tsx'
import { leftOutTexts, orderText, sentText } from './plan-words.ts'

/** How many of a plan's entries are shown, at first and at most. */
export const FEW = 100
export const MANY = 1_000

/** What a run would send, in which order, and what is left out. */
export function PlanView({
  plan,
  limit,
  onMore,
  explained,
}: {
  plan: Plan
  /** How many of its entries were asked for. */
  limit: number
  onMore: () => void
  /** Stands above the list: all about one entry. */
  explained: ReactNode
}) {
  const { planned, context, left_out: leftOut, stops_at: stopsAt, order, entries } = plan
  const left = leftOutTexts(leftOut)
  return (
    <>
      <dl className="facts">
        <div>
          <dt>Is sent</dt>
          <dd>{sentText(plan, limit)}</dd>
        </div>
        <div>
          <dt>Left out</dt>
          <dd>{left.length === 0 ? 'nothing' : left.join(', ')}</dd>
        </div>
        <SparedFacts plan={plan} />
        {context > 0 && (
          <div>
            <dt>Besides, where one needs it</dt>
            <dd>up to {countText(context)} of context</dd>
          </div>
        )}
        <div className="order">
          <dt>Order</dt>
          <dd>{order === null ? 'not counted for so many' : orderText(order)}</dd>
        </div>
      </dl>
      <Needless plan={plan} />
      {stopsAt !== null && (
        <p className="notice">
          It ends before{' '}
          <a href={`/entries/${stopsAt}`} onClick={follow}>
            entry {stopsAt}
          </a>
          , of which nobody knows whether it was applied. Settle it, or choose what is done with
          entries in doubt.
        </p>
      )}
      {left.length > 0 && leftOut['failed'] !== undefined && (
        <p className="muted plan-note">
          A replay sends what was applied. Failures are sent where the selection says{' '}
          <code>verdict:applied,failed</code>.
        </p>
      )}
      {explained}
      {entries.length > 0 && <PlanList entries={entries} />}
      {entries.length === limit && entries.length < planned && (
        <p className="foot">
          The first {countText(entries.length)} of {countText(planned)}.{' '}
          {limit < MANY && (
            <button type="button" onClick={onMore}>
              Show more
            </button>
          )}
        </p>
      )}
    </>
  )
}

function PlanList({ entries }: Pick<Plan, 'entries'>) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
    useFlushSync: false,
  })
  return (
    <div
      ref={scroller}
      className="plan-list"
      role="list"
      aria-label="What is sent, in order"
      tabIndex={0}
    >
      <div className="all" role="presentation" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            role="listitem"
            aria-setsize={entries.length}
            aria-posinset={index + 1}
            className="plan-row"
            style={{ transform: `translateY(${start}px)`, height: ROW }}
          >
            <PlanRow ordered={entries[index]!} />
          </div>
        ))}
      </div>
    </div>
  )
}

/** As high as a row is, in pixels. */
const ROW = 48
