import type { Micros } from '../../journal/entry.ts'

export interface Placed {
  id: number
  arrivedAt: Micros
  orderedAt: Micros
  clock: string
  lane: string | null
  uses: readonly string[]
  produces: readonly string[]
}

export interface OrderRules {
  concurrency: number
  window: number
  tolerance: Micros
  mode: 'overlapping' | 'serial'
}

interface Pending<E> {
  entry: E
  placed: Placed
  state: 'waiting' | 'out' | 'done'
}

/** Placeholder. */
export class Schedule<E> {
  readonly #rules: OrderRules
  #unfinished: Pending<E>[] = []
  readonly #byId = new Map<number, Pending<E>>()
  #out = 0

  constructor(rules: OrderRules) {
    this.#rules = rules
  }

  get hasRoom(): boolean {
    return this.#byId.size < this.#rules.window
  }

  get size(): number {
    return this.#byId.size
  }

  add(entry: E, placed: Placed): void {
    const pending: Pending<E> = { entry, placed, state: 'waiting' }
    this.#unfinished.push(pending)
    this.#byId.set(placed.id, pending)
  }

  take(): E | null {
    while (this.#unfinished[0]?.state === 'done') this.#unfinished.shift()
    const limit = this.#rules.mode === 'serial' ? 1 : this.#rules.concurrency
    if (this.#out >= limit) return null
    const first = this.#unfinished[0]
    if (first === undefined) return null
    const frontier = first.placed.orderedAt
    for (const one of this.#unfinished) {
      if (one.state !== 'waiting') continue
      if (one !== first && (this.#rules.mode === 'serial' || one.placed.arrivedAt > frontier)) {
        if (this.#rules.mode === 'serial') return null
        continue
      }
      one.state = 'out'
      this.#out++
      return one.entry
    }
    return null
  }

  done(id: number): void {
    const one = this.#byId.get(id)!
    one.state = 'done'
    this.#byId.delete(id)
    this.#out--
  }
}
