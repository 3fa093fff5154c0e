/**
 * A map that forgets by turns: a key stays for two of them from when it was set, or was last said to be in use.
 */
export class Recent<V> {
  #young = new Map<string, V>()
  #old = new Map<string, V>()

  /** Keys that were set or in use since the last turn. */
  get fresh(): number {
    return this.#young.size
  }

  get isEmpty(): boolean {
    return this.#young.size === 0 && this.#old.size === 0
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key)
  }

  get(key: string): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  set(key: string, value: V): void {
    this.#young.set(key, value)
    this.#old.delete(key)
  }

  /** Says that a key is in use. Answers whether it is there. */
  keep(key: string): boolean {
    const value = this.#old.get(key)
    if (value !== undefined) this.set(key, value)
    return value !== undefined || this.#young.has(key)
  }

  /** Answers the keys that are forgotten with it. */
  turn(): Iterable<string> {
    const gone = this.#old.keys()
    this.#old = this.#young
    this.#young = new Map()
    return gone
  }
}
