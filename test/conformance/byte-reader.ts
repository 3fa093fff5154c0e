import type { Socket } from 'node:net'
import { Changes } from './changes.ts'
import { Broken } from './message.ts'

/** The connection is over, and what was read for has not come. */
export class Ended extends Error {
  constructor(how: 'end' | 'reset') {
    super(`the connection is over (${how})`)
  }
}

/** What comes on a connection, read piece by piece in the order in which it came. */
export class ByteReader {
  /** How the connection ended for whoever reads; null while it goes on. */
  ended: 'end' | 'reset' | null = null
  readonly #changes = new Changes()
  readonly #all: Buffer[] = []
  #unread: Buffer[] = []
  #length = 0

  constructor(socket: Socket) {
    const end = (how: 'end' | 'reset') => {
      this.ended ??= how
      this.#changes.tell()
    }
    socket.on('data', (bytes: Buffer) => {
      this.#all.push(bytes)
      this.#unread.push(bytes)
      this.#length += bytes.length
      this.#changes.tell()
    })
    socket.on('end', () => end('end'))
    socket.on('error', () => end('reset'))
    // What this side destroys ends without a word.
    socket.on('close', () => end('end'))
  }

  /** What came and was not read yet, in bytes. */
  get unread(): number {
    return this.#length
  }

  /** All that ever came, latin-1. */
  get text(): string {
    return Buffer.concat(this.#all).toString('latin1')
  }

  /** Resolves when all that ever came matches. */
  async until(pattern: RegExp): Promise<string> {
    await this.#changes.until(() => this.ended !== null || pattern.test(this.text))
    if (pattern.test(this.text)) return this.text
    throw new Error(`it ended before ${pattern}: ${JSON.stringify(this.text.slice(-2_000))}`)
  }

  /** Resolves when nothing more will come, with how it ended. */
  async over(): Promise<'end' | 'reset'> {
    await this.#changes.until(() => this.ended !== null)
    return this.ended!
  }

  /** Whether there is anything to read; false once the connection ended. */
  async any(): Promise<boolean> {
    await this.#changes.until(() => this.#length > 0 || this.ended !== null)
    return this.#length > 0
  }

  async take(count: number): Promise<Buffer> {
    await this.#changes.until(() => this.#length >= count || this.ended !== null)
    if (this.#length < count) throw new Ended(this.ended!)
    const joined = this.#joined()
    this.#keep(joined.subarray(count))
    return joined.subarray(0, count)
  }

  /** Up to the end of the connection. */
  async rest(): Promise<Buffer> {
    await this.over()
    return this.take(this.#length)
  }

  /** One line without its CRLF; nothing else ends a line, and neither may stand in one. */
  async line(): Promise<string> {
    let from = 0
    let at = -1
    await this.#changes.until(() => {
      const joined = this.#joined()
      at = joined.indexOf('\n', from)
      from = joined.length
      return at !== -1 || this.ended !== null
    })
    if (at === -1) throw new Ended(this.ended!)
    const line = (await this.take(at + 1)).toString('latin1')
    if (!/^[^\r\n]*\r\n$/.test(line)) throw new Broken(`a bare CR or LF in ${JSON.stringify(line)}`)
    return line.slice(0, -2)
  }

  #joined(): Buffer {
    if (this.#unread.length !== 1) this.#keep(Buffer.concat(this.#unread))
    return this.#unread[0]!
  }

  #keep(bytes: Buffer): void {
    this.#unread = [bytes]
    this.#length = bytes.length
  }
}
