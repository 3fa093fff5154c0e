import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Client, Outgoing, Receiver, RequestHead } from './client.ts'
import { readyEvent, type Connect } from './connect.ts'
import type { Http1Client } from './http1-client.ts'
import {
  Http2Connection,
  type Http2ConnectionOptions,
  type Http2Owner,
} from './http2-connection.ts'
import { http2RequestHead } from './http2-fields.ts'
import { WaitingRequest } from './waiting-request.ts'

export interface Http2Options extends Http2ConnectionOptions {
  origin: URL
  connect: Connect
  /** How long it may take until a connection is there, in ms. */
  connectTimeout: number
  /** Who takes a connection of an upstream that chose HTTP/1.1; null where that is none to be used. */
  otherwise: Http1Client | null
}

/**
 * A client of one origin over HTTP/2, or, where the upstream chooses it, over HTTP/1.1. Each
 * connection is asked, so that an upstream may change. Connections of HTTP/2 are filled one after
 * the other, and another one is opened only when they are full.
 */
export class Http2Client implements Client, Http2Owner {
  readonly #options: Http2Options
  readonly #open = new Set<Http2Connection>()
  readonly #waiting: WaitingRequest[] = []
  /** Connections on their way, and how long they may take. */
  readonly #opening = new Map<Socket | Http2Connection, NodeJS.Timeout | undefined>()
  /** By the last connection that was opened. */
  #spoken: 'http1' | 'http2' = 'http2'

  constructor(options: Http2Options) {
    this.#options = options
  }

  request(head: RequestHead, receiver: Receiver, connection: 'any' | 'fresh' = 'any'): Outgoing {
    const fields = this.#fieldsOf(head)
    if (connection === 'any') {
      for (const one of this.#open) if (one.room > 0) return one.send(fields, receiver)
      const outgoing = this.#options.otherwise?.requestOnFree(head, receiver)
      if (outgoing) return outgoing
    }
    const waiting = new WaitingRequest(head, receiver, (given) => {
      this.#waiting.splice(this.#waiting.indexOf(given), 1)
    })
    this.#waiting.push(waiting)
    this.#openMore()
    return waiting
  }

  destroy(): void {
    this.#failWaiting(Infinity, new Error('the client is closed'))
    for (const one of [...this.#open, ...this.#opening.keys()]) one.destroy()
    this.#options.otherwise?.destroy()
  }

  onReady(connection: Http2Connection): void {
    this.#endOpening(connection)
    this.#open.add(connection)
    this.#spoken = 'http2'
    const { room } = connection
    if (room <= 0) this.#failWaiting(Infinity, new Error('it takes no requests'))
    for (const waiting of this.#waiting.splice(0, room)) {
      waiting.go(connection.send(this.#fieldsOf(waiting.head), waiting.receiver))
    }
    this.#openMore()
  }

  onClose(connection: Http2Connection, error: Error): void {
    this.#open.delete(connection)
    if (!connection.isReady) this.#failed(connection, error)
  }

  #fieldsOf(head: RequestHead) {
    return http2RequestHead(head, this.#options.origin.protocol.slice(0, -1))
  }

  /** One connection may carry all that waits; where each carries one, there are as many as wait. */
  #openMore(): void {
    const wanted =
      this.#spoken === 'http1' ? this.#waiting.length : Math.min(1, this.#waiting.length)
    while (this.#opening.size < wanted) this.#openOne()
  }

  #openOne(): void {
    const { connect, connectTimeout } = this.#options
    const socket = connect()
    let taken: Http2Connection | null = null
    const late = () => {
      this.#failed(taken ?? socket, new Error(`no connection in ${connectTimeout} ms`))
      ;(taken ?? socket).destroy()
    }
    const timer = connectTimeout === Infinity ? undefined : setTimeout(late, connectTimeout)
    this.#opening.set(socket, timer)
    const failed = (error: Error) => this.#failed(socket, error)
    const closed = () => this.#failed(socket, new Error('the connection ended'))
    socket.on('error', failed)
    socket.on('close', closed)
    socket.once(readyEvent(socket), () => {
      socket.off('error', failed)
      socket.off('close', closed)
      if (!isHttp2(socket)) this.#useOtherwise(socket)
      else {
        taken = new Http2Connection(socket, this.#options.origin, this, this.#options)
        this.#opening.delete(socket)
        this.#opening.set(taken, timer)
      }
    })
  }

  #useOtherwise(socket: Socket): void {
    const { otherwise } = this.#options
    if (otherwise === null) {
      const error = Object.assign(new Error('it chose no HTTP/2'), { code: 'ERR_NO_HTTP2' })
      socket.on('error', () => {})
      socket.destroy(error)
      this.#failed(socket, error)
      return
    }
    this.#endOpening(socket)
    this.#spoken = 'http1'
    const waiting = this.#waiting.shift()
    if (waiting === undefined) socket.destroy()
    else waiting.go(otherwise.requestOn(socket, waiting.head, waiting.receiver))
    this.#openMore()
  }

  /** Others may still come; where none does, nobody is left waiting. */
  #failed(one: Socket | Http2Connection, error: Error): void {
    if (!this.#opening.has(one)) return
    this.#endOpening(one)
    this.#failWaiting(this.#opening.size === 0 ? Infinity : 1, error)
  }

  #failWaiting(most: number, error: Error): void {
    for (const waiting of this.#waiting.splice(0, most)) waiting.fail(error)
  }

  #endOpening(one: Socket | Http2Connection): void {
    clearTimeout(this.#opening.get(one))
    this.#opening.delete(one)
  }
}

/** Without TLS it is known before (RFC 9113 section 3.3). */
function isHttp2(socket: Socket): boolean {
  return !('encrypted' in socket) || (socket as TLSSocket).alpnProtocol === 'h2'
}
