import type { Socket } from 'node:net'
import type { Framing } from '../wire/body-reader.ts'
import type { RawFields } from '../wire/fields.ts'
import { InvalidMessage, type ReceivedHead } from '../wire/head.ts'
import { RequestReader, type RequestSink } from '../wire/request-reader.ts'
import { reset } from '../wire/reset.ts'
import { Ahead } from './ahead.ts'
import { Http1Answer, Http1Incoming, type AnswerOwner, type BodySource } from './http1-exchange.ts'
import { rawOwnAnswer, statusOf, type OwnAnswer } from './own-answer.ts'
import type { Traffic } from './traffic.ts'

export interface ClientOptions {
  /** Bytes of a request's head at most. */
  maxHead: number
  /** How long a client may take to send a head, in ms. */
  headTimeout: number
  /** How long its connection is kept when nothing comes on it, in ms. */
  keepAlive: number
}

export type ServeRequest = (request: Http1Incoming, response: Http1Answer) => void

/** How long a client may take to read the last answer of its connection, in ms. */
const LINGER = 2_000

/**
 * A client's connection, of HTTP/1.1. Requests are served one after the other: side by side, pipelined
 * mutations could overtake each other (RFC 9112 section 9.3.2).
 */
export class ClientConnection implements RequestSink, AnswerOwner, BodySource {
  readonly #socket: Socket
  readonly #options: ClientOptions
  readonly #traffic: Traffic
  readonly #serve: ServeRequest
  readonly #reader: RequestReader
  #request: Http1Incoming | null = null
  #response: Http1Answer | null = null
  /** Those of whoever sends on and on are left to TCP. */
  readonly #ahead = new Ahead()
  /** Whether the body of the request is wanted. */
  #body: 'wanted' | 'held' = 'wanted'
  #state: 'open' | 'last' | 'closing' | 'left HTTP' = 'open'
  /** When it is closed if nothing more has come by then; of `performance.now()`. */
  #due: number
  /** What it waits for then. */
  #awaits: 'request' | 'rest of a head' = 'request'

