import { codeOf } from '../problem.ts'
import type { EntryCursor, EntryOrder, SearchPage } from '../contract.ts'
import type { Micros } from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import type { PathPattern } from '../path-pattern.ts'
import type { Pool, Queryable } from './database.ts'
import { micros, timestamp } from './moment.ts'
import { KNOWN_STREAMS } from './tally.ts'
import { isStorable } from './text.ts'
import { whereEntry, type Where } from './where.ts'

// How a few entries are found among millions, whatever is asked for, in a time that is bounded.
//
// What is frequent is found by a walk: some thousand entries in their order. What is rare is found by
// sweeps, each over a span of time: an index (entry_skip) knows which values occur in each stretch of
// some 200 entries, so that nearly all of them are skipped. A sweep that was quick is followed by a
// longer one, one that took too long is given up for a shorter one. When the time is over, what was found
// is answered, and the place from which to go on.

/** How far a step got: null, where nothing is left. */
export interface Step {
  /** How many entries were looked at. */
  looked: number
  end: EntryCursor | null
  /** Whether no more is wanted. */
  isEnough: boolean
}

export interface Steps {
  /** Takes at most so many entries one by one, from behind a place on. */
  walk(after: EntryCursor | undefined, size: number): Promise<Step>
  /** Takes all in a span that match; with an end only where it has enough. */
  sweep(db: Queryable, span: Span): Promise<EntryCursor | null>
}

/** All places behind one, as far as a moment, and when the first entry there may have arrived. */
export interface Span {
  after: EntryCursor
  to: Micros
  direction: 1 | -1
  arrivedSince: Micros
}

/** How long steps are begun, and how long a sweep may take, in ms: an answer is there within 200. */
const TIME = 100
const SWEEP = 60
/** How many entries are taken in one walk. */
const FIRST_WALK = 500
const WALK = 2_000
const GROWTH = 16
/** Below that length walks are better. */
const SHORTEST_SWEEP: Micros = 1_000_000
/** A life of a journal. */
const LONGEST_SWEEP: Micros = 1e15

/** Walks and sweeps until there is enough, nothing is left, or the time is over. */
export async function lookBack(
  db: Pool,
  filter: EntryFilter,
  page: SearchPage,
  steps: Steps,
): Promise<EntryCursor | null> {
  const begun = performance.now()
  const isTime = () => performance.now() - begun < TIME
  const isSkipping = canSkip(filter, page.order)
  if (isSkipping && page.after?.stride !== undefined) {
    return skipBack(db, filter, page, page.after, steps, isTime)
  }
  const first = Math.min(Math.max(page.limit, FIRST_WALK), WALK, page.window)
  let { end, isEnough, looked } = await steps.walk(page.after, first)
  if (isEnough || end === null) return end
  if (isSkipping) return skipBack(db, filter, page, end, steps, isTime)
  while (looked < page.window && isTime()) {
    const step: Step = await steps.walk(end, Math.min(WALK, page.window - looked))
    if (step.isEnough || step.end === null) return step.end
    end = step.end
    looked += step.looked
  }
  return end
}

