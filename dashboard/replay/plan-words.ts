import type { Plan } from '../api/client.ts'
import { countText } from '../journal/shown.ts'

// A plan in words.

type Order = NonNullable<Plan['order']>
type Compaction = NonNullable<Plan['compaction']>
type Reason = Plan['entries'][number]['waits_for'][number]

const LEFT: Readonly<Record<string, string>> = {
  in_doubt: 'in doubt',
  not_applied: 'settled as not applied',
}

/**
 * How many requests go out; where it ends before an entry in doubt, as many as were asked for
 * (`limit`) tell it, or nobody knows.
 */
export function sentText({ planned, stops_at: stopsAt, entries }: Plan, limit: number): string {
  if (stopsAt === null) return countText(planned)
  return entries.length < limit ? countText(entries.length) : `up to ${countText(planned)}`
}

const KEPT: Readonly<Record<string, string>> = {
  overlaps: 'overlapped with the later request: nobody knows which was done first',
  spoken_of: 'are spoken of by something between that is sent',
  value_used: 'brought a value that something that is sent uses',
  makes: 'made what they were sent to',
  unreadable: 'have an answer that was not kept whole, or is too large to be looked into',
}

/** What is sent though a rule is about it, by why. */
export function keptTexts(kept: Compaction['kept']): string[] {
  return Object.entries(kept).map(([why, n]) => `${countText(n)} ${KEPT[why] ?? why}`)
}

/** What is not sent, by why. */
export function leftOutTexts(leftOut: Plan['left_out']): string[] {
  return Object.entries(leftOut).map(([why, n]) => `${countText(n)} ${LEFT[why] ?? why}`)
}

export function orderText({ chain, widest, lanes, kept, are }: Order): string {
  const bound = are === 'least' ? 'at least ' : ''
  const parts = [
    `${bound}${countText(chain)} one after the other`,
    `up to ${countText(widest)} side by side`,
    ...(lanes > 0 ? [lanes === 1 ? '1 lane' : `${countText(lanes)} lanes`] : []),
    ...(kept > 0 ? [`${countText(kept)} kept between lanes`] : []),
  ]
  return parts.join(' · ')
}

export function reasonText({ because, value }: Reason): string {
  if (because === 'value') return `uses ${value ?? 'a value'} of it`
  if (because === 'end') return `ends ${value ?? 'a value'} that it uses`
  return because === 'answered' ? 'was answered before' : 'clocks may differ'
}
