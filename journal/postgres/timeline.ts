import type { Micros, Verdict } from '../entry.ts'
import type { EntryCursor } from '../contract.ts'
import type { EntryFilter } from '../filter.ts'
import { stepOver, type Timeline } from '../timeline.ts'
import type { Pool, Queryable } from './database.ts'
import { isNothing, lookBack } from './looking-back.ts'
import { arrivedIn } from './chunks.ts'
import { timestamp } from './moment.ts'
import { walkEnd, walkOf } from './search.ts'
import { countedBounds, countQuarters, QUARTER } from './tally.ts'

/** How many entries are counted one after the other where nothing lets it skip any. */
const WINDOW = 20_000

const EMPTY: Timeline = { since: 0, step: 0, spans: [], next: null }

export async function readTimeline(
  db: Pool,
  filter: EntryFilter,
  most: number,
  after?: EntryCursor,
): Promise<Timeline> {
  const bounds = isNothing(filter) ? null : await boundsOf(db, filter)
  if (bounds === null) return EMPTY
  const step = stepOver(bounds.since, bounds.until, most)
  if (isTallied(filter) && step % QUARTER === 0) return tallied(db, filter, { ...bounds, step })
  const counts = new Counts(bounds, step)
  const next = await count(db, filter, counts, after)
  const { first, last } = counts
  // What was looked through whole begins and ends with what was found.
  const isFitted = next === null && after === undefined
  if (!isFitted || isClosed(filter)) return { ...counts.timeline(), next }
  if (first === null || last === null) return EMPTY
  const found = { since: filter.since ?? first, until: filter.until ?? last + 1 }
  if (stepOver(found.since, found.until, most) === step) return { ...counts.timeline(found), next }
  return readTimeline(db, { ...filter, ...found }, most)
}

interface Bounds {
  since: Micros
  until: Micros
}

class Counts {
  readonly step: Micros
  readonly bounds: Bounds
  first: Micros | null = null
  last: Micros | null = null
  readonly #spans = new Map<number, Partial<Record<Verdict, number>>>()

  constructor(bounds: Bounds, step: Micros) {
    this.bounds = bounds
    this.step = step
  }

  /** SQL of the number of a span, from the epoch on. */
  get span(): string {
    return `((extract(epoch from arrived_at) * 1000000)::bigint / ${this.step})::bigint`
  }

  add(rows: readonly CountRow[]): void {
    for (const { span, verdict, n, first = null, last = null } of rows) {
      const counts = this.#spans.get(Number(span)) ?? {}
      counts[verdict] = (counts[verdict] ?? 0) + n
      this.#spans.set(Number(span), counts)
      if (first !== null) this.first = Math.min(this.first ?? Infinity, Number(first))
      if (last !== null) this.last = Math.max(this.last ?? -Infinity, Number(last))
    }
  }

  timeline({ since, until }: Bounds = this.bounds): Omit<Timeline, 'next'> {
    const begin = Math.floor(since / this.step)
    const spans = Array.from(
      { length: Math.ceil(until / this.step) - begin },
      (_, i) => this.#spans.get(begin + i) ?? {},
    )
    return { since: begin * this.step, step: this.step, spans }
  }
}

interface CountRow {
  span: string
  verdict: Verdict
  n: number
  /** When the first and the last of them arrived; not of those from the tally. */
  first?: string
  last?: string
}

const countsBy = (span: string) => `select ${span} as span, verdict, count(*)::float8 as n,
  (extract(epoch from min(arrived_at)) * 1000000)::bigint as first,
  (extract(epoch from max(arrived_at)) * 1000000)::bigint as last`

