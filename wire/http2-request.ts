import { constants, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2'
import { Unprocessed, type Outgoing, type Receiver } from './client.ts'
import type { RawFields } from './fields.ts'
import type { Http2Connection } from './http2-connection.ts'
import { http2AnswerHead, http2Fields } from './http2-fields.ts'

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM, NGHTTP2_REFUSED_STREAM } = constants

/** An exchange on a stream of its own (RFC 9113 section 8.1). */
export class Http2Request implements Outgoing {
  readonly isReused: boolean
  readonly #connection: Http2Connection
  readonly #head: OutgoingHttpHeaders
  /** Null when there is nobody to tell any more. */
  #receiver: Receiver | null
  /** Null until the head goes. */
  #stream: ClientHttp2Stream | null = null
  #sent: 'nothing' | 'something' = 'nothing'
  #isEnded = false
  #isOver = false
  #hasLeft = false
  #trailers: OutgoingHttpHeaders = {}
  #answer: 'awaited' | 'begun' | 'whole' = 'awaited'
  /** Whether the upstream sent the answer's end: node:http2 ends what was cut off, too. */
  #end: 'to come' | 'sent' | 'read' = 'to come'
  #answerTrailers: RawFields = []
  #isPaused = false
  /** Of an answer that has ended, what nobody had room for: the connection may be gone before. */
  #rest: Buffer[] = []

  constructor(
    connection: Http2Connection,
    head: OutgoingHttpHeaders,
    receiver: Receiver,
    use: 'first' | 'later',
  ) {
    this.#connection = connection
    this.#head = head
    this.#receiver = receiver
    this.isReused = use === 'later'
  }

  get sent(): 'nothing' | 'something' {
    return this.#sent
  }

  get isOver(): boolean {
    return this.#isOver
  }

  sendHead(): void {
    if (!this.#isOver && this.#stream === null) this.#begin('open')
  }

  write(chunk: Buffer): boolean {
    if (this.#isOver || this.#isEnded || chunk.length === 0) return true
    const stream = this.#stream ?? this.#begin('open')
    return stream === null ? true : stream.write(chunk)
  }

  end(last?: Buffer, trailers: RawFields = []): void {
    if (this.#isOver || this.#isEnded) return
    this.#isEnded = true
    this.#trailers = http2Fields(trailers)
    const hasBody = last !== undefined && last.length > 0
    const shape = trailers.length > 0 ? 'open' : hasBody ? 'body' : 'head'
    const stream = this.#stream ?? this.#begin(shape)
    if (stream === null || shape === 'head') stream?.end()
    else stream.end(last)
  }

  pause(): void {
    this.#isPaused = true
    if (this.#end === 'to come') this.#stream?.pause()
  }

  resume(): void {
    this.#isPaused = false
    while (!this.#isPaused && this.#rest.length > 0) this.#receiver?.onData(this.#rest.shift()!)
    if (this.#isPaused) return
    if (this.#end === 'read') this.#finish()
    else this.#stream?.resume()
  }

  destroy(): void {
    const stream = this.#stream
    this.#receiver = null
    this.#rest = []
    if (stream !== null) {
      this.#isOver = true
      if (stream.closed) stream.destroy()
      else stream.close(NGHTTP2_CANCEL)
    } else this.#leave()
  }

  /** `open`: more may follow; `body`: one, and no trailers; `head`: nothing. Null where it failed. */
  #begin(shape: 'open' | 'body' | 'head'): ClientHttp2Stream | null {
    try {
      const options = { endStream: shape === 'head', waitForTrailers: shape === 'open' }
      this.#stream = this.#connection.session.request(this.#head, options)
    } catch (error) {
      // It was closed since it was chosen.
      process.nextTick(() => this.#fail(new Unprocessed('the connection ended', { cause: error })))
      this.#leave()
      return null
    }
    this.#sent = 'something'
    this.#listen(this.#stream)
    return this.#stream
  }

  #listen(stream: ClientHttp2Stream): void {
    // By this node:http2 tells of an end, of one that was sent before it takes the stream for closed.
    const push = stream.push.bind(stream)
    stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk === null && !stream.closed) this.#endSent()
      return push(chunk, encoding)
    }
    stream.on('headers', (...[, , raw]: Heads) => {
      this.#receiver?.onInterim(http2AnswerHead(raw))
    })
    stream.once('response', (...[, flags, raw]: Heads) => {
      this.#answer = 'begun'
      const isAlone = (flags & NGHTTP2_FLAG_END_STREAM) !== 0
      this.#receiver?.onAnswer({ ...http2AnswerHead(raw), isAlone })
      stream.on('data', (chunk: Buffer) => {
        if (this.#isPaused) this.#rest.push(chunk)
        else this.#receiver?.onData(chunk)
      })
    })
    stream.once('trailers', (...[, , raw]: Heads) => (this.#answerTrailers = raw))
    stream.once('end', () => {
      if (this.#end === 'sent') this.#endRead()
      // What was still to be written to it would hold it open.
      if (stream.closed) stream.destroy()
    })
    stream.on('drain', () => this.#receiver?.onDrain())
    stream.once('wantTrailers', () => {
      // node:http2 ends what is given up, too: that would make a whole request of it.
      if (stream.closed) return
      try {
        stream.sendTrailers(this.#trailers)
      } catch {
        // A name or a value that HTTP/2 does not have.
        stream.close(constants.NGHTTP2_INTERNAL_ERROR)
      }
    })
    let failure: Error | undefined
    stream.on('error', (error: Error) => (failure = error))
    stream.once('close', () => this.#closed(stream, failure))
  }

  #endSent(): void {
    if (this.#end !== 'to come') return
    this.#end = 'sent'
    // What came is read while it is there.
    if (this.#isPaused) this.#stream!.resume()
  }

  #endRead(): void {
    this.#end = 'read'
    if (!this.#isPaused && this.#rest.length === 0) this.#finish()
  }

  #finish(): void {
    if (this.#answer !== 'begun') return
    this.#answer = 'whole'
    this.#receiver?.onEnd(this.#answerTrailers)
  }

  #closed(stream: ClientHttp2Stream, failure: Error | undefined): void {
    this.#leave()
    if (this.#answer === 'whole') {
      // What is left of its request goes nowhere.
      if (!this.#isEnded) this.#receiver?.onDrain()
      return
    }
    if (this.#end === 'read') return
    if (this.#end === 'sent' && this.#answer === 'begun' && stream.readableLength === 0) {
      this.#endRead()
      return
    }
    const { rstCode } = stream
    const isRefused = rstCode === NGHTTP2_REFUSED_STREAM || this.#connection.isBeyond(stream.id!)
    const cause = failure ?? this.#connection.error
    if (this.#answer === 'awaited' && isRefused) {
      this.#sent = 'nothing'
      this.#fail(new Unprocessed('it did nothing with the request', { cause }))
    } else this.#fail(new Error(`the stream ended (${rstCode}): ${cause.message}`, { cause }))
  }

  #fail(error: Error): void {
    const receiver = this.#receiver
    this.#receiver = null
    receiver?.onFail(error)
  }

  #leave(): void {
    if (this.#hasLeft) return
    this.#hasLeft = true
    this.#isOver = true
    this.#connection.left()
  }
}

type Heads = [headers: object, flags: number, raw: string[]]
