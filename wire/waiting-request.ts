import type { Outgoing, Receiver, RequestHead } from './client.ts'
import type { RawFields } from './fields.ts'

/**
 * A request that waits for a connection. Of its body it takes what is written to it and says that
 * there is no room for more.
 */
export class WaitingRequest implements Outgoing {
  readonly head: RequestHead
  readonly receiver: Receiver
  readonly #leave: (request: WaitingRequest) => void
  /** Null until it goes. */
  #outgoing: Outgoing | null = null
  #isOver = false
  #head: 'kept' | 'asked for' = 'kept'
  #body: Buffer[] = []
  #end: { trailers: RawFields | undefined } | null = null
  #isPaused = false

  /** `leave` is told when it is given up. */
  constructor(head: RequestHead, receiver: Receiver, leave: (request: WaitingRequest) => void) {
    this.head = head
    this.receiver = receiver
    this.#leave = leave
  }

  /** Passes on what was written, and from now on what is. */
  go(outgoing: Outgoing): void {
    this.#outgoing = outgoing
    if (this.#isPaused) outgoing.pause()
    const body = this.#body
    this.#body = []
    if (this.#end !== null) {
      const last = body.length === 0 ? undefined : Buffer.concat(body)
      outgoing.end(last, this.#end.trailers)
      return
    }
    if (this.#head === 'asked for') outgoing.sendHead()
    if (body.length > 0 && outgoing.write(Buffer.concat(body))) this.receiver.onDrain()
  }

  /** There will be no connection. */
  fail(error: Error): void {
    this.#isOver = true
    this.#body = []
    this.receiver.onFail(error)
  }

  get sent(): 'nothing' | 'something' {
    return this.#outgoing?.sent ?? 'nothing'
  }

  get isReused(): boolean {
    return this.#outgoing?.isReused ?? false
  }

  get isOver(): boolean {
    return this.#outgoing?.isOver ?? this.#isOver
  }

  sendHead(): void {
    if (this.#outgoing !== null) this.#outgoing.sendHead()
    else this.#head = 'asked for'
  }

  write(chunk: Buffer): boolean {
    if (this.#outgoing !== null) return this.#outgoing.write(chunk)
    if (this.#isOver || this.#end !== null) return true
    this.#body.push(chunk)
    return false
  }

  end(last?: Buffer, trailers?: RawFields): void {
    if (this.#outgoing !== null) this.#outgoing.end(last, trailers)
    else if (!this.#isOver && this.#end === null) {
      if (last !== undefined) this.#body.push(last)
      this.#end = { trailers }
    }
  }

  pause(): void {
    this.#isPaused = true
    this.#outgoing?.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#outgoing?.resume()
  }

  destroy(): void {
    if (this.#outgoing !== null) {
      this.#outgoing.destroy()
      return
    }
    if (this.#isOver) return
    this.#isOver = true
    this.#body = []
    this.#leave(this)
  }
}
