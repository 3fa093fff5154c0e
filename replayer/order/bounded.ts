/**
 * A map that forgets: it has the keys that were set last, so many at least and twice as many at
 * most. (To take out the oldest key of a Map one by one costs more with each that was taken out.)
 */
export class Bounded<K, V> {
  #young = new Map<K, V>()
  #old = new Map<K, V>()
  readonly #least: number
  #hasForgotten = false

  constructor(least: number) {
    this.#least = least
  }

  /** Whether there was a key that it has no more. */
  get hasForgotten(): boolean {
    return this.#hasForgotten
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  set(key: K, value: V): void {
    this.#young.set(key, value)
    if (this.#young.size < this.#least) return
    this.#hasForgotten ||= [...this.#old.keys()].some((one) => !this.#young.has(one))
    this.#old = this.#young
    this.#young = new Map()
  }

  *entries(): Generator<[K, V]> {
    yield* this.#young
    for (const entry of this.#old) if (!this.#young.has(entry[0])) yield entry
  }
}
