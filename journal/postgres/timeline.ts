import type { Micros, Verdict } from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import { stepOver, type Timeline } from '../timeline.ts'
import type { Queryable } from './database.ts'
import { micros, numberOrNull, timestamp } from './moment.ts'
import { whereEntry } from './where.ts'

export async function readTimeline(
  db: Queryable,
  filter: EntryFilter,
  most: number,
): Promise<Timeline> {
  const bounds = await boundsOf(db, filter)
  if (bounds === null) return { since: 0, step: 0, spans: [] }
  const step = stepOver(bounds.since, bounds.until, most)
  const since = Math.floor(bounds.since / step) * step
  const spans = Array.from(
    { length: Math.ceil((bounds.until - since) / step) },
    (): Partial<Record<Verdict, number>> => ({}),
  )
  const where = whereEntry(filter)
  const place = (n: number) => `$${where.values.length + n}`
  const at = `(extract(epoch from arrived_at) * 1000000)::bigint`
  const { rows } = await db.query<{ span: number; verdict: Verdict; n: number }>(
    `select ((${at} - ${place(1)}::bigint) / ${place(2)}::bigint)::integer as span, verdict,
       count(*)::float8 as n
     from reprise.entry where ${where.sql} and arrived_at < ${timestamp(`${place(3)}::bigint`)}
     group by 1, 2`,
    [...where.values, since, step, bounds.until],
  )
  for (const { span, verdict, n } of rows) {
    const counts = spans[span]
    if (counts !== undefined) counts[verdict] = n
  }
  return { since, step, spans }
}

/** From the first to behind the last that matches, or what the filter says of either. */
async function boundsOf(
  db: Queryable,
  filter: EntryFilter,
): Promise<{ since: Micros; until: Micros } | null> {
  if (filter.since !== undefined && filter.until !== undefined) {
    return between(filter.since, filter.until)
  }
  const where = whereEntry(filter)
  const { rows } = await db.query<{ first: string | null; last: string | null }>(
    `select ${micros('first')}, ${micros('last')}
     from (select min(arrived_at) as first, max(arrived_at) as last
           from reprise.entry where ${where.sql}) bounds`,
    where.values,
  )
  const first = numberOrNull(rows[0]!.first)
  const last = numberOrNull(rows[0]!.last)
  if (first === null || last === null) return null
  return between(filter.since ?? first, filter.until ?? last + 1)
}

/** Nothing was recorded before 1970, and no span that begins there reaches across it. */
function between(since: Micros, until: Micros): { since: Micros; until: Micros } | null {
  const from = Math.max(0, since)
  return from < until ? { since: from, until } : null
}
