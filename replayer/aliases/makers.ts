import type { Micros } from '../../journal/entry.ts'

/** An entry whose answer had a value, and when that was answered. */
export interface Maker {
  id: number
  at: Micros
}

/** So many entries are known at most. */
const MOST = 100_000

interface Made {
  /** In the order in which they became known. */
  makers: Maker[]
  ids: Set<number>
  /** By life: up to which of them somebody asked. */
  asked: Map<number, number>
}

/** Which entries had a small value in their answers; of too many the value goes that came up the longest ago. */
export class Makers {
  readonly #byValue = new Map<string, Made>()
  #size = 0

  /** Those of a value that became known since this was asked of it in that life: there may be very many. */
  unasked(value: string, life: number): readonly Maker[] {
    const made = this.#byValue.get(value)
    if (made === undefined) return []
    const from = made.asked.get(life) ?? 0
    made.asked.set(life, made.makers.length)
    return made.makers.slice(from)
  }

  add(value: string, maker: Maker): void {
    const made: Made = this.#byValue.get(value) ?? {
      makers: [],
      ids: new Set(),
      asked: new Map(),
    }
    if (made.ids.has(maker.id)) return
    made.ids.add(maker.id)
    made.makers.push(maker)
    this.#byValue.delete(value)
    this.#byValue.set(value, made)
    this.#size++
    while (this.#size > MOST && this.#byValue.size > 1) {
      const [oldest, { makers }] = this.#byValue.entries().next().value!
      this.#byValue.delete(oldest)
      this.#size -= makers.length
    }
  }
}
