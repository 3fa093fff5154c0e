import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { Framing } from '../wire/body-reader.ts'
import { fieldValue, type RawFields } from '../wire/fields.ts'
import { isKept, writeFields, type ReceivedHead } from '../wire/head.ts'
import { MessageWriter } from '../wire/message-writer.ts'
import { reset } from '../wire/reset.ts'
import type { Answering, Incoming } from './downstream.ts'
import { hasBody } from './heads.ts'
import type { Traffic } from './traffic.ts'

// An exchange of HTTP/1.1 with a client (RFC 9112), as the forwarder takes it.

/** Where a request's body comes from. */
export interface BodySource {
  pause(): void
  resume(): void
}

/** A request as it came; its body is handed out when somebody listens, and waits until then. */
export class Http1Incoming extends EventEmitter implements Incoming {
  readonly method: string
  url: string
  readonly httpVersion: string
  rawHeaders: string[]
  said: Incoming['said'] = undefined
  clientForm: Incoming['clientForm'] = undefined
  readonly framing: Framing
  readonly socket: Socket
  readonly #source: BodySource
  #rawTrailers: RawFields = []
  #flow: 'unasked' | 'flowing' | 'paused' = 'unasked'
  /** What came while nobody wanted it. */
  #waiting: Buffer[] = []
  #isComplete = false
  #isEndTold = false

  constructor(head: ReceivedHead, framing: Framing, socket: Socket, source: BodySource) {
    super()
    this.method = head.method
    this.url = head.target
    this.httpVersion = head.httpVersion
    this.rawHeaders = head.fields
    this.framing = framing
    this.#isComplete = framing.kind === 'none'
    this.socket = socket
    this.#source = source
  }

  get complete(): boolean {
    return this.#isComplete
  }

