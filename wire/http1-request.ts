import type { Socket } from 'node:net'
import type { Outgoing } from './client.ts'
import type { RawFields } from './fields.ts'
import type { Http1Connection } from './http1-connection.ts'
import { MessageWriter, type Coding } from './message-writer.ts'

/** A request on its way over a connection. */
export class Http1Request implements Outgoing {
  readonly isReused: boolean
  /** Null when the exchange is over. */
  #connection: Http1Connection | null
  readonly #socket: Socket
  readonly #writer: MessageWriter
  #wasReady = false

  constructor(
    connection: Http1Connection,
    socket: Socket,
    head: string,
    coding: Coding,
    use: 'first' | 'later',
  ) {
    this.#connection = connection
    this.#socket = socket
    this.#writer = new MessageWriter(socket, head, coding)
    this.isReused = use === 'later'
  }

  get sent(): 'nothing' | 'something' {
    return (this.#connection?.isReady ?? this.#wasReady) ? 'something' : 'nothing'
  }

  get isOver(): boolean {
    return this.#connection === null
  }

  get isEnded(): boolean {
    return this.#writer.isEnded
  }

  sendHead(): void {
    if (this.#connection !== null) this.#writer.sendHead()
  }

  write(chunk: Buffer): boolean {
    return this.#connection === null || this.#writer.write(chunk)
  }

  end(last?: Buffer, trailers?: RawFields): void {
    if (this.#connection === null) return
    this.#writer.end(last, trailers)
    this.#connection.ended()
  }

  pause(): void {
    if (this.#connection !== null) this.#socket.pause()
  }

  resume(): void {
    if (this.#connection !== null) this.#socket.resume()
  }

  destroy(): void {
    this.#connection?.abandon()
  }

  /** The exchange is over: what is still written goes nowhere. */
  leave(): void {
    this.#wasReady = this.#connection?.isReady ?? this.#wasReady
    this.#connection = null
  }
}
