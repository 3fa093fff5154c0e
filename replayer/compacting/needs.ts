/** Values that something which is kept uses, and of which the answer that brought them was not met yet. */
export class Needs {
  readonly #values = new Set<number>()
  readonly #most: number
  #isFull = false

  constructor(most = MOST) {
    this.#most = most
  }

  /** May say yes of a value that is not: two may share a hash. Then more is kept than had to be. */
  has(value: string): boolean {
    return this.#isFull || this.#values.has(hashOf(value))
  }

  add(value: string): void {
    if (this.#values.size >= this.#most) this.#isFull = true
    else this.#values.add(hashOf(value))
  }

  delete(value: string): void {
    this.#values.delete(hashOf(value))
  }
}

/** Beyond, every value counts as needed. */
const MOST = 1_000_000

/** FNV-1a, over code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return hash >> 1
}
