import { BodyReader, CHUNKED, NO_BODY, ofLength, type Framing } from './body-reader.ts'
import { fieldValues, type RawFields } from './fields.ts'
import { EMPTY_LINE, InvalidMessage, isLength, readRequestHead, type ReceivedHead } from './head.ts'
import { Part } from './part.ts'

/** What is read of a connection, request by request. */
export interface RequestSink {
  /** Of a request that has no body this is all. */
  onHead(head: ReceivedHead, framing: Framing): void
  onBody(chunk: Buffer): void
  onEnd(trailers: RawFields): void
}

/**
 * Reads requests of HTTP/1.1 from the bytes of a connection (RFC 9112), each when it is asked for.
 * Strict: what can be read in two ways is an InvalidMessage.
 */
export class RequestReader {
  readonly #sink: RequestSink
  readonly #maxHead: number
  readonly #body: BodyReader
  #state: 'idle' | 'head' | 'body' = 'head'
  /** Of a head that has come in part. */
  readonly #part = new Part()

  /** `maxHead` is in bytes, of a head or of trailers. */
  constructor(sink: RequestSink, maxHead: number) {
    this.#sink = sink
    this.#maxHead = maxHead
    const onEnd = (trailers: RawFields) => {
      this.#state = 'idle'
      sink.onEnd(trailers)
    }
    this.#body = new BodyReader({ onBody: (chunk) => sink.onBody(chunk), onEnd }, maxHead)
  }

  /** Whether a part of a head has come. */
  get hasBegun(): boolean {
    return !this.#part.isEmpty
  }

  /** The next request may be read. */
  expect(): void {
    this.#state = 'head'
  }

  /**
   * Answers where it stopped: behind a request, until the next is expected, or at the end of the
   * bytes. Throws an InvalidMessage; then the connection is of no more use.
   */
  read(bytes: Buffer): number {
    let at = 0
    while (at < bytes.length && this.#state !== 'idle') {
      at = this.#state === 'body' ? this.#body.read(bytes, at) : this.#readHead(bytes, at)
    }
    return at
  }

  #readHead(bytes: Buffer, at: number): number {
    // Empty lines before a request are nothing (RFC 9112 section 2.2).
    while (bytes[at] === CR && bytes[at + 1] === LF && this.#part.isEmpty) at += 2
    if (at === bytes.length) return at
    const found = this.#part.upTo(EMPTY_LINE, bytes, at, this.#maxHead)
    if (found === null) return bytes.length
    // Nor where they came in two pieces.
    const text = found.text.replace(/^(?:\r\n)+/, '')
    if (text === '') return found.end
    const head = readRequestHead(text)
    const framing = framingOf(head)
    if (framing.kind === 'none') {
      this.#state = 'idle'
      this.#sink.onHead(head, framing)
    } else {
      this.#state = 'body'
      this.#body.begin(framing)
      this.#sink.onHead(head, framing)
    }
    return found.end
  }
}

/** RFC 9112 section 6.3: a request without a length has no body. */
function framingOf({ fields, httpVersion }: ReceivedHead): Framing {
  const lengths = fieldValues(fields, 'content-length')
  const codings = fieldValues(fields, 'transfer-encoding')
  if (codings.length > 0) {
    if (lengths.length > 0) throw new InvalidMessage('a body that is delimited in two ways')
    if (httpVersion === '1.0') throw new InvalidMessage('a transfer coding in HTTP/1.0')
    if (codings.length > 1 || codings[0]!.toLowerCase() !== 'chunked') {
      throw new InvalidMessage('a transfer coding that is not just chunked')
    }
    return CHUNKED
  }
  if (lengths.length === 0) return NO_BODY
  if (lengths.length > 1 || !isLength(lengths[0]!)) {
    throw new InvalidMessage('a Content-Length that is none')
  }
  return ofLength(Number(lengths[0]))
}

const CR = 0x0d
const LF = 0x0a
