import type { Micros } from '../../journal/entry.ts'
import { Bounded } from './bounded.ts'
import { heldByOthersUpTo, heldUpTo, isBefore, placeOf, type Place, type Placed } from './placed.ts'

// The longest chain of entries that each wait for the one before: so many must go one after the
// other, however many may be out at once.
//
// How deep an entry stands is one more than the deepest for whom it waits, which are all of a kind
// before a place: see schedule.ts. So of each kind it is kept where its depth grew, the last few
// times. That is enough: who arrived before those stands less deep than what is there already.

export class Chain {
  readonly #tolerance: Micros
  readonly #clocks = new Bounded<string, Clock>(CLOCKS)
  readonly #producers = new Bounded<string, number>(KEYS)
  readonly #users = new Bounded<string, number>(KEYS)
  readonly #lanes = new Bounded<string, Steps>(KEYS)
  #length = 0

  constructor(tolerance: Micros) {
    this.#tolerance = tolerance
  }

  get length(): number {
    return this.#length
  }

  /** Whether nothing had to be forgotten; else it may be longer. */
  get isExact(): boolean {
    return ![this.#producers, this.#users, this.#lanes, this.#clocks].some(
      (one) => one.hasForgotten,
    )
  }

  /** In the order of the stream. */
  add(entry: Placed): void {
    const depth = this.#before(entry) + 1
    const { clock: name, lane, uses, produces } = entry
    const place = placeOf(entry)
    const clock = this.#clocks.get(name) ?? { all: new Steps(), barriers: new Steps() }
    clock.all.add(place, depth)
    if (lane === null) clock.barriers.add(place, depth)
    else {
      const key = laneKey(name, lane)
      const steps = this.#lanes.get(key) ?? new Steps()
      steps.add(place, depth)
      this.#lanes.set(key, steps)
    }
    this.#clocks.set(name, clock)
    for (const value of produces) deepen(this.#producers, value, depth)
    for (const value of uses) deepen(this.#users, value, depth)
    this.#length = Math.max(this.#length, depth)
  }

  /** How deep the deepest stands for whom it waits. */
  #before(entry: Placed): number {
    const { lane, uses, ends } = entry
    const own = heldUpTo(entry)
    const others = heldByOthersUpTo(entry, this.#tolerance)
    let deepest = 0
    for (const [name, { all, barriers }] of this.#clocks.entries()) {
      const until = name === entry.clock ? own : others
      const rows = lane === null ? [all] : [barriers, this.#lanes.get(laneKey(name, lane))]
      for (const steps of rows) deepest = Math.max(deepest, steps?.before(until) ?? 0)
    }
    for (const value of uses) deepest = Math.max(deepest, this.#producers.get(value) ?? 0)
    for (const value of ends) deepest = Math.max(deepest, this.#users.get(value) ?? 0)
    return deepest
  }
}

/** How many lanes, and how many values, are remembered. */
const KEYS = 10_000
const CLOCKS = 32
const STEPS = 64

interface Clock {
  all: Steps
  barriers: Steps
}

function deepen(depths: Bounded<string, number>, value: string, depth: number): void {
  depths.set(value, Math.max(depth, depths.get(value) ?? 0))
}

function laneKey(clock: string, lane: string): string {
  return `${clock}\0${lane}`
}

/** Where the depth of a kind of entries grew. */
class Steps {
  readonly #steps: { place: Place; depth: number }[] = []

  add(place: Place, depth: number): void {
    if (depth <= (this.#steps.at(-1)?.depth ?? 0)) return
    this.#steps.push({ place, depth })
    if (this.#steps.length > STEPS) this.#steps.splice(0, STEPS / 2)
  }

  /** The depth of those before the place. */
  before(until: Place): number {
    for (let i = this.#steps.length - 1; i >= 0; i--) {
      const { place, depth } = this.#steps[i]!
      if (isBefore(place, until)) return depth
    }
    return 0
  }
}
