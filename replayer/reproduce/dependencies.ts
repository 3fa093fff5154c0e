import type { Values } from '../order/placing.ts'

/** A value that an entry uses, and the place of the one that it needs for it. */
export interface Dependency {
  value: string
  producer: number
}

/**
 * Of entries in the order of the stream, which ones each needs: of every value that it uses the first
 * that produced it. That one made it up; later answers only tell it once more.
 */
export class Dependencies {
  readonly #producers = new Map<string, number>()
  #place = 0

  /** Those of the next entry, whose values are given; places are counted from 0. */
  next({ uses, produces }: Values): Dependency[] {
    const found: Dependency[] = []
    for (const value of new Set(uses)) {
      const producer = this.#producers.get(value)
      if (producer !== undefined) found.push({ value, producer })
    }
    for (const value of produces) {
      if (!this.#producers.has(value)) this.#producers.set(value, this.#place)
    }
    this.#place++
    return found
  }
}