/** Sweeps from where a walk, or the sweeps of the answer before, ended. */
async function skipBack(
  db: Pool,
  filter: EntryFilter,
  page: SearchPage,
  walked: EntryCursor,
  steps: Steps,
  isTime: () => boolean,
): Promise<EntryCursor | null> {
  const direction = page.order === 'order' ? 1 : -1
  const weeks = await weeksOf(db, filter)
  const newest = Math.max(...weeks.map(({ lastPlace }) => lastPlace))
  const oldest = weeks[0]?.since ?? newest
  const last = direction === 1 ? newest : Math.max(oldest, filter.since ?? oldest)
  const from = page.after?.orderedAt ?? (direction === 1 ? oldest : newest)
  let end = walked
  let length = walked.stride ?? Math.max(Math.abs(end.orderedAt - from) * GROWTH, SHORTEST_SWEEP)
  let longest = LONGEST_SWEEP
  if (direction * (end.orderedAt - last) > 0) return null
  // One at least, so that each answer brings it on.
  do {
    const reached: Micros = end.orderedAt + direction * length
    const arrivedSince = firstWeek(weeks, Math.min(end.orderedAt, reached))
    const span = { after: end, to: reached, direction, arrivedSince } as const
    const swept = await sweep(db, steps, span)
    if (swept === 'too long') {
      longest = length / 4
      length = Math.round(length / GROWTH)
      if (length < SHORTEST_SWEEP) {
        const step = await steps.walk(end, WALK)
        if (step.isEnough || step.end === null) return step.end
        end = step.end
        length = SHORTEST_SWEEP
      }
      end = { ...end, stride: length }
      continue
    }
    if (swept.end !== null) return swept.end
    if (direction * (reached - last) > 0) return null
    // What is read of the index is the same for a short one and for a long one.
    if (swept.took < SWEEP / 3) length = Math.min(length * GROWTH, Math.max(length, longest))
    else if (swept.took < SWEEP / 2) length = Math.min(length * 2, Math.max(length, longest))
    length = Math.round(length)
    end = { orderedAt: reached, id: direction === 1 ? Number.MAX_SAFE_INTEGER : 0, stride: length }
  } while (isTime())
  return end
}

async function sweep(db: Pool, steps: Steps, span: Span) {
  const began = performance.now()
  try {
    const end = await skipping(db, (client) => steps.sweep(client, span), SWEEP)
    return { end, took: performance.now() - began }
  } catch (error) {
    // It was cancelled: query_canceled.
    if (codeOf(error) === '57014') return 'too long'
    throw error
  }
}

/**
 * For a transaction in which entries are read by the index of stretches, which the planner takes for too
 * dear: it does not know that the values of neighbours are alike.
 */
export const SKIPPING = `set local enable_seqscan = off; set local enable_indexscan = off;
  set local enable_indexonlyscan = off; set local max_parallel_workers_per_gather = 0;
  set local jit = off`

/** Does work in such a transaction; each statement within so many ms, where that is said. */
export async function skipping<T>(
  db: Pool,
  work: (client: Queryable) => Promise<T>,
  limit = 0,
): Promise<T> {
  const client = await db.connect()
  // A connection that breaks says so by an event too, which nobody heard would end the process.
  const broken = () => {}
  client.on('error', broken)
  try {
    await client.query(`begin read only; ${SKIPPING}; set local statement_timeout = ${limit}`)
    const done = await work(client)
    await client.query('commit')
    client.off('error', broken)
    client.release()
    return done
  } catch (error) {
    const isOver = await client.query('rollback').then(
      () => true,
      () => false,
    )
    if (isOver) client.off('error', broken)
    client.release(!isOver)
    throw error
  }
}

/** A week, which is a partition, and the last place of an entry that arrived in it. */
interface Week {
  since: Micros
  lastPlace: Micros
}

async function weeksOf(db: Queryable, { stream }: EntryFilter): Promise<Week[]> {
  const { rows } = await db.query<{ since: string; last: string }>(WEEKS, [stream ?? null])
  return rows.map(({ since, last }) => ({ since: Number(since), lastPlace: Number(last) }))
}

const WEEKS = `
with known as (${KNOWN_STREAMS} where $1::text is null or stream = $1),
week as (
  select to_timestamp(substring(relname from '^entry_(\\d{8})$') || ' +00', 'YYYYMMDD TZH') as since
  from pg_inherits join pg_class on oid = inhrelid where inhparent = 'reprise.entry'::regclass)
select ${micros('week.since')}, (extract(epoch from max(ordered_at)) * 1000000)::bigint as last
from week cross join known cross join lateral (
  select ordered_at from reprise.entry
  where stream = known.name and arrived_at >= week.since
    and arrived_at < week.since + interval '168 hours'
  order by entry.ordered_at desc limit 1) entry
group by week.since order by week.since`

/** When the first week begins of which an entry has a place behind a moment. */
function firstWeek(weeks: readonly Week[], moment: Micros): Micros {
  return weeks.find(({ lastPlace }) => lastPlace >= moment)?.since ?? moment
}

