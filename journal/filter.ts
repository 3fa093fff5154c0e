import type { Micros, Verdict } from './entry.ts'
import type { PathPattern } from './path-pattern.ts'

/** An inclusive range of status codes: `404` is 404..404, `5xx` is 500..599. */
export interface StatusRange {
  from: number
  to: number
}

/**
 * Which entries. Every part narrows; an absent part does not. Lists mean "any of these".
 * The command line, the API and a stored run write it in the same words.
 */
export interface EntryFilter {
  stream?: string
  /** Any of these. */
  ids?: readonly number[]
  idFrom?: number
  idTo?: number
  methods?: readonly string[]
  paths?: readonly PathPattern[]
  excludedPaths?: readonly PathPattern[]
  statuses?: readonly StatusRange[]
  verdicts?: readonly Verdict[]
  /** `yes`: only what was in doubt and is settled. `no`: of those in doubt, none that is settled. */
  settled?: 'yes' | 'no'
  labels?: readonly string[]
  /** Who sent it, as far as the request told; see Sender. */
  users?: readonly string[]
  /** Addresses as they were recorded. */
  clients?: readonly string[]
  /**
   * Stands in the target, or in a body of up to 4 MiB: byte for byte as it was on the wire, so in
   * upper or lower case as it is, and not in what a content coding hides. Reads every body that the
   * rest of the filter leaves.
   */
  text?: string
  /** Arrived at or after. */
  since?: Micros
  /** Arrived before. */
  until?: Micros
  /** `also`: besides, all context of the stream and its ids, whatever else is asked for. */
  context?: 'also'
  /** Stands before this place in the order of its stream. */
  before?: { orderedAt: Micros; id: number }
  /** Stands behind this place in the order of its stream; context may stand before it. */
  after?: { orderedAt: Micros; id: number }
}

/** `404`, `5xx`, `400-499`; throws a RangeError that says what was expected. */
export function parseStatusRange(text: string): StatusRange {
  const match = /^(?:([1-5])xx|([1-5]\d\d)(?:-([1-5]\d\d))?)$/i.exec(text)
  if (match) {
    const [, family, first, last] = match
    if (family !== undefined) return { from: Number(family) * 100, to: Number(family) * 100 + 99 }
    const range = { from: Number(first), to: Number(last ?? first) }
    if (range.from <= range.to) return range
  }
  throw new RangeError(`expected a status such as 404, 5xx or 400-499, got '${text}'`)
}

/** The words of a filter as JSON, for a stored run and for people. */
export function describeFilter(filter: EntryFilter): Record<string, unknown> {
  const { paths, excludedPaths, statuses, ...plain } = filter
  return {
    ...plain,
    ...(paths && { paths: paths.map((pattern) => pattern.text) }),
    ...(excludedPaths && { excludedPaths: excludedPaths.map((pattern) => pattern.text) }),
    ...(statuses && { statuses: statuses.map((range) => `${range.from}-${range.to}`) }),
  }
}
