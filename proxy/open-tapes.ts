import { once, EventEmitter } from 'node:events'

/** How many exchanges are being taken down, and when there are none. */
export class OpenTapes {
  #open = 0
  readonly #events = new EventEmitter()

  get count(): number {
    return this.#open
  }

  begin(): void {
    this.#open++
  }

  end(): void {
    if (--this.#open === 0) this.#events.emit('none')
  }

  /** Resolves when there are none, or after so many ms. */
  async none(within: number): Promise<void> {
    if (this.#open === 0) return
    const timer = setTimeout(() => this.#events.emit('none'), within)
    await once(this.#events, 'none')
    clearTimeout(timer)
  }
}
