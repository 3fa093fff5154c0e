/** How many of something one client may have at once, and all together. */
export interface Most {
  ofOne: number
  ofAll: number
}

/** Who has how many of what there are few of, by client address. */
export class Places {
  readonly #most: Most
  readonly #what: string
  readonly #byAddress = new Map<string, number>()
  #all = 0

  /** `what`: of them, in the plural. */
  constructor(most: Most, what: string) {
    this.#most = most
    this.#what = what
  }

  /** Why no further one may be taken; null: it may. */
  refusal(address: string): string | null {
    const own = this.#byAddress.get(address) ?? 0
    if (own >= this.#most.ofOne) return `${address} has ${own} ${this.#what}`
    return this.#all >= this.#most.ofAll ? `there are ${this.#all} ${this.#what}` : null
  }

  /** Answers what is to be called once, when it is free again. */
  take(address: string): () => void {
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
