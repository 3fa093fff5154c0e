import {
  BodyReader,
  CHUNKED,
  NO_BODY,
  ofLength,
  UNTIL_CLOSE,
  type AnswerFraming,
} from './body-reader.ts'
import type { AnswerHead } from './client.ts'
import { fieldValue, fieldValues, type RawFields } from './fields.ts'
import { EMPTY_LINE, InvalidMessage, isKept, isLength, readAnswerHead } from './head.ts'
import { Part } from './part.ts'

/** What is read of a connection, in this order; of `onHead` and `onEnd` one pair an answer. */
export interface AnswerSink {
  onInterim(answer: AnswerHead): void
  onHead(answer: AnswerHead): void
  onBody(chunk: Buffer): void
  /** `kept`: the connection may carry another exchange. */
  onEnd(trailers: RawFields, connection: 'kept' | 'closes'): void
  /** 101; what came behind it is no HTTP. */
  onSwitch(answer: AnswerHead, first: Buffer): void
}

/**
 * Reads one answer of HTTP/1.1 after another from the bytes of a connection (RFC 9112). Strict: what
 * can be read in two ways is an InvalidMessage, and so is what comes unasked.
 */
export class AnswerReader {
  readonly #sink: AnswerSink
  readonly #maxHead: number
  readonly #body: BodyReader
  #state: 'idle' | 'head' | 'body' = 'idle'
  #method = ''
  #connection: 'kept' | 'closes' = 'kept'
  /** Bytes of the interim answers before it. */
  #early = 0
  /** Of a head that has come in part. */
  readonly #part = new Part()

  /** `maxHead` is in bytes, of a head or of trailers. */
  constructor(sink: AnswerSink, maxHead: number) {
    this.#sink = sink
    this.#maxHead = maxHead
    const onEnd = (trailers: RawFields) => {
      this.#state = 'idle'
      sink.onEnd(trailers, this.#connection)
    }
    this.#body = new BodyReader({ onBody: (chunk) => sink.onBody(chunk), onEnd }, maxHead)
  }

  /** The next answer is to a request of this method, which says whether it has a body. */
  expect(method: string): void {
    this.#method = method
    this.#state = 'head'
    this.#early = 0
  }

  /** Throws an InvalidMessage; then the connection is of no more use. */
  read(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#state === 'body') at = this.#body.read(bytes, at)
      else if (this.#state === 'head') at = this.#readHead(bytes, at)
      else throw new InvalidMessage('more than the answer')
    }
  }

  /** The other side has sent its last byte. Answers whether that cuts an answer off. */
  close(): 'whole' | 'cut' {
    if (this.#state === 'head') return 'cut'
    return this.#body.close()
  }

  #readHead(bytes: Buffer, at: number): number {
    const head = this.#part.upTo(EMPTY_LINE, bytes, at, this.#maxHead)
    if (head === null) return bytes.length
    const answer = readAnswerHead(head.text)
    const { status } = answer
    if (status === 101) {
      // Neither the client nor whoever reads on would agree on what it is that comes (RFC 9112 section 6.1).
      if (fieldValue(answer.fields, 'transfer-encoding') !== undefined)
        throw new InvalidMessage('a switch of protocols with a transfer coding')
      this.#state = 'idle'
      this.#sink.onSwitch(answer, bytes.subarray(head.end))
      return bytes.length
    }
    if (status < 200) {
      // They are passed on as they come, however slowly they are read: an endless row would fill the memory.
      this.#early += head.text.length
      if (this.#early > this.#maxHead)
        throw new InvalidMessage('interim answers that are too long', 'too_large')
      this.#sink.onInterim(answer)
      return head.end
    }
    const framing = this.#framingOf(answer)
    const isLast =
      framing.kind === 'close' ||
      !isKept(answer.fields, answer.httpVersion) ||
      (status === 204 && hasLength(answer.fields))
    this.#connection = isLast ? 'closes' : 'kept'
    this.#state = 'body'
    this.#sink.onHead(answer)
    this.#body.begin(framing)
    return head.end
  }

  /** RFC 9112 section 6.3. */
  #framingOf({ status, fields, httpVersion }: AnswerHead): AnswerFraming {
    const lengths = fieldValues(fields, 'content-length')
    const codings = fieldValues(fields, 'transfer-encoding')
    if (codings.length > 0 && (lengths.length > 0 || httpVersion === '1.0')) {
      throw new InvalidMessage('a body that is delimited in two ways')
    }
    if (lengths.length > 1 || (lengths.length === 1 && !isLength(lengths[0]!))) {
      throw new InvalidMessage('a Content-Length that is none')
    }
    if (this.#method === 'HEAD' || status === 204 || status === 304) return NO_BODY
    if (codings.length > 0) return CHUNKED_LAST.test(codings.join()) ? CHUNKED : UNTIL_CLOSE
    if (lengths.length === 0) return UNTIL_CLOSE
    return ofLength(Number(lengths[0]))
  }
}

const CHUNKED_LAST = /(?:^|,)[ \t]*chunked[ \t]*$/i

/**
 * What a 204 may not have (RFC 9110 section 8.6, RFC 9112 section 6.1): whoever sends it may send a body
 * too, which would be read as the next answer.
 */
function hasLength(fields: RawFields): boolean {
  if (fieldValue(fields, 'transfer-encoding') !== undefined) return true
  return Number(fieldValue(fields, 'content-length') ?? 0) > 0
}
