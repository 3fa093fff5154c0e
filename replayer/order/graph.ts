import { Bounded } from './bounded.ts'
import { Chain } from './chain.ts'
import { toldValue, type Placed } from './placed.ts'
import { Schedule, type OrderRules } from './schedule.ts'

/** A dependency that lanes alone would have broken. */
export interface KeptDependency {
  entry: number
  lane: string
  waitsFor: number
  itsLane: string
  /** Null: a secret. */
  value: string | null
  /** What the other one does with the value: its answer brings it, or it uses it before it is ended. */
  by: 'bringing' | 'using'
}

export interface GraphFigures {
  entries: number
  /** The most that must go one after the other. */
  chain: number
  /** The most that may run side by side at a moment; the window, where it may be more. */
  widest: number
  lanes: number
  /** Entries that use a value of another lane, or end one. */
  kept: { count: number; examples: readonly KeptDependency[] }
  /** `least`: there were too many lanes or values to remember; chain, lanes and kept may be more. */
  are: 'exact' | 'least'
}

/** The order of a plan in figures, in memory that does not grow with the number of its entries. */
export class Graph {
  readonly #schedule: Schedule<number>
  readonly #chain: Chain
  readonly #lanes = new Set<string>()
  readonly #producers = new Bounded<string, Placed>(KEYS)
  readonly #users = new Bounded<string, Placed>(KEYS)
  readonly #examples: KeptDependency[] = []
  #entries = 0
  #widest = 0
  #kept = 0

  constructor(rules: OrderRules) {
    // As many as the rules allow, whatever number is let go at once.
    this.#schedule = new Schedule({ ...rules, concurrency: Infinity })
    this.#chain = new Chain(rules.tolerance)
  }

  /** In the order of the stream. */
  add(entry: Placed): void {
    this.#entries++
    this.#chain.add(entry)
    if (!this.#schedule.hasRoom) this.#passFirst()
    this.#schedule.add(entry.id, entry)
    if (entry.lane !== null && this.#lanes.size < KEYS) this.#lanes.add(entry.lane)
    this.#noteKept(entry)
    for (const value of entry.produces) this.#producers.set(value, entry)
    for (const value of entry.uses) this.#users.set(value, entry)
  }

  /** All were added. */
  finish(): GraphFigures {
    while (this.#schedule.size > 0) this.#passFirst()
    const hasForgotten = this.#producers.hasForgotten || this.#users.hasForgotten
    const isExact = this.#chain.isExact && this.#lanes.size < KEYS && !hasForgotten
    return {
      entries: this.#entries,
      chain: this.#chain.length,
      widest: this.#widest,
      lanes: this.#lanes.size,
      kept: { count: this.#kept, examples: this.#examples },
      are: isExact ? 'exact' : 'least',
    }
  }

  /** The first of the stream is finished: how many might have gone beside it. */
  #passFirst(): void {
    this.#widest = Math.max(this.#widest, this.#schedule.ready)
    this.#schedule.done(this.#schedule.take()!)
  }

  #noteKept(entry: Placed): void {
    const { id, lane, uses, ends } = entry
    if (lane === null) return
    const kept =
      keptOf(uses, entry, this.#producers, 'bringing') ?? keptOf(ends, entry, this.#users, 'using')
    if (kept === null) return
    this.#kept++
    if (this.#examples.length < EXAMPLES) this.#examples.push({ entry: id, lane, ...kept })
  }
}

/** For whom an entry of a lane waits in another one, because of these values. */
function keptOf(
  values: readonly string[],
  entry: Placed,
  others: Bounded<string, Placed>,
  by: KeptDependency['by'],
): Omit<KeptDependency, 'entry' | 'lane'> | null {
  for (const value of values) {
    const other = others.get(value)
    if (other === undefined || other.lane === null || other.lane === entry.lane) continue
    const told = toldValue(value, entry, other)
    return { waitsFor: other.id, itsLane: other.lane, value: told, by }
  }
  return null
}

const KEYS = 10_000
const EXAMPLES = 5
