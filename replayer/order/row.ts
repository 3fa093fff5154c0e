import type { Micros } from '../../journal/entry.ts'
import type { Placed } from './placed.ts'

/** Entries in the order of the stream: they come at the end and leave at the front. */
export class Row {
  #entries: Placed[] = []
  #start = 0

  get length(): number {
    return this.#entries.length - this.#start
  }

  /** From 0, the first one that is left. */
  at(index: number): Placed {
    return this.#entries[this.#start + index]!
  }

  push(entry: Placed): void {
    this.#entries.push(entry)
  }

  shift(): void {
    this.#start++
    // Now and then, so that it costs nothing in the mean.
    if (this.#start * 2 < this.#entries.length) return
    this.#entries = this.#entries.slice(this.#start)
    this.#start = 0
  }

  /** How many of them were ordered before the moment. */
  countBefore(moment: Micros): number {
    let [from, to] = [0, this.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.at(middle).orderedAt < moment) from = middle + 1
      else to = middle
    }
    return from
  }
}
