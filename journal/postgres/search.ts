import type { EntryCursor, EntryPage, Found, SearchPage } from '../contract.ts'
import type { EntrySummary } from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import type { Secrets } from '../secrets.ts'
import type { Pool, Queryable } from './database.ts'
import { isNothing, lookBack, walkable } from './looking-back.ts'
import { SUMMARY, pageOf, toSummary, type SummaryRow } from './read.ts'
import { whereEntry, type Where } from './where.ts'

export async function searchEntries(
  db: Pool,
  secrets: Secrets,
  filter: EntryFilter,
  page: SearchPage,
): Promise<Found> {
  const entries: EntrySummary[] = []
  let scanned = 0
  if (isNothing(filter)) return { entries, scanned, next: null }
  const isFull = () => entries.length >= page.limit
  const take = (rows: readonly SummaryRow[]) =>
    void entries.push(...rows.map((row) => toSummary(row, secrets)))
  const next = await lookBack<EntryCursor & { row: SummaryRow }>(db, filter, page, {
    async walk(after, size) {
      const limit = page.limit - entries.length
      const walk = walkOf(filter, { order: page.order, size, ...(after && { after }) })
      const { rows, looked, end } = await walked(db, walk, limit)
      take(rows)
      scanned += looked
      return { looked, end: isFull() ? placeOf(entries.at(-1)!) : end, isEnough: isFull() }
    },
    read: async ({ sql, values }, most) => {
      const way = page.order === 'order' ? 'asc' : 'desc'
      const { rows } = await db.query<SummaryRow>(
        `select ${SUMMARY} ${sql}
         order by entry.ordered_at ${way}, entry.id ${way} limit $${values.length + 1}::integer`,
        [...values, most],
      )
      return rows.map((row) => ({ ...rowPlace(row), row }))
    },
    take(found, looked) {
      take(found.map(({ row }) => row))
      scanned += looked
    },
    wanted: () => page.limit - entries.length,
  })
  return { entries, scanned, next }
}

export interface Walk {
  /** Entries one after the other with their `place` from 1, at most so many. */
  looked: string
  /** Which of them match. */
  matches: string
  values: unknown[]
  size: number
  /** The order they come in, in which they stay without being sorted again. */
  order: string
}

/** A walk over some entries, of which those that match are wanted. */
export function walkOf(
  filter: EntryFilter,
  { size, ...page }: Omit<EntryPage, 'limit'> & { size: number },
): Walk {
  const { from, tail, values, order } = pageOf(walkable(filter), { ...page, limit: size })
  const { sql: matches, values: all } = shifted(whereEntry(filter), values)
  const looked = `(select entry.*, row_number() over () as place
    from (select entry.* from ${from} ${tail}) entry) entry`
  return { looked, matches, values: all, size, order }
}

/** It ends with the last that is wanted; the last of all that were looked at is answered too. */
async function walked(db: Queryable, walk: Walk, limit: number) {
  const { looked, matches, values, size, order } = walk
  const { rows } = await db.query<SummaryRow & { place: string; matches: boolean }>(
    `select ${SUMMARY}, place, matches
     from (select *, ${matches} as matches from ${looked}) entry where matches or place = ${size}
     order by ${order} limit $${values.length + 1}`,
    [...values, limit + 1],
  )
  const found = rows.filter((row) => row.matches).slice(0, limit)
  const last = rows.at(-1)
  if (found.length === limit) return { rows: found, looked: Number(found.at(-1)!.place), end: null }
  if (Number(last?.place) === size) return { rows: found, looked: size, end: rowPlace(last!) }
  return { rows: found, ...(await walkEnd(db, walk)) }
}

function rowPlace({ ordered_at: at, id }: SummaryRow): EntryCursor {
  return { orderedAt: Number(at), id: Number(id) }
}

/** How many entries a walk looks at, and where it ends; null: nothing is behind it. */
export async function walkEnd(
  db: Queryable,
  { looked, values, size }: Walk,
): Promise<{ looked: number; end: EntryCursor | null }> {
  const { rows } = await db.query<{ place: string; at: string; id: string }>(
    // All parameters have to be named, or they have no type.
    `select place, (extract(epoch from ordered_at) * 1000000)::bigint as at, id from ${looked}
     order by place desc limit 1`,
    values.slice(0, highestParameter(looked)),
  )
  const [end] = rows
  const count = Number(end?.place ?? 0)
  const isLast = end === undefined || count < size
  return { looked: count, end: isLast ? null : { orderedAt: Number(end.at), id: Number(end.id) } }
}

function highestParameter(sql: string): number {
  return Math.max(0, ...[...sql.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)))
}

/** A condition whose parameters stand behind others. */
function shifted({ sql, values }: Where, before: readonly unknown[]): Where {
  return {
    sql: sql.replaceAll(/\$(\d+)/g, (_, n: string) => `$${Number(n) + before.length}`),
    values: [...before, ...values],
  }
}

function placeOf({ orderedAt, id }: EntrySummary): EntryCursor {
  return { orderedAt, id }
}
