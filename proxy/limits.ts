/** How long things may take, in ms; Infinity: as long as they like. */
export interface Limits {
  /** To an established connection with the upstream. */
  connect: number
  /** From the last byte of the request that was passed on to the head of the answer. */
  answer: number
  /** From one piece of a body to the next, either way. */
  idle: number
  /** The whole exchange: from the request's head to the end of its answer. */
  exchange: number
}

/** Watches over the limits of one exchange; calls `late` when one of them is passed. */
export class Deadlines {
  readonly #late: () => void
  readonly #idle: number
  #answerTimer: NodeJS.Timeout | null
  readonly #exchangeTimer: NodeJS.Timeout | null
  #idleTimer: NodeJS.Timeout | null = null

  constructor({ answer, idle, exchange }: Limits, late: () => void) {
    this.#late = late
    this.#idle = idle
    this.#answerTimer = startTimer(late, answer)
    this.#exchangeTimer = startTimer(late, exchange)
  }

  /** A piece of a body was passed on, or is expected to come. */
  flows(): void {
    this.#answerTimer?.refresh()
    if (this.#idleTimer === null) this.#idleTimer = startTimer(this.#late, this.#idle)
    else this.#idleTimer.refresh()
  }

  /** No piece of a body is expected for now. */
  rests(): void {
    stopTimer(this.#idleTimer)
    this.#idleTimer = null
  }

  /** The answer has begun. */
  answered(): void {
    stopTimer(this.#answerTimer)
    this.#answerTimer = null
  }

  end(): void {
    this.answered()
    this.rests()
    stopTimer(this.#exchangeTimer)
  }
}

export function startTimer(late: () => void, limit: number): NodeJS.Timeout | null {
  return limit === Infinity ? null : setTimeout(late, limit)
}

export function stopTimer(timer: NodeJS.Timeout | null): void {
  if (timer !== null) clearTimeout(timer)
}
