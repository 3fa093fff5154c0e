import { once, EventEmitter } from 'node:events'

/** How many exchanges are being taken down, and when there are none. */
export class OpenTapes {
  #open = 0
  readonly #events = new EventEmitter()

  begin(): void {
    this.#open++
  }

  end(): void {
    if (--this.#open === 0) this.#events.emit('none')
  }

  async none(): Promise<void> {
    if (this.#open > 0) await once(this.#events, 'none')
  }
}
