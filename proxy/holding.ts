/** Pauses a stream until all that it was paused for is over. */
export class Hold {
  readonly #stream: { pause(): unknown; resume(): unknown }
  #holds = 0

  constructor(stream: { pause(): unknown; resume(): unknown }) {
    this.#stream = stream
  }

  hold(): void {
    this.#holds++
    this.#stream.pause()
  }

  release(): void {
    if (--this.#holds === 0) this.#stream.resume()
  }

  until(over: Promise<void>): void {
    this.hold()
    void over.then(() => this.release())
  }
}
