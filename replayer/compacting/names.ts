// What the values of an entry were called when they were first recorded. After a restore clients have the
// values that it gave: an entry of the second life says B of what the answer that made it called A.

/** A value that a restore gave, and what it was recorded as. */
export interface Given {
  old: string
  /** The entries whose answers had it, all along the way to what was recorded first. */
  producers: readonly number[]
  /** The noun that it was made under; or empty. */
  noun: string
}

/** What a value of an entry is called. */
export interface Called {
  name: string
  /** What it may be besides, where that is not certain. */
  others: readonly string[]
  given: readonly Given[]
}

/** The values of one life of the backend. */
export type Names = ReadonlyMap<string, Called>

/** In the first life everything is called as it was recorded. */
export const AS_RECORDED: Names = new Map()

/**
 * A value that says enough by itself, and was given for one thing, is that. Of any other which a restore gave
 * or made into another, nobody knows: it has a name that it has in no other life.
 */
export function calledIn(
  life: number,
  value: string,
  given: readonly Given[],
  { isStrong }: { isStrong: boolean },
): Called {
  const olds = [...new Set(given.map(({ old }) => old))]
  if (isStrong && olds.length === 1) return { name: olds[0]!, others: [], given }
  return { name: `${value}\t${life}`, others: [...new Set([value, ...olds])], given }
}

export function nameOf(names: Names, value: string): string {
  return names.get(value)?.name ?? value
}

/** A path with its segments called so. */
export function pathIn(names: Names, path: string): string {
  if (names.size === 0) return path
  return path
    .split('/')
    .map((segment) => names.get(decoded(segment))?.name ?? segment)
    .join('/')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
