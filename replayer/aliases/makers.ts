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
  readonly #byValue = new Map<string, Maker[]>()
  #size = 0

  of(value: string): readonly Maker[] {
    return this.#byValue.get(value) ?? []
  }

  add(value: string, maker: Maker): void {
    const before = this.of(value)
    if (before.some(({ id }) => id === maker.id)) return
    this.#byValue.delete(value)
    this.#byValue.set(value, [...before, maker])
    this.#size++
    while (this.#size > MOST && this.#byValue.size > 1) {
      const [oldest, makers] = this.#byValue.entries().next().value!
      this.#byValue.delete(oldest)
      this.#size -= makers.length
    }
  }
}
