import type { EntryCursor } from '../contract.ts'
import type { Micros } from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import { timestamp } from './moment.ts'
import { whereEntry, type Where } from './where.ts'

/** An entry that may match. */
export interface Candidate {
  stream: string
  id: number
  /** It arrived between these, both included. */
  since: Micros
  until: Micros
}

/** A filter, behind a place in an order. */
export function beyond(filter: EntryFilter, from: EntryCursor, direction: 1 | -1): Where {
  const { sql, values: known } = whereEntry(filter)
  const values = [...known]
  const place = (value: unknown) => `$${values.push(value)}::bigint`
  const past = direction === 1 ? '>' : '<'
  const mark = `(${timestamp(place(from.orderedAt))}, ${place(from.id)})`
  return { sql: `${sql} and (entry.ordered_at, entry.id) ${past} ${mark}`, values }
}

/**
 * What matches among candidates. They are looked up by lists of ids, in their weeks: a join takes ten times
 * as long. Each list is kept apart (`offset 0`) from the filter and the order, by which the planner would
 * read another index.
 */
export function among(candidates: readonly Candidate[], { sql, values: known }: Where): Where {
  const values = [...known]
  const place = (value: unknown) => `$${values.push(value)}`
  const streams = [...new Set(candidates.map(({ stream }) => stream))]
  const parts = streams.map((stream) => {
    const own = candidates.filter((one) => one.stream === stream)
    const since = Math.min(...own.map((one) => one.since))
    const until = Math.max(...own.map((one) => one.until))
    return `(select * from reprise.entry where stream = ${place(stream)}
      and id = any(${place(own.map(({ id }) => id))}::bigint[])
      and arrived_at between ${timestamp(`${place(since)}::bigint`)}
        and ${timestamp(`${place(until)}::bigint`)} offset 0)`
  })
  return { sql: `from (${parts.join(' union all ')}) entry where ${sql}`, values }
}