  constructor(socket: Socket, options: ClientOptions, traffic: Traffic, serve: ServeRequest) {
    this.#socket = socket
    this.#options = options
    this.#traffic = traffic
    this.#serve = serve
    this.#reader = new RequestReader(this, options.maxHead)
    this.#due = performance.now() + options.headTimeout
    socket.on('data', this.#read)
    socket.on('end', this.#left)
    socket.on('drain', this.#drained)
    socket.on('error', this.#failed)
    socket.on('close', this.#closed)
  }

  /** To be called now and then: closes it where it waited too long. */
  look(now: number): void {
    if (now < this.#due) return
    this.#due = Infinity
    if (this.#state === 'closing' || this.#awaits === 'request') this.#socket.destroy()
    else this.#refuse('request_timeout')
  }

  /** No further request is served on it. */
  close(): void {
    if (this.#request === null) this.#socket.destroy()
    else {
      this.#state = this.#state === 'open' ? 'last' : this.#state
      this.#response!.shouldKeepAlive = false
    }
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Hands over the connection to whoever makes a tunnel of it, with what came behind the request. */
  leaveHttp(): { socket: Socket; first: Buffer } {
    const socket = this.#socket
    // A tunnel has no end to wait for: none begins where no more is served.
    if (this.#state === 'last') socket.destroy()
    this.#state = 'left HTTP'
    this.#request = null
    this.#response = null
    socket.off('data', this.#read)
    socket.off('end', this.#left)
    socket.off('drain', this.#drained)
    return { socket, first: this.#ahead.takeAll() }
  }

  onHead(head: ReceivedHead, framing: Framing): void {
    this.#due = Infinity
    const request = new Http1Incoming(head, framing, this.#socket, this)
    this.#traffic.request(request.httpVersion)
    const response = new Http1Answer(request, this, this.#options.keepAlive, this.#traffic)
    if (this.#state !== 'open') response.shouldKeepAlive = false
    this.#request = request
    this.#response = response
    this.#serve(request, response)
  }

  onBody(chunk: Buffer): void {
    this.#request?.take(chunk)
  }

  onEnd(trailers: RawFields): void {
    this.#request?.end(trailers)
    this.#body = 'wanted'
    if (this.#ahead.hasRoom) this.#socket.resume()
  }

  onAnswered(): void {
    const request = this.#request!
    const isKept = this.#response!.shouldKeepAlive && this.#state === 'open'
    this.#request = null
    this.#response = null
    if (!isKept || !request.complete) {
      this.#closeBehind()
      return
    }
    this.#reader.expect()
    this.#await('request', this.#options.keepAlive)
    if (!this.#ahead.isEmpty) process.nextTick(readAhead, this)
  }

  /** Reads what came before, as far as it is wanted. */
  readAhead(): void {
    while (this.#body === 'wanted' && this.#state !== 'closing') {
      const bytes = this.#ahead.next()
      if (bytes === undefined) break
      const rest = this.#readOf(bytes)
      if (rest === null) continue
      this.#ahead.putBack(rest)
      break
    }
    if (this.#body === 'wanted' && this.#ahead.hasRoom) this.#socket.resume()
  }

  pause(): void {
    this.#body = 'held'
    this.#socket.pause()
  }

  resume(): void {
    this.#body = 'wanted'
    if (this.#ahead.isEmpty) this.#socket.resume()
    else process.nextTick(readAhead, this)
  }

  readonly #read = (bytes: Buffer): void => {
    if (this.#state === 'closing') return
    // What came before it is read before it.
    const rest = this.#ahead.isEmpty ? this.#readOf(bytes) : bytes
    if (rest === null) return
    this.#ahead.add(rest)
    if (!this.#ahead.hasRoom) this.#socket.pause()
  }

  /** Answers what is left of it for later, null for nothing. */
  #readOf(bytes: Buffer): Buffer | null {
    let read: number
    try {
      read = this.#reader.read(bytes)
    } catch (error) {
      if (!(error instanceof InvalidMessage)) throw error
      const isHead = this.#request === null
      if (isHead && error.flaw === 'too_large') this.#refuse('head_too_large')
      else this.#refuse('request_ambiguous', `It has ${error.message}.`)
      return null
    }
    if (read < bytes.length) return bytes.subarray(read)
    // A head has its time from its first byte on.
    if (this.#awaits === 'request' && this.#reader.hasBegun) {
      this.#await('rest of a head', this.#options.headTimeout)
    }
    return null
  }

  /** A client that has sent its last byte has left: nothing else tells of one that closed. */
  readonly #left = (): void => {
    this.#break()
    this.#closeBehind()
  }

  readonly #drained = (): void => void this.#response?.emit('drain')

  /** Its `close` comes later: by then an answer could have gone out, and the next request been served. */
  readonly #failed = (): void => {
    this.#state = 'closing'
    this.#break()
    this.#socket.destroy()
  }

  readonly #closed = (): void => this.#break()

  #break(): void {
    this.#body = 'wanted'
    const request = this.#request
    const response = this.#response
    this.#request = null
    this.#response = null
    this.#ahead.clear()
    request?.broken()
    response?.broken()
  }

  #await(what: 'request' | 'rest of a head', limit: number): void {
    this.#awaits = what
    this.#due = performance.now() + limit
  }

  /** Answers what is none of HTTP, and ends the connection. */
  #refuse(error: OwnAnswer, detail?: string): void {
    // Behind the last answer nothing is said.
    if (this.#state === 'closing') return
    const response = this.#response
    if (response === null) {
      // Nothing that could be called a request by then.
      this.#traffic.request('1.1')
      this.#endWith(error, detail)
      return
    }
    // Its body is broken: what was said of an answer is a part, and is seen to be one.
    const isOpen = !response.headersSent
    this.#break()
    if (isOpen) this.#endWith(error, detail)
    else reset(this.#socket)
  }

  #endWith(error: OwnAnswer, detail?: string): void {
    this.#traffic.answer('1.1', statusOf(error))
    this.#socket.write(rawOwnAnswer(error, detail), 'latin1')
    this.#closeBehind()
  }

  /** What the client still sends is read for a while: a reset could take the last answer from it. */
  #closeBehind(): void {
    this.#state = 'closing'
    this.#ahead.clear()
    this.#socket.end()
    this.#socket.resume()
    this.#await('request', LINGER)
  }
}

function readAhead(connection: ClientConnection): void {
  connection.readAhead()
}
