import type { Micros, Verdict } from '../entry.ts'
import { postEntries } from './chunks.ts'
import type { Queryable } from './database.ts'
import { micros, timestamp } from './moment.ts'
import { KNOWN_STREAMS } from './streams.ts'

// Counts over all time without reading all entries. Appends keep no counter: recorders would wait for
// each other at it, and each would pay for it. Readers do, by ids: `reprise.tally` holds all entries up
// to an id, a reader counts what is above and adds it, and `catchUp` moves the id on. What is answered is
// exact at any time; only how long it takes depends on how much came since.

/** What entries are counted by; a part of every hour and so of every longer step. */
export const QUARTER: Micros = 15 * 60 * 1_000_000

/** How many ids are counted in one statement. */
const AT_ONCE = 100_000

/** SQL of counts by stream, quarter and verdict, over `known(name)`. */
export const TALLY = `
select tally.stream, tally.quarter, tally.verdict, tally.entries, tally.first_at, tally.last_at
from known join reprise.tallied on tallied.stream = known.name
  join reprise.tally using (stream, generation)
union all
select known.name, fresh.* from known
  left join reprise.tallied on tallied.stream = known.name
  cross join lateral (${countedFrom(`id > coalesce(tallied.upto, 0)
    and verdict <> 'in_doubt' and settled is null`)}) fresh
union all
select known.name, changeable.* from known
  cross join lateral (${countedFrom(`(verdict = 'in_doubt' or settled is not null)`)}) changeable`

function countedFrom(condition: string): string {
  return `select date_bin('15 minutes', arrived_at, 'epoch') as quarter, verdict, count(*) as entries,
      min(arrived_at) as first_at, max(arrived_at) as last_at
    from reprise.entry where stream = known.name and ${condition} group by 1, 2`
}

export interface Counted {
  /** From the epoch on. */
  span: number
  verdict: Verdict
  entries: number
}

/** Counts by verdict in spans of so many quarters, of the quarters that begin in [since, until). */
export async function countQuarters(
  db: Queryable,
  stream: string | undefined,
  step: Micros,
  { since, until }: { since: Micros; until: Micros },
): Promise<Counted[]> {
  const { rows } = await db.query<{ span: string; verdict: Verdict; entries: number }>(
    // Verdicts are chosen among when all are counted: the planner would look for each by an index.
    `with known as (${KNOWN_STREAMS} where $1::text is null or stream = $1)
     select ((extract(epoch from quarter) * 1000000)::bigint / $2::bigint) as span, verdict,
       sum(entries)::float8 as entries
     from (${TALLY}) parts
     where quarter >= ${timestamp('$3::bigint')} and quarter < ${timestamp('$4::bigint')}
     group by 1, 2`,
    [stream ?? null, step, since, until],
  )
  return rows.map((row) => ({ ...row, span: Number(row.span) }))
}

/**
 * SQL that begins the tally of a stream anew, for statements that change or remove entries which may be
 * in it. It holds whoever counts until they have committed.
 */
export function countAnew(stream: string): string {
  return `update reprise.tallied set generation = generation + 1, upto = 0, seen = 0 where stream = ${stream}`
}

/** When the first and the last entry arrived; null where there is none. */
export async function countedBounds(
  db: Queryable,
  stream: string | undefined,
): Promise<{ first: Micros; last: Micros } | null> {
  const { rows } = await db.query<{ first: string | null; last: string | null }>(
    `with known as (${KNOWN_STREAMS} where $1::text is null or stream = $1)
     select ${micros('first')}, ${micros('last')} from (
       select min(first_at) as first, max(last_at) as last from (${TALLY}) parts) bounds`,
    [stream ?? null],
  )
  const { first, last } = rows[0]!
  return first === null || last === null ? null : { first: Number(first), last: Number(last) }
}

/**
 * Counts what came since the last time and makes chunks of it, until nothing is left or the signal is
 * aborted. Two processes that do so at once do not count twice.
 */
export async function catchUp(db: Queryable, signal: AbortSignal): Promise<void> {
  await db.query('select reprise.analyze_entries()')
  const { rows } = await db.query<{ name: string }>(KNOWN_STREAMS)
  for (const { name } of rows) {
    let isLeft = true
    while (isLeft && !signal.aborted) {
      const counted = await db.query<{ left: boolean }>(
        'select reprise.tally_entries($1, $2) as left',
        [name, AT_ONCE],
      )
      isLeft = counted.rows[0]!.left
    }
    while (!signal.aborted && (await postEntries(db, name))) continue
  }
}
