/**
 * The known name that differs from the given one least, if it is near: so many slips of a finger away.
 * Default: 2, or a third of its length.
 */
export function nearest(
  name: string,
  known: readonly string[],
  slips = Math.max(2, name.length / 3),
): string | undefined {
  const ranked = known
    .map((one) => ({ one, far: distance(name, one) }))
    .sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best !== undefined && best.far <= slips ? best.one : undefined
}

/** Damerau and Levenshtein's distance: letters that are missing, too many, others, or swapped. */
function distance(a: string, b: string): number {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, change, swapped))
    }
    before = row
    row = next
  }
  return row[b.length]!
}
