/** Event streams that one client may have open, and all together: each asks the journal by itself. */
const MOST_OF_ONE = 16
const MOST = 64

/** Which event streams are open, by client address. */
export class OpenStreams {
  readonly #byAddress = new Map<string, number>()
  #all = 0

  /** Why no further one may be opened; null: it may. */
  refusal(address: string): string | null {
    const own = this.#byAddress.get(address) ?? 0
    if (own >= MOST_OF_ONE) return `${address} has ${own} event streams open`
    return this.#all >= MOST ? `${this.#all} event streams are open` : null
  }

  /** Answers what is to be called once, when it has ended. */
  open(address: string): () => void {
    this.#all++
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1)
    return () => {
      this.#all--
      const left = this.#byAddress.get(address)! - 1
      if (left === 0) this.#byAddress.delete(address)
      else this.#byAddress.set(address, left)
    }
  }
}
