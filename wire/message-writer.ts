import type { Socket } from 'node:net'
import type { RawFields } from './fields.ts'
import { writeFields } from './head.ts'

/** Up to this size bytes are copied, so that all that is written at once is one write. */
const COPIED = 16 * 1024

/** How a body goes out: in chunks, as it is, or not at all, whatever is written. */
export type Coding = 'chunked' | 'plain' | 'bodiless'

/** Writes one message of HTTP/1.1 to a connection (RFC 9112 sections 6 and 7). */
export class MessageWriter {
  readonly #socket: Socket
  readonly #coding: Coding
  /** What goes before the next bytes: the head, as long as it is not out. */
  #before: string
  #isEnded = false

  constructor(socket: Socket, head: string, coding: Coding) {
    this.#socket = socket
    this.#before = head
    this.#coding = coding
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** The head goes out with the first of the body, with `end`, or by this. */
  sendHead(): void {
    if (this.#before === '') return
    this.#socket.write(this.#before, 'latin1')
    this.#before = ''
  }

  /** False: there is little room, wait for the connection's `drain`. */
  write(chunk: Buffer): boolean {
    // An empty chunk would be the last one.
    if (this.#isEnded || chunk.length === 0 || this.#coding === 'bodiless') return true
    const before = this.#before
    this.#before = ''
    if (this.#coding === 'plain') return this.#put(before, chunk, '')
    return this.#put(`${before}${chunk.length.toString(16)}\r\n`, chunk, '\r\n')
  }

  /** Trailers go only behind a body in chunks. Throws an InvalidHead where they cannot be written. */
  end(last?: Buffer, trailers: RawFields = []): void {
    if (this.#isEnded) return
    this.#isEnded = true
    const before = this.#before
    this.#before = ''
    const hasLast = last !== undefined && last.length > 0 && this.#coding !== 'bodiless'
    if (this.#coding === 'chunked') {
      const end = `0\r\n${writeFields(trailers)}\r\n`
      if (hasLast) this.#put(`${before}${last.length.toString(16)}\r\n`, last, `\r\n${end}`)
      else this.#socket.write(before + end, 'latin1')
    } else if (hasLast) this.#put(before, last, '')
    else if (before !== '') this.#socket.write(before, 'latin1')
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