/** Whether the index of stretches knows something of what is asked for. */
function canSkip(filter: EntryFilter, order: EntryOrder): boolean {
  const { methods, statuses, verdicts, labels, users, clients, since, until } = filter
  const known = [methods, statuses, verdicts, labels, users, clients, since, until]
  const isPlaced = order === 'order' || order === '-order'
  return isPlaced && (known.some((part) => part !== undefined) || pathsOf(filter) !== null)
}

const WEEK: Micros = 7 * 24 * 3600 * 1_000_000
/** Weeks begin on Monday, as partitions do, and the epoch was a Thursday. */
const MONDAY = 4 * 24 * 3600 * 1_000_000

/** Of a filter what a walk may go by: it passes over little that it does not take. */
export function walkable({ stream, before, since, until }: EntryFilter): EntryFilter {
  const week = (at: Micros, round: (n: number) => number) =>
    round((at - MONDAY) / WEEK) * WEEK + MONDAY
  return {
    ...(stream !== undefined && { stream }),
    ...(before !== undefined && { before }),
    ...(since !== undefined && { since: week(since, Math.floor) }),
    ...(until !== undefined && { until: week(until, Math.ceil) }),
  }
}

/** Whether nothing can match: a list is empty, or no stream has such a name. */
export function isNothing(filter: EntryFilter): boolean {
  const { excludedPaths: _, stream = '', ...lists } = filter
  if (!isStorable(stream)) return true
  return Object.values(lists).some((part) => Array.isArray(part) && part.length === 0)
}

/** The filter in a span, in the terms of the index of stretches. */
export function whereInSpan(filter: EntryFilter, span: Span): Where {
  const { after, to, direction, arrivedSince } = span
  const { sql, values: known } = whereEntry(filter)
  const values = [...known]
  const place = (value: unknown) => `$${values.push(value)}`
  const utc = (at: Micros) => `(${timestamp(`${place(at)}::bigint`)} at time zone 'UTC')`
  // As expressions that no B-tree has: those would be read whole.
  const at = `(ordered_at at time zone 'UTC')`
  const [past, from, until] = direction === 1 ? ['>', '>=', '<='] : ['<', '<=', '>=']
  const latest = timestamp(`${place(Math.max(after.orderedAt, to))}::bigint`)
  const conditions = [
    sql,
    `arrived_at >= ${timestamp(`${place(arrivedSince)}::bigint`)} and arrived_at <= ${latest}`,
    `${at} ${from} ${utc(after.orderedAt)}`,
    `(${at}, id + 0) ${past} (${utc(after.orderedAt)}, ${place(after.id)}::bigint)`,
    `${at} ${until} ${utc(to)}`,
  ]
  const paths = pathsOf(filter)
  if (paths !== null) {
    const arms = paths.map((parts) =>
      parts.map(({ term, value }) => `${term} = ${place(value)}`).join(' and '),
    )
    conditions.push(`(${arms.map((arm) => `(${arm})`).join(' or ')})`)
  }
  return { sql: conditions.join(' and '), values }
}

interface Part {
  term: string
  value: string
}

/** Beyond that a sweep for each costs more than it saves. */
const MOST_PATHS = 4

/** What each of the paths must be or begin with; null, where of one nothing is known. */
function pathsOf({ paths }: EntryFilter): readonly (readonly Part[])[] | null {
  if (paths === undefined || paths.length === 0 || paths.length > MOST_PATHS) return null
  const all = paths.map(partsOf)
  return all.every((parts) => parts.length > 0) ? all : null
}

function partsOf({ text, kind }: PathPattern): Part[] {
  if (!isStorable(text)) return []
  if (kind === 'exact') return [{ term: 'path', value: text }]
  // Segments that end before anything that may differ.
  const sure = /^\/[^*?]*/.exec(text)?.[0] ?? ''
  const segments = sure.slice(1, Math.max(1, sure.lastIndexOf('/'))).split('/', 3)
  return segments
    .map((value, i) => ({ term: `split_part(path, '/', ${i + 2})`, value }))
    .filter(({ value }) => value !== '')
}
