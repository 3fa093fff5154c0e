import type { EntryCursor, EntryOrder, SearchPage } from '../contract.ts'
import type { Micros } from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import type { Pool } from './database.ts'
import { sift, type Reading } from './sift.ts'
import { sieveOf } from './terms.ts'
import { isStorable } from './text.ts'

// How a few entries are found among millions, whatever is asked for, in a time that is bounded.
//
// What is frequent is found by a walk: some hundred entries in their order. What is rare, or was there
// only for a while, is found by the postings of chunks: see sift.ts. Where they know nothing of what is
// asked for, or most entries are in none yet, it goes on walking. When the time is over, what was found
// is answered, and the place from which to go on.

/** How far a step got: null, where nothing is left. */
export interface Step {
  /** How many entries were looked at. */
  looked: number
  end: EntryCursor | null
  /** Whether no more is wanted. */
  isEnough: boolean
}

export interface Steps<R extends EntryCursor> {
  /** Takes at most so many entries one by one, from behind a place on. */
  walk(after: EntryCursor | undefined, size: number): Promise<Step>
  read: Reading<R>
  /** Takes what was read and is next in the order; so many were looked at for it. */
  take(rows: readonly R[], looked: number): void
  /** How many more are wanted; Infinity: all. */
  wanted(): number
}

/** How long steps are begun, in ms: an answer is there within 200. */
const TIME = 140
/** How many entries are taken in one walk. */
const FIRST_WALK = 500
const WALK = 2_000
/** Of entries with a label, which an index of its own has: how many before others are asked. */
const LABELLED = 8_000

/** Walks and sifts until there is enough, nothing is left, or the time is over. */
export async function lookBack<R extends EntryCursor>(
  db: Pool,
  filter: EntryFilter,
  page: SearchPage,
  steps: Steps<R>,
): Promise<EntryCursor | null> {
  const begun = performance.now()
  const isTime = () => performance.now() - begun < TIME
  let step: Step = { looked: 0, end: page.after ?? null, isEnough: false }
  /** Whether nothing is left to do. */
  const walkUntil = async (most: number, size: number): Promise<boolean> => {
    while (step.looked < most && (step.looked === 0 || isTime())) {
      const { looked, end } = step
      step = await steps.walk(end ?? undefined, Math.min(size, most - looked))
      if (step.isEnough || step.end === null) return true
      step.looked += looked
    }
    return false
  }
  const first = Math.min(Math.max(page.limit, FIRST_WALK), WALK, page.window)
  if (await walkUntil(first, first)) return step.end
  const isSifting = canSift(filter, page.order)
  const labelled = Math.min(LABELLED, page.window)
  if (isSifting && filter.labels !== undefined && (await walkUntil(labelled, WALK))) return step.end
  if (isSifting && isTime() && step.end !== null) {
    const sifted = await sift(db, filter, {
      ...{ from: step.end, direction: page.order === 'order' ? 1 : -1, isTime },
      wanted: steps.wanted(),
      read: steps.read,
    })
    if (sifted !== null) {
      steps.take(sifted.rows, sifted.looked)
      return sifted.end
    }
  }
  await walkUntil(page.window, WALK)
  return step.end
}

/** Whether chunks and their postings know something of what is asked for. */
function canSift(filter: EntryFilter, order: EntryOrder): boolean {
  if (filter.context === 'also') return false
  const { since, until, paths, excludedPaths = [] } = filter
  const isTold = since !== undefined || until !== undefined || paths !== undefined
  const isSifted = isTold || excludedPaths.length > 0 || sieveOf(filter) !== null
  return (order === 'order' || order === '-order') && isSifted
}

const WEEK: Micros = 7 * 24 * 3600 * 1_000_000
/** Weeks begin on Monday, as partitions do, and the epoch was a Thursday. */
const MONDAY = 4 * 24 * 3600 * 1_000_000

/** Of a filter what a walk may go by: it passes over little that it does not take. */
export function walkable(filter: EntryFilter): EntryFilter {
  const { stream, before, since, until, labels, context } = filter
  const week = (at: Micros, round: (n: number) => number) =>
    round((at - MONDAY) / WEEK) * WEEK + MONDAY
  const whole = {
    ...(stream !== undefined && { stream }),
    ...(before !== undefined && { before }),
  }
  if (context === 'also') return whole
  return {
    ...whole,
    ...(since !== undefined && { since: week(since, Math.floor) }),
    ...(until !== undefined && { until: week(until, Math.ceil) }),
    ...(labels !== undefined && { labels }),
  }
}

/** Whether nothing can match: a list is empty, or no stream has such a name. */
export function isNothing(filter: EntryFilter): boolean {
  const { excludedPaths: _, stream = '', ...lists } = filter
  if (!isStorable(stream)) return true
  return Object.values(lists).some((part) => Array.isArray(part) && part.length === 0)
}
