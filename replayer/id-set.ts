/** A set of ids that takes a bit for each, where they lie close together. */
export class IdSet {
  readonly #parts = new Map<number, Uint32Array>()
  #size = 0

  get size(): number {
    return this.#size
  }

  has(id: number): boolean {
    const part = this.#parts.get(Math.floor(id / BITS))
    return part !== undefined && (part[(id % BITS) >> 5]! & (1 << (id & 31))) !== 0
  }

  add(id: number): void {
    if (this.has(id)) return
    const key = Math.floor(id / BITS)
    const part = this.#parts.get(key) ?? new Uint32Array(BITS / 32)
    this.#parts.set(key, part)
    part[(id % BITS) >> 5]! |= 1 << (id & 31)
    this.#size++
  }
}

const BITS = 4096
