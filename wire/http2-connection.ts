import http2, { type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2'
import type { Socket } from 'node:net'
import type { Outgoing, Receiver } from './client.ts'
import { leaveHalfClosed } from './half-closed.ts'
import { Http2Request } from './http2-request.ts'

/** Whom a connection tells. */
export interface Http2Owner {
  /** It may carry exchanges. */
  onReady(connection: Http2Connection): void
  /** It is gone. */
  onClose(connection: Http2Connection, error: Error): void
}

export interface Http2ConnectionOptions {
  /** How long one is kept on which nothing is sent, in ms. */
  keepAlive: number
  /** Bytes of an answer's head at most. */
  maxHead: number
}

/** One connection of HTTP/2 with the upstream; it carries many exchanges at once. */
export class Http2Connection {
  readonly #session: ClientHttp2Session
  readonly #keepAlive: number
  #isReady = false
  #open = 0
  #uses = 0
  #lastStream = Infinity
  #error = new Error('the connection ended')
  #resting: NodeJS.Timeout | undefined

  /** `socket` is connected, its handshake over, and nothing was sent on it. */
  constructor(socket: Socket, origin: URL, owner: Http2Owner, options: Http2ConnectionOptions) {
    this.#keepAlive = options.keepAlive
    leaveHalfClosed(socket, PATIENCE)
    const session = http2.connect(origin, {
      createConnection: () => socket,
      // As many fields as the size of a head allows.
      maxHeaderListPairs: options.maxHead / 4,
      maxSendHeaderBlockLength: MAX_SENT_HEAD,
      maxSessionMemory: MAX_MEMORY,
      settings: {
        enablePush: false,
        initialWindowSize: STREAM_WINDOW,
        maxHeaderListSize: options.maxHead,
      },
    })
    this.#session = session
    session.on('error', (error) => (this.#error = error))
    session.once('connect', () => {
      if (!session.destroyed) session.setLocalWindowSize(SESSION_WINDOW)
    })
    // Before its first SETTINGS nobody knows how many streams it takes, or whether it speaks HTTP/2.
    session.once('remoteSettings', () => {
      this.#isReady = true
      this.#rest()
      owner.onReady(this)
    })
    session.on('goaway', (_code: number, lastStream: number) => (this.#lastStream = lastStream))
    session.once('close', () => {
      clearTimeout(this.#resting)
      owner.onClose(this, this.#error)
    })
  }

  get isReady(): boolean {
    return this.#isReady
  }

  /** How many more exchanges it takes. */
  get room(): number {
    const { closed, destroyed, remoteSettings } = this.#session
    if (!this.#isReady || closed || destroyed || this.#uses >= MOST_USES) return 0
    return Math.min(remoteSettings.maxConcurrentStreams ?? Infinity, MOST_STREAMS) - this.#open
  }

  get session(): ClientHttp2Session {
    return this.#session
  }

  /** Why it ended, where it did. */
  get error(): Error {
    return this.#error
  }

  /** Whether the upstream said that it does nothing with this stream (RFC 9113 section 6.8). */
  isBeyond(stream: number): boolean {
    return stream > this.#lastStream
  }

  /** Starts an exchange; there must be room for it. */
  send(head: OutgoingHttpHeaders, receiver: Receiver): Outgoing {
    clearTimeout(this.#resting)
    this.#session.ref()
    this.#open++
    return new Http2Request(this, head, receiver, this.#uses++ === 0 ? 'first' : 'later')
  }

  /** An exchange is over. */
  left(): void {
    if (--this.#open === 0) this.#rest()
  }

  /** Closes it; whoever waits for an answer hears that none will come. */
  destroy(): void {
    this.#session.destroy()
  }

  #rest(): void {
    if (this.#session.destroyed) return
    // Nobody waits for it any more.
    this.#session.unref()
    clearTimeout(this.#resting)
    this.#resting = setTimeout(() => this.#session.close(), this.#keepAlive).unref()
  }
}

const STREAM_WINDOW = 256 * 1024
const SESSION_WINDOW = 4 * 1024 * 1024

/** Whatever the upstream takes; what one connection loses should not be everything. */
const MOST_STREAMS = 256

/** In ms: when it is closed, all that was sent on it was answered. */
const PATIENCE = 2_000

/** There are 2^30 numbers of streams. */
const MOST_USES = 2 ** 29

/** Of a request, in bytes: what clients may send is limited where it comes in. */
const MAX_SENT_HEAD = 4 * 1024 * 1024

/** In MB. What waits on the streams is limited by their windows and by backpressure. */
const MAX_MEMORY = 256
