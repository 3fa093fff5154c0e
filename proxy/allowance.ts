/** So many a minute, all of them at once where none were taken before. */
export class Allowance {
  readonly #perMinute: number
  readonly #now: () => number
  #left: number
  #at: number

  /** `now`: in ms. */
  constructor(perMinute: number, now = () => performance.now()) {
    this.#perMinute = perMinute
    this.#now = now
    this.#left = perMinute
    this.#at = now()
  }

  take(): 'granted' | 'used_up' {
    const now = this.#now()
    const gained = ((now - this.#at) / 60_000) * this.#perMinute
    this.#left = Math.min(this.#perMinute, this.#left + gained)
    this.#at = now
    if (this.#left < 1) return 'used_up'
    this.#left--
    return 'granted'
  }
}