  get waiting(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0)
  }

  get endsApart(): boolean {
    return false
  }

  get rawTrailers(): RawFields {
    return this.#rawTrailers
  }

  override on(event: string, listener: (...args: never[]) => void): this {
    super.on(event, listener as (...args: unknown[]) => void)
    if (event === 'data' && this.#flow === 'unasked') this.resume()
    return this
  }

  pause(): void {
    this.#flow = 'paused'
    if (!this.#isComplete) this.#source.pause()
  }

  resume(): void {
    this.#flow = 'flowing'
    if (this.#waiting.length > 0 || this.#isComplete) process.nextTick(handOut, this)
    else this.#source.resume()
  }

  isPaused(): boolean {
    return this.#flow === 'paused'
  }

  take(chunk: Buffer): void {
    if (this.#flow === 'flowing' && this.#waiting.length === 0) {
      this.emit('data', chunk)
      return
    }
    this.#waiting.push(chunk)
    this.#source.pause()
  }

  end(trailers: RawFields): void {
    this.#isComplete = true
    this.#rawTrailers = trailers
    if (this.#flow === 'flowing' && this.#waiting.length === 0) this.#tellEnd()
  }

  /** Hands out what waits, as long as somebody wants it. */
  handOut(): void {
    while (this.#flow === 'flowing') {
      const chunk = this.#waiting.shift()
      if (chunk === undefined) {
        if (this.#isComplete) this.#tellEnd()
        else this.#source.resume()
        return
      }
      this.emit('data', chunk)
    }
  }

  /** The connection is gone. */
  broken(): void {
    this.#waiting = []
    this.emit('close')
  }

  #tellEnd(): void {
    if (this.#isEndTold) return
    this.#isEndTold = true
    this.emit('end')
  }
}

function handOut(incoming: Http1Incoming): void {
  incoming.handOut()
}

/** Whom an answer tells. */
export interface AnswerOwner {
  /** All of it was handed to the system. */
  onAnswered(): void
  leaveHttp(): { socket: Socket; first: Buffer }
}

/** The answer to it: its head as it is given, but for what is of this hop and for its framing. */
export class Http1Answer extends EventEmitter implements Answering {
  /** A connection of HTTP/1.1 closes with an answer that comes before the end of its request. */
  readonly endsAlone = false
  shouldKeepAlive: boolean
  sendDate = false
  status = 0
  readonly #request: Http1Incoming
  readonly #socket: Socket
  readonly #owner: AnswerOwner
  readonly #keepAlive: number
  readonly #traffic: Traffic
  #writer: MessageWriter | null = null
  #trailers: [string, string][] = []
  #state: 'open' | 'ended' | 'finished' | 'broken' = 'open'

  /** `keepAlive`: for how long the connection is kept, in ms. */
  constructor(request: Http1Incoming, owner: AnswerOwner, keepAlive: number, traffic: Traffic) {
    super()
    this.#request = request
    this.#socket = request.socket
    this.#owner = owner
    this.#keepAlive = keepAlive
    this.#traffic = traffic
    this.shouldKeepAlive = isKept(request.rawHeaders, request.httpVersion)
  }

  get headersSent(): boolean {
    return this.#writer !== null
  }

  get writableEnded(): boolean {
    return this.#state !== 'open'
  }

  get writableFinished(): boolean {
    return this.#state === 'finished'
  }

  get destroyed(): boolean {
    return this.#state === 'broken'
  }

  get closed(): boolean {
    return this.#state === 'finished' || this.#state === 'broken'
  }

  writeHead(status: number, reason: string | undefined, fields: RawFields): void {
    const request = this.#request
    const isBodied = hasBody(request, status)
    const isOpen = isBodied && fieldValue(fields, 'content-length') === undefined
    const coding = isOpen && request.httpVersion !== '1.0' ? 'chunked' : 'plain'
    if (isOpen && coding === 'plain') this.shouldKeepAlive = false
    let text = `HTTP/1.1 ${status} ${reason ?? ''}\r\n${writeFields(fields)}`
    if (this.sendDate) text += `Date: ${new Date().toUTCString()}\r\n`
    text += this.shouldKeepAlive ? this.#kept() : 'Connection: close\r\n'
    if (coding === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
    this.#writer = new MessageWriter(this.#socket, `${text}\r\n`, isBodied ? coding : 'bodiless')
    this.status = status
    this.#traffic.answer(request.httpVersion, status)
  }

  sendHead(): void {
    this.#writer!.sendHead()
  }

  sendInterim(status: number, reason: string, fields: RawFields): void {
    this.#socket.write(`HTTP/1.1 ${status} ${reason}\r\n${writeFields(fields)}\r\n`, 'latin1')
  }

  write(chunk: Buffer | string): boolean {
    if (this.#state !== 'open') return true
    return this.#writer!.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  }

  addTrailers(fields: [name: string, value: string][]): void {
    this.#trailers = fields
  }

  end(): void {
    this.#end()
  }

  endWith(chunk: Buffer): void {
    this.#end(chunk)
  }

  cut(): void {
    // Then what is on the connection is another's, or the word that it is refused.
    if (!this.closed) reset(this.#socket)
  }

  /** Hands over its connection to whoever makes a tunnel of it, with what came behind the request. */
  leaveHttp(): { socket: Socket; first: Buffer } {
    this.#state = 'finished'
    this.status = 101
    this.#traffic.answer(this.#request.httpVersion, 101)
    const left = this.#owner.leaveHttp()
    this.emit('close')
    return left
  }

  /** The connection is gone. */
  broken(): void {
    if (this.closed) return
    this.#state = 'broken'
    this.emit('close')
  }

  #kept(): string {
    return `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(this.#keepAlive / 1000)}\r\n`
  }

  #end(last?: Buffer): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    this.#writer!.end(last, this.#trailers.flat())
    if (this.#socket.writableLength === 0) this.#finish()
    // Behind all that waits before it.
    else this.#socket.write('', 'latin1', (error) => error ?? this.#finish())
  }

  #finish(): void {
    if (this.#state !== 'ended') return
    this.#state = 'finished'
    this.emit('close')
    this.#owner.onAnswered()
  }
}
