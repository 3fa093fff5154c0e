// Delta debugging: of a list that fails a smallest part that still does (Zeller and Hildebrandt,
// "Simplifying and Isolating Failure-Inducing Input", 2002, section 3.2).
//
// What differs from the paper: items need others, and no part is tried that lacks what one of its
// items needs. What is kept brings along what it needs; what is taken away takes along what needs it.
// Every part that is tried is closed in that sense, so "smallest" is said of closed parts: whichever
// item of the result is taken away, with those that need it, the rest does not fail any more.

/** Of an item at a place in the list: the places of those it needs. None needs itself, even by others. */
export type Needs = (place: number) => readonly number[]

export interface Shrinking {
  /** How many items there are. */
  length: number
  needs: Needs
  /** Places that stay, with what they need. */
  kept: readonly number[]
  /** Whether a part fails, given by its places in ascending order; `stop`: nothing more is tried. */
  fails: (part: readonly number[]) => Promise<'fails' | 'passes' | 'stop'>
}

export interface Shrunk {
  /** Places in ascending order. */
  part: readonly number[]
  /** `smallest`: nothing can be taken away. `stopped`: it was not tried to the end. */
  how: 'smallest' | 'stopped'
}

/** The whole list must fail. No part is tried twice. */
export async function ddmin({ length, needs, kept, fails }: Shrinking): Promise<Shrunk> {
  const graph = new Graph(length, needs)
  const fixed = graph.withNeeded(kept)
  const tried = new Set<string>()
  let current = range(length)
  let isStopped = false
  /** Goes on with the part, if it is a smaller one and fails. */
  const takes = async (part: readonly number[]): Promise<boolean> => {
    const name = part.join(' ')
    if (isStopped || part.length >= current.length || tried.has(name)) return false
    tried.add(name)
    const came = await fails(part)
    isStopped = came === 'stop'
    if (came === 'fails') current = [...part]
    return came === 'fails'
  }

  if (await takes(fixed)) return { part: current, how: 'smallest' }
  const isFixed = new Set(fixed)
  for (let n = 2; !isStopped;) {
    const free = current.filter((place) => !isFixed.has(place))
    if (free.length === 0) break
    n = Math.min(n, free.length)
    const chunks = chunksOf(free, n)
    if (await takesAny(chunks.map((chunk) => graph.withNeeded([...fixed, ...chunk])))) n = 2
    else if (await takesAny(chunks.map((chunk) => graph.without(current, chunk)))) {
      n = Math.max(n - 1, 2)
    } else if (n >= free.length) break
    else n *= 2
  }
  return { part: current, how: isStopped ? 'stopped' : 'smallest' }

  async function takesAny(parts: readonly (readonly number[])[]): Promise<boolean> {
    for (const part of parts) if (await takes(part)) return true
    return false
  }
}

/** What needs what, by itself or by others. */
class Graph {
  readonly #needs: readonly (readonly number[])[]
  readonly #neededBy: readonly (readonly number[])[]

  constructor(length: number, needs: Needs) {
    const neededBy = range(length).map((): number[] => [])
    this.#needs = range(length).map((place) => needs(place))
    for (const [place, list] of this.#needs.entries()) {
      for (const one of list) neededBy[one]!.push(place)
    }
    this.#neededBy = neededBy
  }

  withNeeded(places: readonly number[]): number[] {
    return [...reached(places, this.#needs)].sort((a, b) => a - b)
  }

  without(places: readonly number[], taken: readonly number[]): number[] {
    const gone = reached(taken, this.#neededBy)
    return places.filter((place) => !gone.has(place))
  }
}

function reached(from: readonly number[], next: readonly (readonly number[])[]): Set<number> {
  const seen = new Set(from)
  for (const place of seen) for (const one of next[place]!) seen.add(one)
  return seen
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}

/** So many of about the same length, one behind the other. */
function chunksOf(places: readonly number[], n: number): number[][] {
  return range(n).map((i) =>
    places.slice(Math.floor((i * places.length) / n), Math.floor(((i + 1) * places.length) / n)),
  )
}
