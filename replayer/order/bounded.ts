/** A map of so many keys at most: the one that was set longest ago makes room. */
export class Bounded<K, V> {
  readonly #values = new Map<K, V>()
  readonly #most: number
  #forgotten = 0

  constructor(most: number) {
    this.#most = most
  }

  /** How many keys had to make room. */
  get forgotten(): number {
    return this.#forgotten
  }

  get(key: K): V | undefined {
    return this.#values.get(key)
  }

  set(key: K, value: V): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size <= this.#most) return
    this.#values.delete(this.#values.keys().next().value as K)
    this.#forgotten++
  }

  entries(): IterableIterator<[K, V]> {
    return this.#values.entries()
  }
}
