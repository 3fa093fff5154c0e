import {
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import { fieldPairs, fieldValue, fieldValues, type RawFields } from '../wire/fields.ts'
import type { Answering, Incoming } from './downstream.ts'
import type { Framing } from './heads.ts'

// An exchange of HTTP/2 (RFC 9113) as the forwarder takes it. What HTTP/1.1 says in its first line
// and in Host are pseudo-fields here; bodies need no framing of their own, and a stream ends alone.

export class Http2Incoming implements Incoming {
  readonly httpVersion = '2.0'
  readonly method: string
  url: string
  rawHeaders: string[]
  rawTrailers: string[] = []
  readonly framing: Framing
  readonly socket: Socket
  readonly #stream: ServerHttp2Stream
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
    stream.on('end', () => (this.#complete = true))
    // Its end shows on the answer.
    stream.on('error', () => {})
  }

  get complete(): boolean {
    return this.#complete
  }

  on(event: 'data' | 'end' | 'close', listener: (chunk: Buffer) => void): void {
    this.#stream.on(event, listener)
  }

  off(event: 'data' | 'end', listener: (chunk: Buffer) => void): void {
    this.#stream.off(event, listener)
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
  if (state === 'ended') return { kind: 'none' }
  const length = fieldValue(fields, 'content-length')
  return length === undefined ? { kind: 'chunked' } : { kind: 'length', length: Number(length) }
}

export class Http2Answer implements Answering {
  /** Connections of HTTP/2 go on, whatever becomes of a stream. */
  shouldKeepAlive = true
  sendDate = false
  readonly #stream: ServerHttp2Stream
  readonly #request: Http2Incoming
  #trailers: OutgoingHttpHeaders = {}

  constructor(stream: ServerHttp2Stream, request: Http2Incoming) {
    this.#stream = stream
    this.#request = request
    stream.on('wantTrailers', () => stream.sendTrailers(this.#trailers))
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

  get destroyed(): boolean {
    return this.#stream.destroyed
  }

  get closed(): boolean {
    return this.#stream.closed
  }

  /** HTTP/2 has no reasons. */
  writeHead(status: number, _reason: string | undefined, fields: RawFields): void {
    const head = { ...outgoingFields(fields), ':status': status }
    this.#stream.respond(head, { waitForTrailers: true, sendDate: this.sendDate } as object)
  }

  /** It went out when it was written. */
  sendHead(): void {}

  sendInterim(status: number, _reason: string, fields: RawFields): void {
    this.#stream.additionalHeaders({ ...outgoingFields(fields), ':status': status })
  }

  write(chunk: Buffer | string): boolean {
    return this.#stream.write(chunk)
  }

  addTrailers(fields: [name: string, value: string][]): void {
    this.#trailers = outgoingFields(fields.flat())
  }

  end(chunk?: Buffer): void {
    const stream = this.#stream
    // RFC 9113 section 8.1: what is left of a request may be left unsent then.
    stream.once('finish', () => {
      if (!this.#request.complete) stream.close(constants.NGHTTP2_NO_ERROR)
    })
    if (chunk === undefined) stream.end()
    else stream.end(chunk)
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

/** Names in lower case (RFC 9113 section 8.2.1); of one name all values together, in their order. */
function outgoingFields(fields: RawFields): OutgoingHttpHeaders {
  const headers = Object.create(null) as Record<string, string | string[]>
  for (const [name, value] of fieldPairs(fields)) {
    const lower = name.toLowerCase()
    const before = headers[lower]
    if (before === undefined) headers[lower] = value
    else headers[lower] = [before, value].flat()
  }
  return headers
}
