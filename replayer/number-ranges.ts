import type { NumberRange } from '../journal/standing.ts'

/** How many numbers the ranges hold; they must not overlap. */
export function countOf(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}

/** The same numbers in ascending order, neighbours joined. */
export function joined(ranges: readonly NumberRange[]): NumberRange[] {
  const whole: NumberRange[] = []
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = whole.at(-1)
    if (before !== undefined && range.first <= before.last + 1) {
      before.last = Math.max(before.last, range.last)
    } else whole.push({ first: range.first, last: range.last })
  }
  return whole
}

/** What is left of the ranges without the numbers of others; both as `joined` gives them. */
export function without<T extends NumberRange>(
  ranges: readonly T[],
  others: readonly NumberRange[],
): T[] {
  const left: T[] = []
  let at = 0
  for (const range of ranges) {
    let { first } = range
    while (at < others.length && others[at]!.last < first) at++
    for (let i = at; i < others.length && others[i]!.first <= range.last; i++) {
      const other = others[i]!
      if (other.first > first) left.push({ ...range, first, last: other.first - 1 })
      first = other.last + 1
    }
    if (first <= range.last) left.push({ ...range, first })
  }
  return left
}

/** `7`, `9 to 12` */
export function rangeText({ first, last }: NumberRange): string {
  return first === last ? String(first) : `${first} to ${last}`
}
