/** The wait before the second try, in ms; twice as long before each other one, and no longer than the most. */
const FIRST = 50
const LONGEST = 5_000

/** How often in a row a restore may get no further. */
export class Tries {
  readonly #most: number
  #used = 0
  #concluded = 0

  constructor(most: number) {
    this.#most = most
  }

  /** How long to wait before it is tried again, in ms; null: often enough. `concluded`: what it has done so far. */
  next(concluded: number): number | null {
    this.#used = concluded > this.#concluded ? 1 : this.#used + 1
    this.#concluded = concluded
    return this.#used >= this.#most ? null : Math.min(FIRST * 2 ** (this.#used - 1), LONGEST)
  }
}
