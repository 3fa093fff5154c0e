import type { EntrySummary } from '../journal/entry.ts'
import { IdSet } from './id-set.ts'
import type { Values } from './order/placing.ts'

// Which reads and refusals a replay sends again: those whose answer handed out a value that only they
// did (the token of a form, a session), and that an entry which is sent uses. They are found by going
// through the recording once, in its order, before anything is sent.

/** So many of them are held in mind at a time; the oldest is forgotten first. */
const MOST_HELD = 2_000

/** And so many values of one. */
const MOST_VALUES = 200

export class ContextNeeds {
  readonly #held = new Map<number, Values>()
  /** Whose answer was the last to bring a value. */
  readonly #producers = new Map<string, number>()
  /** The context entries that are needed, by id. */
  readonly needed = new IdSet()

  /** Each entry in the order of the stream; its values are asked for where they matter. */
  observe<E extends Pick<EntrySummary, 'id' | 'verdict'>>(
    entry: E,
    valuesOf: (entry: E) => Values,
  ): void {
    if (entry.verdict === 'context') {
      this.#hold(entry.id, valuesOf(entry))
      return
    }
    if (this.#producers.size === 0) return
    const { uses, produces } = valuesOf(entry)
    for (const value of uses) this.#need(value)
    // From then on it is this one's: a replay of it brings the new one.
    for (const value of produces) this.#producers.delete(value)
  }

  #hold(id: number, values: Values): void {
    this.#held.set(id, values)
    for (const value of values.produces.slice(0, MOST_VALUES)) this.#producers.set(value, id)
    if (this.#held.size <= MOST_HELD) return
    const [oldest] = this.#held.keys()
    this.#forget(oldest!)
  }

  /** With all that is needed to be answered so once more. */
  #need(value: string): void {
    const id = this.#producers.get(value)
    if (id === undefined || this.needed.has(id)) return
    this.needed.add(id)
    for (const own of this.#held.get(id)?.uses ?? []) this.#need(own)
  }

  #forget(id: number): void {
    for (const value of this.#held.get(id)?.produces ?? []) {
      if (this.#producers.get(value) === id) this.#producers.delete(value)
    }
    this.#held.delete(id)
  }
}
