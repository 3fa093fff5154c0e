import { EventEmitter } from 'node:events'
import {
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import { CHUNKED, NO_BODY, type Framing } from '../wire/body-reader.ts'
import { fieldValue, fieldValues, type RawFields } from '../wire/fields.ts'
import { http2Fields } from '../wire/http2-fields.ts'
import type { Answering, Incoming } from './downstream.ts'
import type { Traffic } from './traffic.ts'

// An exchange of HTTP/2 (RFC 9113) as the forwarder takes it. What HTTP/1.1 says in its first line
// and in Host are pseudo-fields here; bodies need no framing of their own, and a stream ends alone.

export class Http2Incoming implements Incoming {
  readonly httpVersion = '2.0'
  readonly endsApart = true
  readonly method: string
  url: string
  rawHeaders: string[]
  said: Incoming['said'] = undefined
  clientForm: Incoming['clientForm'] = undefined
  rawTrailers: string[] = []
  readonly framing: Framing
  readonly socket: Socket
  readonly #stream: ServerHttp2Stream
  /** Tells of what comes while the stream is open: node:http2 ends one that was reset, too. */
  readonly #events = new EventEmitter()
  #flow: 'unasked' | 'asked' | 'ended unasked' = 'unasked'
  #complete: boolean

  /** `raw` are its fields with the pseudo-fields before them, flat; `flags` those of the frame. */
  constructor(stream: ServerHttp2Stream, raw: readonly string[], flags: number) {
    this.#stream = stream
    this.method = fieldValue(raw, ':method') ?? ''
    this.url = fieldValue(raw, ':path') ?? ''
    this.rawHeaders = plainFields(raw)
    this.#complete = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0
    this.framing = framingOf(this.rawHeaders, this.#complete ? 'ended' : 'open')
    this.socket = stream.session!.socket
    stream.on('trailers', (_headers: IncomingHttpHeaders, _flags: number, fields: string[]) => {
      this.rawTrailers = fields
    })
    stream.on('end', () => {
      if (stream.closed) return
      this.#complete = true
      // An empty body ends though nobody asked for it.
      if (this.#flow === 'asked') this.#events.emit('end')
      else this.#flow = 'ended unasked'
    })
    // A stream that is paused with something in it would not close: nobody would see that it ended.
    stream.on('aborted', () => {
      stream.resume()
      // What waits for a window holds one open that was reset without an error: nobody gives one now.
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR && stream.writableLength > 0)
        setImmediate(() => stream.destroy())
    })
  }

  get complete(): boolean {
    return this.#complete
  }

  get waiting(): number {
    return this.#stream.readableLength
  }

  on(event: 'data' | 'end' | 'close', listener: (chunk: Buffer) => void): void {
    if (event === 'close') this.#stream.on(event, listener)
    else this.#events.on(event, listener)
    if (event !== 'data' || this.#flow === 'asked') return
    if (this.#flow === 'ended unasked') process.nextTick(() => this.#events.emit('end'))
    this.#flow = 'asked'
    this.#stream.on('data', (chunk: Buffer) => {
      if (!this.#stream.closed) this.#events.emit('data', chunk)
    })
  }

  off(event: 'data' | 'end', listener: (chunk: Buffer) => void): void {
    this.#events.off(event, listener)
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  isPaused(): boolean {
    return this.#stream.isPaused()
  }
}

/** As HTTP/1.1 has them: with Host, and with one Cookie (RFC 9113 sections 8.3.1 and 8.2.3). */
function plainFields(raw: readonly string[]): string[] {
  const authority = fieldValue(raw, ':authority')
  const plain: string[] = authority === undefined ? [] : ['host', authority]
  const cookies = fieldValues(raw, 'cookie')
  let hasCookie = false
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!
    const value = raw[i + 1]!
    if (name.startsWith(':') || (name === 'host' && value === authority)) continue
    if (name !== 'cookie') plain.push(name, value)
    else if (!hasCookie) {
      hasCookie = true
      plain.push(name, cookies.join('; '))
    }
  }
  return plain
}

function framingOf(fields: RawFields, state: 'ended' | 'open'): Framing {
  if (state === 'ended') return NO_BODY
  const length = fieldValue(fields, 'content-length')
  // Of 0, too: that nothing follows is known when the stream ends.
  return length === undefined ? CHUNKED : { kind: 'length', length: Number(length) }
}

export class Http2Answer implements Answering {
  readonly endsAlone = true
  /** Connections of HTTP/2 go on, whatever becomes of a stream. */
  shouldKeepAlive = true
  sendDate = false
  status = 0
  readonly #stream: ServerHttp2Stream
  readonly #traffic: Traffic
  #trailers: OutgoingHttpHeaders = {}

  constructor(stream: ServerHttp2Stream, request: Http2Incoming, traffic: Traffic) {
    this.#stream = stream
    this.#traffic = traffic
    stream.on('wantTrailers', () => {
      // node:http2 ends what is cut, too.
      if (stream.closed) return
      try {
        stream.sendTrailers(this.#trailers)
      } catch {
        // A name or a value that HTTP/2 does not have.
        this.cut()
      }
    })
    // RFC 9113 section 8.1: what is left of a request may be left unsent then.
    stream.on('finish', () => {
      if (request.complete) return
      stream.resume()
      setImmediate(leaveUnsent, stream)
    })
  }

  get headersSent(): boolean {
    return this.#stream.headersSent
  }

  get writableEnded(): boolean {
    return this.#stream.writableEnded
  }

  /** node:http2 ends what the client broke off too. */
  get writableFinished(): boolean {
    const { writableFinished, aborted, rstCode } = this.#stream
    return writableFinished && !aborted && rstCode === constants.NGHTTP2_NO_ERROR
  }

  /** One that is closed takes nothing any more, though what came on it may not be read yet. */
  get destroyed(): boolean {
    return this.#stream.destroyed || this.#stream.closed
  }

  get closed(): boolean {
    return this.#stream.closed
  }

  /** HTTP/2 has no reasons. */
  writeHead(status: number, _reason: string | undefined, fields: RawFields, how?: 'alone'): void {
    const head = { ...http2Fields(fields), ':status': status }
    const shape = how === 'alone' ? { endStream: true } : { waitForTrailers: true }
    this.#stream.respond(head, { ...shape, sendDate: this.sendDate } as object)
    this.status = status
    this.#traffic.answer('2.0', status)
  }

  /** It went out when it was written. */
  sendHead(): void {}

  sendInterim(status: number, _reason: string, fields: RawFields): void {
    if (this.destroyed) return
    try {
      this.#stream.additionalHeaders({ ...http2Fields(fields), ':status': status })
    } catch {
      // It has a field that HTTP/2 does not have. What is no answer can be left out.
    }
  }

  write(chunk: Buffer | string): boolean {
    return this.#stream.write(chunk)
  }

  addTrailers(fields: [name: string, value: string][]): void {
    this.#trailers = http2Fields(fields.flat())
  }

  end(): void {
    this.#stream.end()
  }

  endWith(chunk: Buffer): void {
    this.#stream.end(chunk)
  }

  cut(): void {
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  }

  on(event: 'close', listener: () => void): void {
    this.#stream.on(event, listener)
  }

  once(event: 'drain', listener: () => void): void {
    this.#stream.once(event, listener)
  }

  off(event: 'close', listener: () => void): void {
    this.#stream.off(event, listener)
  }
}

/** Once the end of the answer is out, of which no event tells: a reset before it would cut the answer. */
function leaveUnsent(stream: ServerHttp2Stream): void {
  if (stream.destroyed || stream.closed) return
  if (stream.state.localClose === 1) stream.close(constants.NGHTTP2_NO_ERROR)
  else setTimeout(leaveUnsent, 20, stream).unref()
}
