import type { Clock } from './clock.ts'

/** What became of a request that had its turn. */
export type Turn = 'taken' | 'turned-away' | 'unknown'

/**
 * The gate before a target that asks for less: all requests wait until it may be asked again. Then
 * one goes first, and for each that is taken one more may be under way at once, until as many are as
 * ever were: else all that gathered would come back as the very burst that was turned away.
 */
export class BackOff {
  readonly #clock: Clock
  readonly #signal: AbortSignal
  /** Told by how many ms a pause puts off what is due. */
  readonly #onPause: (ms: number) => void
  #until = -Infinity
  /** How many may be under way; Infinity: the target never asked for less, or takes all again. */
  #window = Infinity
  #underWay = 0
  #mostUnderWay = 0
  readonly #waiting: (() => void)[] = []

  constructor(clock: Clock, signal: AbortSignal, onPause: (ms: number) => void = () => {}) {
    this.#clock = clock
    this.#signal = signal
    this.#onPause = onPause
    signal.addEventListener('abort', () => this.#admit(), { once: true })
  }

  /** Resolves when the target may be asked again, or the run was aborted; who comes then may have to wait for a turn. */
  async pauseOver(): Promise<void> {
    while (!this.#signal.aborted && this.#clock.now() < this.#until) {
      await this.#clock.sleep(this.#until - this.#clock.now(), this.#signal)
    }
  }

  /** Waits for a turn, which must be given back with `leave`. An aborted run lets everybody pass. */
  enter(): Promise<void> | undefined {
    if (this.#waiting.length === 0 && this.#hasRoom) {
      this.#goOn()
      return undefined
    }
    return new Promise((go) => {
      this.#waiting.push(go)
      this.#admitLater()
    })
  }

  /** What was under way when the pause began says nothing of what the target takes after it. */
  leave(how: Turn): void {
    this.#underWay--
    const isTrial = this.#window !== Infinity && this.#clock.now() >= this.#until
    if (isTrial && how === 'taken') this.#window++
    this.#admit()
    if (isTrial && this.#waiting.length === 0 && this.#window > this.#mostUnderWay) {
      this.#window = Infinity
    }
  }

  /** Nothing more is sent for so many ms. */
  pause(ms: number): void {
    const now = this.#clock.now()
    const until = now + ms
    this.#window = 1
    if (until <= this.#until) return
    this.#onPause(until - Math.max(now, this.#until))
    this.#until = until
    this.#admitLater()
  }

  get #hasRoom(): boolean {
    if (this.#signal.aborted) return true
    return this.#underWay < this.#window && this.#clock.now() >= this.#until
  }

  #goOn(): void {
    this.#underWay++
    this.#mostUnderWay = Math.max(this.#mostUnderWay, this.#underWay)
  }

  #admit(): void {
    while (this.#waiting.length > 0 && this.#hasRoom) {
      this.#goOn()
      this.#waiting.shift()!()
    }
  }

  #admitLater(): void {
    void this.pauseOver().then(() => this.#admit())
  }
}
