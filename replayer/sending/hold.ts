import { systemClock, type Clock } from './clock.ts'

/** By which somebody lets a run stand still, and go on. */
export class Hold {
  readonly #clock: Clock
  #held: { since: number; until: Promise<void>; end: () => void } | null = null

  /** Told when it is over by how many ms it puts off what is due. */
  onOver: (ms: number) => void = () => {}

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  get isHeld(): boolean {
    return this.#held !== null
  }

  /** Nothing more is sent; what is under way comes to its end. */
  begin(): void {
    if (this.#held !== null) return
    let end = () => {}
    const until = new Promise<void>((resolve) => (end = resolve))
    this.#held = { since: this.#clock.now(), until, end }
  }

  end(): void {
    if (this.#held === null) return
    const { since, end } = this.#held
    this.#held = null
    this.onOver(this.#clock.now() - since)
    end()
  }

  /** Resolves when it goes on. */
  async over(): Promise<void> {
    while (this.#held !== null) await this.#held.until
  }
}
