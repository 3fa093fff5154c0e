import type { Socket } from 'node:net'
import type { Outgoing } from './client.ts'
import type { RawFields } from './fields.ts'
import { writeFields } from './head.ts'
import type { Http1Connection } from './http1-connection.ts'

/** Up to this size bytes are copied, so that all that is sent at once goes in one write. */
const COPIED = 16 * 1024

/** A request on its way over a connection (RFC 9112 sections 6 and 7). */
export class Http1Request implements Outgoing {
  readonly isReused: boolean
  /** Null when the exchange is over. */
  #connection: Http1Connection | null
  readonly #socket: Socket
  readonly #coding: 'chunked' | 'plain'
  /** What is to go before the next bytes. */
  #before: string
  #isEnded = false
  #wasReady = false

  constructor(
    connection: Http1Connection,
    socket: Socket,
    head: string,
    coding: 'chunked' | 'plain',
    use: 'first' | 'later',
  ) {
    this.#connection = connection
    this.#socket = socket
    this.#before = head
    this.#coding = coding
    this.isReused = use === 'later'
  }

  get sent(): 'nothing' | 'something' {
    return (this.#connection?.isReady ?? this.#wasReady) ? 'something' : 'nothing'
  }

  get isOver(): boolean {
    return this.#connection === null
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  sendHead(): void {
    if (this.#connection === null || this.#before === '') return
    this.#socket.write(this.#before, 'latin1')
    this.#before = ''
  }

  write(chunk: Buffer): boolean {
    // An empty chunk would be the last one.
    if (this.#connection === null || this.#isEnded || chunk.length === 0) return true
    const before = this.#before
    this.#before = ''
    if (this.#coding === 'plain') return this.#put(before, chunk, '')
    return this.#put(`${before}${chunk.length.toString(16)}\r\n`, chunk, '\r\n')
  }

  end(last?: Buffer, trailers?: RawFields): void {
    if (this.#connection === null || this.#isEnded) return
    const before = this.#before
    this.#before = ''
    this.#isEnded = true
    if (this.#coding === 'plain') {
      if (last !== undefined) this.#put(before, last, '')
      else if (before !== '') this.#socket.write(before, 'latin1')
    } else {
      const end = `0\r\n${trailers === undefined ? '' : writeFields(trailers)}\r\n`
      if (last === undefined || last.length === 0) this.#socket.write(before + end, 'latin1')
      else this.#put(`${before}${last.length.toString(16)}\r\n`, last, `\r\n${end}`)
    }
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

  #put(before: string, chunk: Buffer, after: string): boolean {
    const socket = this.#socket
    if (chunk.length > COPIED) {
      socket.cork()
      if (before !== '') socket.write(before, 'latin1')
      let hasRoom = socket.write(chunk)
      if (after !== '') hasRoom = socket.write(after, 'latin1')
      socket.uncork()
      return hasRoom
    }
    const bytes = Buffer.allocUnsafe(before.length + chunk.length + after.length)
    bytes.write(before, 0, 'latin1')
    chunk.copy(bytes, before.length)
    if (after !== '') bytes.write(after, before.length + chunk.length, 'latin1')
    return socket.write(bytes)
  }
}
