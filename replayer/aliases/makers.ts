import type { Micros } from '../../journal/entry.ts'

/** An entry whose answer had a value, and when that was answered. */
export interface Maker {
  id: number
  at: Micros
}

/** So many entries are known at most. */
const MOST = 100_000

/** Which entries had a small value in their answers; of too many the value goes that came up the longest ago. */
export class Makers {
  /** By the id of the entry, for there may be very many. */
  readonly #byValue = new Map<string, Map<number, Maker>>()
  #size = 0

  of(value: string): readonly Maker[] {
    return [...(this.#byValue.get(value)?.values() ?? [])]
  }

  add(value: string, maker: Maker): void {
    const makers = this.#byValue.get(value) ?? new Map<number, Maker>()
    if (makers.has(maker.id)) return
    makers.set(maker.id, maker)
    this.#byValue.delete(value)
    this.#byValue.set(value, makers)
    this.#size++
    while (this.#size > MOST && this.#byValue.size > 1) {
      const [oldest, { size }] = this.#byValue.entries().next().value!
      this.#byValue.delete(oldest)
      this.#size -= size
    }
  }
}
