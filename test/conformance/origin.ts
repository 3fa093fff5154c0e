import { once } from 'node:events'
import net from 'node:net'
import { ByteReader, Ended } from './byte-reader.ts'
import { Changes } from './changes.ts'
import { asBytes } from './client.ts'
import { Broken, readBody, readRequestHead, type Body, type RequestHead } from './message.ts'

/** A request as the origin read it. */
export interface Seen extends RequestHead, Body {
  /** Of its connection, counted from 0. */
  connection: number
}

/** What a case has the origin do with a request, from its head on. */
export type Script = (exchange: Exchange) => unknown

export class Exchange {
  readonly head: RequestHead
  readonly socket: net.Socket
  readonly reader: ByteReader
  #body: Promise<Body> | undefined

  constructor(head: RequestHead, socket: net.Socket, reader: ByteReader) {
    this.head = head
    this.socket = socket
    this.reader = reader
  }

  /** Resolves when the whole request was read. */
  body(): Promise<Body> {
    this.#body ??= readBody(this.reader, this.head)
    return this.#body
  }

  send(bytes: string | Buffer): void {
    if (this.socket.writable) this.socket.write(asBytes(bytes))
  }

  /** Sends, then closes. */
  end(bytes: string | Buffer = ''): void {
    this.socket.end(asBytes(bytes))
  }
}

/** Reads by the letter of RFC 9112, notes what it read, and answers as the case says. */
export class Origin {
  url = ''
  /** Heads in the order in which they came, and requests in the order in which they were whole. */
  heads: RequestHead[] = []
  requests: Seen[] = []
  /** What came and was no request. */
  broken: string[] = []
  readonly sockets = new Set<net.Socket>()
  /** Of connections between two requests. */
  readonly #between = new Set<ByteReader>()
  readonly #changes = new Changes()
  readonly #server: net.Server
  #script: Script = answerAll(ok('ok'))
  #connections = 0

  private constructor() {
    this.#server = net.createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket)
      socket.on('close', () => {
        this.sockets.delete(socket)
        this.#changes.tell()
      })
      void this.#serve(socket, this.#connections++)
    })
  }

  static async listen(): Promise<Origin> {
    const origin = new Origin()
    origin.#server.listen(0, '127.0.0.1')
    await once(origin.#server, 'listening')
    origin.url = `http://127.0.0.1:${(origin.#server.address() as net.AddressInfo).port}`
    return origin
  }

  /** From now on every request gets these bytes once it is whole, or goes through this script. */
  answers(script: Script | string | Buffer): void {
    this.#script = typeof script === 'function' ? script : answerAll(script)
  }

  async head(index: number): Promise<RequestHead> {
    await this.#changes.until(() => this.heads.length > index)
    return this.heads[index]!
  }

  async request(index: number): Promise<Seen> {
    await this.#changes.until(() => this.requests.length > index)
    return this.requests[index]!
  }

  /** How many bytes came that begin a request which never came to be one. */
  get stray(): number {
    return [...this.#between].reduce((sum, reader) => sum + reader.unread, 0)
  }

  /** Resolves when no connection to it is open. */
  left(): Promise<void> {
    return this.#changes.until(() => this.sockets.size === 0)
  }

  /** Forgets everything and drops its connections: no case meets what another left. */
  forget(): void {
    for (const socket of this.sockets) socket.destroy()
    this.#between.clear()
    this.#script = answerAll(ok('ok'))
    this.heads = []
    this.requests = []
    this.broken = []
    this.#connections = 0
  }

  close(): void {
    this.forget()
    this.#server.close()
  }

  async #serve(socket: net.Socket, connection: number): Promise<void> {
    const reader = new ByteReader(socket)
    try {
      while (await reader.any()) {
        this.#between.add(reader)
        const head = await readRequestHead(reader)
        this.#between.delete(reader)
        const { heads, requests } = this
        heads.push(head)
        this.#changes.tell()
        const exchange = new Exchange(head, socket, reader)
        const played = Promise.resolve(this.#script(exchange))
        // The script's own failure is that of the same connection.
        played.catch(() => {})
        requests.push({ ...head, ...(await exchange.body()), connection })
        this.#changes.tell()
        await played
      }
    } catch (error) {
      if (error instanceof Broken) {
        this.broken.push(error.message)
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      } else if (!(error instanceof Ended)) throw error
    }
  }
}

export function ok(body: string | Buffer, fields = '', status = '200 OK'): Buffer {
  const bytes = asBytes(body)
  const head = `HTTP/1.1 ${status}\r\nContent-Length: ${bytes.length}\r\n${fields}\r\n`
  return Buffer.concat([asBytes(head), bytes])
}

function answerAll(bytes: string | Buffer): Script {
  return async (exchange) => {
    await exchange.body()
    exchange.send(bytes)
  }
}
