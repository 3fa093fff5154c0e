/** Time that passes only when nobody has anything to do: hours in milliseconds, and the same each time. */
export class SimulatedTime {
  /** In microseconds since 1970. */
  readonly startedAt: number
  #now = 0
  #count = 0
  readonly #waiting: { at: number; count: number; go: () => void }[] = []

  constructor(startedAt: number) {
    this.startedAt = startedAt
  }

  /** In microseconds from its beginning. */
  get now(): number {
    return this.#now
  }

  pass(micros: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ at: this.#now + micros, count: this.#count++, go })
    })
  }

  /** Lets time pass until the work is done. Rejects where it waits for what will never happen. */
  async until<T>(work: Promise<T>): Promise<T> {
    let state = 'open' as 'open' | 'over'
    const over = () => void (state = 'over')
    work.then(over, over)
    for (;;) {
      await new Promise(setImmediate)
      if (state === 'over') return work
      const next = this.#takeNext()
      if (next === undefined) throw new Error('nothing will happen any more')
      this.#now = next.at
      next.go()
    }
  }

  #takeNext() {
    let first = 0
    for (const [i, { at, count }] of this.#waiting.entries()) {
      const best = this.#waiting[first]!
      if (at < best.at || (at === best.at && count < best.count)) first = i
    }
    return this.#waiting.splice(first, 1)[0]
  }
}
