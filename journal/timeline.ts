import type { EntryCursor } from './contract.ts'
import type { Micros, Verdict } from './entry.ts'

/** How many entries of each verdict arrived in each of a row of equal spans of time. */
export interface Timeline {
  /** Where the first span begins: a multiple of `step`. */
  since: Micros
  /** The length of each. */
  step: Micros
  /** One a span, without a gap; none where nothing matches. */
  spans: readonly Readonly<Partial<Record<Verdict, number>>>[]
  /** Entries behind it are not counted yet; null: all are. */
  next: EntryCursor | null
}

const SECOND: Micros = 1_000_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** What people count time in. */
const STEPS: readonly Micros[] = [
  ...[1_000, 10_000, 100_000],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28].map((n) => n * DAY),
]

/** The shortest step by which at most so many spans cover [since, until), each at a multiple of it. */
export function stepOver(since: Micros, until: Micros, most: number): Micros {
  const fits = (step: Micros) => Math.ceil(until / step) - Math.floor(since / step) <= most
  const found = STEPS.find(fits)
  if (found !== undefined) return found
  let years = 365 * DAY
  while (!fits(years)) years *= 2
  return years
}