/** Counts what matches, the latest first, as far as there is time for; answers from where to go on. */
function count(db: Pool, filter: EntryFilter, counts: Counts, after?: EntryCursor) {
  const order = '-order'
  return lookBack<CountRow & EntryCursor>(
    db,
    filter,
    { order, window: WINDOW, limit: 0, ...(after && { after }) },
    {
      async walk(from, size) {
        const walk = walkOf(filter, { order, size, ...(from && { after: from }) })
        const { rows } = await db.query<CountRow>(
          `${countsBy(counts.span)} from ${walk.looked} where ${walk.matches} group by 1, 2`,
          walk.values,
        )
        counts.add(rows)
        return { ...(await walkEnd(db, walk)), isEnough: false }
      },
      read: async ({ sql, values }, _, until) => {
        const { orderedAt, id } = until ?? { orderedAt: 0, id: 0 }
        const [at, key] = [values.length + 1, values.length + 2].map((n) => `$${n}::bigint`)
        const isBehind = `(ordered_at, id) < (${timestamp(at!)}, ${key})`
        const { rows } = await db.query<CountRow & { at: string | null; id: string | null }>(
          `${countsBy(counts.span)},
             case when ${isBehind} then (extract(epoch from ordered_at) * 1000000)::bigint end as at,
             case when ${isBehind} then id end as id
           ${sql} group by 1, 2, 6, 7`,
          [...values, orderedAt, id],
        )
        return rows.map((row) => ({
          ...row,
          ...{ orderedAt: Number(row.at ?? LATEST), id: Number(row.id) },
        }))
      },
      take: (rows) => counts.add(rows),
      wanted: () => Infinity,
    },
  )
}

/** Before all others, where the newest are first. */
const LATEST: Micros = 2 ** 52

const isClosed = ({ since, until }: EntryFilter) => since !== undefined && until !== undefined

/** Whether nothing is asked for but what the tally knows. */
function isTallied({ stream: _s, verdicts: _v, since: _a, until: _b, ...rest }: EntryFilter) {
  return Object.values(rest).every((part) => part === undefined)
}

/** Whole quarters from the tally, what is before and behind them one by one. */
async function tallied(
  db: Pool,
  filter: EntryFilter,
  { since, until, step }: Bounds & { step: Micros },
): Promise<Timeline> {
  const counts = new Counts({ since, until }, step)
  // Without a time in the filter there is nothing before the first quarter and behind the last.
  const from = QUARTER * (filter.since === undefined ? Math.floor : Math.ceil)(since / QUARTER)
  const to = QUARTER * (filter.until === undefined ? Math.ceil : Math.floor)(until / QUARTER)
  const isWanted = (verdict: Verdict) => filter.verdicts?.includes(verdict) ?? true
  const spans = await countQuarters(db, filter.stream, step, { since: from, until: to })
  for (const { span, verdict, entries } of spans) {
    if (isWanted(verdict)) counts.add([{ span: String(span), verdict, n: entries }])
  }
  const edges = [
    { since, until: from },
    { since: to, until },
  ]
  for (const edge of from <= to ? edges : [{ since, until }]) {
    if (edge.since >= edge.until) continue
    const [from, until] = [2, 3].map((i) => timestamp(`$${i}::bigint`))
    const { rows } = await db.query<CountRow>(
      `${countsBy(counts.span)} from ${arrivedIn(from!, until!)}
       where $4::text[] is null or verdict = any($4) group by 1, 2`,
      [filter.stream ?? null, edge.since, edge.until, filter.verdicts ?? null],
    )
    counts.add(rows)
  }
  return { ...counts.timeline(), next: null }
}

/** From the first to behind the last entry of the streams, or what the filter says of either. */
async function boundsOf(db: Queryable, filter: EntryFilter): Promise<Bounds | null> {
  const { stream, since, until } = filter
  if (since !== undefined && until !== undefined) return between(since, until)
  const all = await countedBounds(db, stream)
  if (all === null) return null
  return between(since ?? all.first, until ?? all.last + 1)
}

/** Nothing was recorded before 1970, and no span that begins there reaches across it. */
function between(since: Micros, until: Micros): Bounds | null {
  const from = Math.max(0, since)
  return from < until ? { since: from, until } : null
}
