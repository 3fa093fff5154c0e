import type { Socket } from 'node:net'
import type { Client, Outgoing, Receiver, RequestHead } from './client.ts'
import type { Connect } from './connect.ts'
import { CheckedConnection, type ConnectionCheck } from './connection-check.ts'
import { writeRequestHead } from './head.ts'
import { Http1Connection, type ConnectionOwner } from './http1-connection.ts'
import { WaitingRequest } from './waiting-request.ts'

export interface Http1Options {
  connect: Connect
  /** How long it may take until a connection is there, in ms. */
  connectTimeout: number
  /** How long one is kept on which nothing is sent, in ms. */
  keepAlive: number
  /** Bytes of an answer's head at most. */
  maxHead: number
  /** Default: nothing is asked. */
  check?: ConnectionCheck
}

/** How many connections are kept at most on which nothing is sent. */
const MOST_FREE = 1024

interface Checking {
  checked: CheckedConnection
  waiting: WaitingRequest
  /** `left`: its request was given up meanwhile. */
  go: () => 'gone' | 'left'
}

/**
 * A client of one origin over HTTP/1.1. There are as many connections as exchanges under way; of
 * those that are free the one that was used last is taken first, so that the others grow old.
 */
export class Http1Client implements Client, ConnectionOwner {
  readonly #options: Http1Options
  readonly #open = new Set<Http1Connection>()
  /** In the order in which they fell free. */
  readonly #free: { connection: Http1Connection; until: number }[] = []
  /** Connections that are asked first, whoever waits for it, and what is done when it has ended well. */
  readonly #checking = new Map<Http1Connection, Checking>()
  #sweeping: NodeJS.Timeout | null = null

  constructor(options: Http1Options) {
    this.#options = options
  }

  request(head: RequestHead, receiver: Receiver, connection: 'any' | 'fresh' = 'any'): Outgoing {
    const isKept = connection === 'any'
    const text = writeRequestHead(head, isKept ? 'keep-alive' : 'close')
    const free = isKept ? this.#takeFree() : null
    const { check } = this.#options
    const send = (on: Http1Connection) => on.send(text, head, receiver, isKept ? 'kept' : 'closes')
    if (free !== null) return send(free)
    const fresh = this.#take(this.#options.connect())
    return check === undefined ? send(fresh) : this.#checked(fresh, check, head, receiver, send)
  }

  /** The same on a connection that is free, or null where there is none. */
  requestOnFree(head: RequestHead, receiver: Receiver): Outgoing | null {
    const text = writeRequestHead(head, 'keep-alive')
    return this.#takeFree()?.send(text, head, receiver, 'kept') ?? null
  }

  /** The same on a connection that was opened elsewhere. */
  requestOn(socket: Socket, head: RequestHead, receiver: Receiver): Outgoing {
    const text = writeRequestHead(head, 'keep-alive')
    return this.#take(socket).send(text, head, receiver, 'kept')
  }

  /** What is sent on it waits until it was asked who answers there. */
  #checked(
    connection: Http1Connection,
    check: ConnectionCheck,
    head: RequestHead,
    receiver: Receiver,
    send: (on: Http1Connection) => Outgoing,
  ): Outgoing {
    // One whose request was given up is as good for the next.
    const waiting = new WaitingRequest(head, receiver, () => {})
    const checked = new CheckedConnection(connection, check, (failure) => {
      if (failure === null) return
      connection.destroy()
      this.#giveUp(connection, failure)
    })
    const go = () => {
      if (waiting.isOver) return 'left'
      waiting.go(send(connection))
      return 'gone'
    }
    this.#checking.set(connection, { checked, waiting, go })
    return waiting
  }

  #giveUp(connection: Http1Connection, failure: Error): void {
    const waiting = this.#checking.get(connection)?.waiting
    this.#checking.delete(connection)
    if (waiting?.isOver === false) waiting.fail(failure)
  }

  destroy(): void {
    for (const connection of this.#open) connection.destroy()
    this.#stopSweeping()
  }

  onFree(connection: Http1Connection, keep: number): void {
    const checking = this.#checking.get(connection)
    if (checking !== undefined) {
      if (checking.checked.goOn() === 'asks') return
      this.#checking.delete(connection)
      if (checking.go() === 'gone') return
    }
    if (this.#free.length >= MOST_FREE) {
      connection.destroy()
      return
    }
    const until = performance.now() + Math.min(keep, this.#options.keepAlive)
    this.#free.push({ connection, until })
    this.#sweepLater()
  }

  onClose(connection: Http1Connection): void {
    this.#open.delete(connection)
    this.#giveUp(
      connection,
      new Error('the upstream closes after each answer: it cannot be checked'),
    )
    const at = this.#free.findIndex((one) => one.connection === connection)
    if (at !== -1) this.#free.splice(at, 1)
    if (this.#free.length === 0) this.#stopSweeping()
  }

  #take(socket: Socket): Http1Connection {
    const connection = new Http1Connection(socket, this, this.#options)
    this.#open.add(connection)
    return connection
  }

  #takeFree(): Http1Connection | null {
    for (;;) {
      const last = this.#free.pop()
      if (last === undefined) return null
      if (last.connection.isUsable && last.until > performance.now()) return last.connection
      last.connection.destroy()
    }
  }

  #sweepLater(): void {
    const oldest = this.#free[0]
    if (this.#sweeping !== null || oldest === undefined) return
    const wait = Math.max(0, oldest.until - performance.now())
    this.#sweeping = setTimeout(() => this.#sweep(), wait).unref()
  }

  #sweep(): void {
    this.#sweeping = null
    const now = performance.now()
    const isOver = this.#free.filter(({ until }) => until <= now)
    for (const { connection } of isOver) connection.destroy()
    // Those that close take themselves out of the list; the next look is for what is left.
    this.#free.splice(0, Infinity, ...this.#free.filter(({ until }) => until > now))
    this.#sweepLater()
  }

  #stopSweeping(): void {
    if (this.#sweeping !== null) clearTimeout(this.#sweeping)
    this.#sweeping = null
  }
}
