/** Pauses a stream until all that it was paused for is over. */
export class Hold {
  readonly #stream: { pause(): unknown; resume(): unknown }
  #holds = 0
  #waitsForRoom = false

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

  /** Until there is room again where it goes to; waits once, however often it is asked. */
  untilDrain(target: { once(event: 'drain', listener: () => void): unknown }): void {
    if (this.#waitsForRoom) return
    this.#waitsForRoom = true
    this.hold()
    target.once('drain', () => {
      this.#waitsForRoom = false
      this.release()
    })
  }
}
