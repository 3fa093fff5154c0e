import type { EntrySummary, Micros } from '../../journal/entry.ts'

/** How fast a run may go. Without any of them: as fast as the order allows. */
export interface PaceRules {
  /** How many times as fast as it was recorded; null: recorded gaps do not matter. */
  speed: number | null
  /** The longest wait from one arrival to the next, at the speed of the run, in ms. */
  maxGap: number
  /** Requests per second at most; null: as many as can be. */
  rate: number | null
}

export type Arrival = Pick<EntrySummary, 'arrivedAt'>

/**
 * When entries are due: as far from the first one as they arrived when they were recorded, divided by
 * the speed, and moved up by what was cut of long gaps. Those that arrived one after the other may be
 * asked about in another order.
 */
export class Schedule {
  readonly #speed: number
  readonly #maxGap: number
  /** The latest arrival so far, and when that is due. */
  #latest: Micros | null = null
  #due = 0

  constructor(speed: number, maxGap: number) {
    this.#speed = speed
    this.#maxGap = maxGap
  }

  /** In ms after the start of the run. */
  due({ arrivedAt }: Arrival): number {
    this.#latest ??= arrivedAt
    const gap = (arrivedAt - this.#latest) / 1000 / this.#speed
    // It arrived before one that was asked about already: no gap to be cut.
    if (gap <= 0) return Math.max(0, this.#due + gap)
    this.#due += Math.min(gap, this.#maxGap)
    this.#latest = arrivedAt
    return this.#due
  }

  /** Puts off all that is due later: a target that had all wait is not to get it in one burst. */
  shift(ms: number): void {
    this.#due += ms
  }
}

/**
 * A rate that is kept over any second: each request takes a place `1 / rate` seconds behind the one
 * before it. What was not used is not saved up but for a tenth of a second, by which timers are late.
 */
export class Rate {
  readonly #interval: number
  readonly #saved: number
  #next = -Infinity

  /** `perSecond`: above 0. */
  constructor(perSecond: number) {
    this.#interval = 1000 / perSecond
    this.#saved = Math.min(100, 1000 - this.#interval)
  }

  /** Takes the next place: when it is, in ms on the clock of `now`, never before `now`. */
  take(now: number): number {
    if (this.#next === -Infinity) this.#next = now
    const place = Math.max(this.#next, now - Math.max(0, this.#saved))
    this.#next = place + this.#interval
    return Math.max(place, now)
  }
}
