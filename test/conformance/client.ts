import { once } from 'node:events'
import net from 'node:net'
import { ByteReader, Ended } from './byte-reader.ts'
import { readAnswerHead, readBody, type AnswerHead, type Body } from './message.ts'

/** An answer as a client reads it; `cut` where the connection ended before it did. */
export interface Answer extends AnswerHead, Body {
  end: 'whole' | 'cut'
}

/** A connection to what is tested, with nothing between the case and the bytes. */
export class Client {
  readonly socket: net.Socket
  readonly reader: ByteReader

  private constructor(socket: net.Socket) {
    this.socket = socket
    this.reader = new ByteReader(socket)
  }

  static async to(url: string): Promise<Client> {
    const { hostname, port } = new URL(url)
    const socket = net.connect({ host: hostname, port: Number(port), noDelay: true })
    const client = new Client(socket)
    await once(socket, 'connect')
    return client
  }

  /** Text is latin-1: one code point a byte. */
  send(bytes: string | Buffer): void {
    // Whoever is tested may have closed already; what it said is what counts.
    if (this.socket.writable) this.socket.write(asBytes(bytes))
  }

  /** In segments of so many bytes, as far as TCP can be made to. */
  async sendInPieces(bytes: string | Buffer, size: number): Promise<void> {
    const all = asBytes(bytes)
    for (let at = 0; at < all.length; at += size) {
      this.send(all.subarray(at, at + size))
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** The next answer, interim ones too. `method` is that of its request. */
  async answer(method = 'GET'): Promise<Answer> {
    const head = await readAnswerHead(this.reader, method)
    try {
      const body = await readBody(this.reader, head)
      const cut = head.framing === 'close' && this.reader.ended === 'reset'
      return { ...head, ...body, end: cut ? 'cut' : 'whole' }
    } catch (error) {
      if (!(error instanceof Ended)) throw error
      return { ...head, bytes: Buffer.alloc(0), chunks: 0, trailers: [], end: 'cut' }
    }
  }

  until(pattern: RegExp): Promise<string> {
    return this.reader.until(pattern)
  }

  /** Resolves when the other side closed the connection, with how. */
  closed(): Promise<'end' | 'reset'> {
    return this.reader.over()
  }

  leave(how: 'end' | 'reset'): void {
    if (how === 'end') this.socket.destroy()
    else this.socket.resetAndDestroy()
  }
}

export function asBytes(bytes: string | Buffer): Buffer {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes
}
