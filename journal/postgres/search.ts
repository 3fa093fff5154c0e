import type { Found, SearchPage } from '../contract.ts'
import type { EntrySummary } from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import type { Secrets } from '../secrets.ts'
import type { Queryable } from './database.ts'
import { SUMMARY, pageOf, toSummary, type SummaryRow } from './read.ts'
import { holds } from './where.ts'

export async function searchEntries(
  db: Queryable,
  secrets: Secrets,
  { text = '', ...rest }: EntryFilter,
  page: SearchPage,
): Promise<Found> {
  const { from, tail, values, order } = pageOf(rest, { ...page, limit: page.window })
  const looked = `(select entry.*, row_number() over (order by ${order}) as place
    from (select entry.* from ${from} ${tail}) entry) entry`
  const asked = [...values, Buffer.from(text), page.limit]
  const { rows } = await db.query<SummaryRow & { place: string }>(
    `select ${SUMMARY}, place from ${looked} where ${holds(`$${asked.length - 1}`)}
     order by place limit $${asked.length}`,
    asked,
  )
  const entries = rows.map((row) => toSummary(row, secrets))
  if (rows.length === page.limit) {
    return { entries, scanned: Number(rows.at(-1)!.place), next: placeOf(entries.at(-1)!) }
  }
  const { rows: ends } = await db.query<SummaryRow & { place: string }>(
    `select ${SUMMARY}, place from ${looked} order by place desc limit 1`,
    values,
  )
  const end = ends[0]
  if (end === undefined) return { entries, scanned: 0, next: null }
  const scanned = Number(end.place)
  const isLast = scanned < page.window
  return { entries, scanned, next: isLast ? null : placeOf(toSummary(end, secrets)) }
}

function placeOf({ orderedAt, id }: EntrySummary) {
  return { orderedAt, id }
}
