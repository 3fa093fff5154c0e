import type { Micros } from '../../journal/entry.ts'

/** What the order of an entry depends on. */
export interface Placed {
  id: number
  arrivedAt: Micros
  orderedAt: Micros
  /** What its two moments were read from: moments of one clock can be compared exactly. */
  clock: string
  /** It keeps order with its lane and with entries that have none; null: with all. */
  lane: string | null
  /** Generated values that it needs. */
  uses: readonly string[]
  /** Generated values that its answer brings. */
  produces: readonly string[]
  /** Values that mean nothing, or something else, once it is done. */
  ends: readonly string[]
  /** Those of them that must not be shown. */
  secrets?: ReadonlySet<string>
}

/** A value for which one of two waits, as it may be told; null: it is a secret. */
export function toldValue(value: string, one: Placed, other: Placed): string | null {
  const isSecret = one.secrets?.has(value) === true || other.secrets?.has(value) === true
  return isSecret ? null : value
}

/** A place in the order of a stream, or one between two entries. */
export interface Place {
  at: Micros
  id: number
}

export function isBefore(a: Place, b: Place): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id)
}

export function placeOf(entry: Pick<Placed, 'orderedAt' | 'id'>): Place {
  return { at: entry.orderedAt, id: entry.id }
}

// An entry waits for f if f stands before a place that can be told from the entry alone.

/** By one clock: whatever had been answered before it arrived. */
export function heldUpTo({ arrivedAt, orderedAt }: Placed): Place {
  return { at: Math.min(arrivedAt, orderedAt), id: BEFORE_ALL }
}

/**
 * By two clocks: whatever may have been, as they may differ by `tolerance`. Of two entries that
 * each may have come first the one that the stream has first goes first: else each would wait for
 * the other.
 */
export function heldByOthersUpTo(entry: Placed, tolerance: Micros): Place {
  const at = entry.arrivedAt + tolerance
  return at <= entry.orderedAt ? { at, id: BEFORE_ALL } : placeOf(entry)
}

/** Ids of entries are above it. */
const BEFORE_ALL = -1
