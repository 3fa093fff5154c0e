import type { Clock } from './clock.ts'
import { Rate, Schedule, type Arrival, type PaceRules } from './pace.ts'

/** Waits until an entry may be sent. Its clock starts with the first one. */
export class Pacer {
  readonly #schedule: Schedule | null
  readonly #rate: Rate | null
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #start: number | null = null

  constructor({ speed, maxGap, rate }: PaceRules, clock: Clock, signal: AbortSignal) {
    this.#schedule = speed === null ? null : new Schedule(speed, maxGap)
    this.#rate = rate === null ? null : new Rate(rate)
    this.#clock = clock
    this.#signal = signal
  }

  /** Whether anybody ever waits. */
  get isFree(): boolean {
    return this.#schedule === null && this.#rate === null
  }

  /** Resolves when the entry is due and has its place; early when the run is aborted. */
  async wait(entry: Arrival): Promise<void> {
    if (this.#schedule !== null) {
      this.#start ??= this.#clock.now()
      await this.#until(this.#start + this.#schedule.due(entry))
    }
    await this.again()
  }

  /** The same for one that is sent again: only the rate counts. */
  async again(): Promise<void> {
    if (this.#rate !== null) await this.#until(this.#rate.take(this.#clock.now()))
  }

  /** All that is due later is due so many ms later. */
  shift(ms: number): void {
    this.#schedule?.shift(ms)
  }

  async #until(moment: number): Promise<void> {
    const left = moment - this.#clock.now()
    if (left > 0) await this.#clock.sleep(left, this.#signal)
  }
}
