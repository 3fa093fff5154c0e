import { InvalidAnswer, type AnswerHead } from './client.ts'
import { fieldValue, fieldValues, type RawFields } from './fields.ts'
import { readAnswerHead, readFields } from './head.ts'

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

type State = 'head' | 'length' | 'size' | 'chunk' | 'chunk end' | 'trailers' | 'until close' | 'end'

/**
 * Reads one answer of HTTP/1.1 after another from the bytes of a connection (RFC 9112). Strict: what
 * can be read in two ways is an InvalidAnswer, and so is what comes unasked.
 */
export class AnswerReader {
  readonly #sink: AnswerSink
  readonly #maxHead: number
  #state: State = 'end'
  #method = ''
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0
  #connection: 'kept' | 'closes' = 'kept'
  #trailers = ''
  /** The part of a line or of a head that has come so far. */
  readonly #part = new Part()

  /** `maxHead` is in bytes, of a head or of trailers. */
  constructor(sink: AnswerSink, maxHead: number) {
    this.#sink = sink
    this.#maxHead = maxHead
  }

  /** The next answer is to a request of this method, which says whether it has a body. */
  expect(method: string): void {
    this.#method = method
    this.#state = 'head'
  }

  /** Throws an InvalidAnswer; then the connection is of no more use. */
  read(bytes: Buffer): void {
    let at = 0
    while (at < bytes.length) {
      switch (this.#state) {
        case 'head':
          at = this.#readHead(bytes, at)
          break
        case 'length':
        case 'chunk':
          at = this.#readCounted(bytes, at)
          break
        case 'size':
          at = this.#readSize(bytes, at)
          break
        case 'chunk end':
          at = this.#readChunkEnd(bytes, at)
          break
        case 'trailers':
          at = this.#readTrailers(bytes, at)
          break
        case 'until close':
          this.#sink.onBody(at === 0 ? bytes : bytes.subarray(at))
          return
        case 'end':
          throw new InvalidAnswer('it sent more than its answer')
      }
    }
  }

  /** The other side has sent its last byte. Answers whether that cuts an answer off. */
  close(): 'whole' | 'cut' {
    if (this.#state === 'until close') this.#end([])
    return this.#state === 'end' ? 'whole' : 'cut'
  }

  #readHead(bytes: Buffer, at: number): number {
    const head = this.#part.upTo(EMPTY_LINE, bytes, at, this.#maxHead)
    if (head === null) return bytes.length
    const answer = readAnswerHead(head.text)
    const { status } = answer
    if (status === 101) {
      this.#state = 'end'
      this.#sink.onSwitch(answer, bytes.subarray(head.end))
      return bytes.length
    }
    if (status < 200) {
      this.#sink.onInterim(answer)
      return head.end
    }
    this.#frame(answer)
    this.#sink.onHead(answer)
    if (this.#state === 'length' && this.#left === 0) this.#end([])
    return head.end
  }

  /** How the body is delimited (RFC 9112 section 6.3). */
  #frame(answer: AnswerHead): void {
    const { status, fields, httpVersion } = answer
    this.#connection = closesAfter(answer) ? 'closes' : 'kept'
    const lengths = fieldValues(fields, 'content-length')
    const codings = fieldValues(fields, 'transfer-encoding')
    if (codings.length > 0 && (lengths.length > 0 || httpVersion === '1.0')) {
      throw new InvalidAnswer('its body is delimited in two ways')
    }
    if (lengths.length > 1 || (lengths.length === 1 && !isLength(lengths[0]!))) {
      throw new InvalidAnswer('its Content-Length is no length')
    }
    if (this.#method === 'HEAD' || status === 204 || status === 304) {
      this.#state = 'length'
      this.#left = 0
    } else if (codings.length > 0) {
      const isChunked = /(?:^|,)[ \t]*chunked[ \t]*$/i.test(codings.join())
      this.#state = isChunked ? 'size' : 'until close'
      if (!isChunked) this.#connection = 'closes'
    } else if (lengths.length === 1) {
      this.#state = 'length'
      this.#left = Number(lengths[0])
    } else {
      this.#state = 'until close'
      this.#connection = 'closes'
    }
  }

  #readCounted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    const { length } = bytes
    this.#left -= end - at
    const isLast = this.#left === 0
    if (isLast && this.#state === 'chunk') this.#state = 'chunk end'
    this.#sink.onBody(at === 0 && end === length ? bytes : bytes.subarray(at, end))
    if (isLast && this.#state === 'length') this.#end([])
    return end
  }

  #readSize(bytes: Buffer, at: number): number {
    const line = this.#part.upTo(LINE_END, bytes, at, MAX_CHUNK_LINE)
    if (line === null) return bytes.length
    const size = CHUNK_SIZE.exec(line.text)?.[1]
    if (size === undefined) throw new InvalidAnswer('the size of a chunk of its body')
    this.#left = Number.parseInt(size, 16)
    this.#state = this.#left === 0 ? 'trailers' : 'chunk'
    return line.end
  }

  #readChunkEnd(bytes: Buffer, at: number): number {
    const line = this.#part.upTo(LINE_END, bytes, at, LINE_END.length)
    if (line === null) return bytes.length
    if (line.text !== '') throw new InvalidAnswer('a chunk of its body is longer than its size')
    this.#state = 'size'
    return line.end
  }

  #readTrailers(bytes: Buffer, at: number): number {
    const line = this.#part.upTo(LINE_END, bytes, at, this.#maxHead - this.#trailers.length)
    if (line === null) return bytes.length
    if (line.text === '') {
      const trailers = readFields(this.#trailers)
      this.#trailers = ''
      this.#end(trailers)
    } else this.#trailers += `${line.text}\r\n`
    return line.end
  }

  #end(trailers: RawFields): void {
    this.#state = 'end'
    this.#sink.onEnd(trailers, this.#connection)
  }
}

/** A line with its extensions, which are for nobody behind this hop (RFC 9112 section 7.1.1). */
const MAX_CHUNK_LINE = 4 * 1024

/** As many digits as can be counted with; no sign, no space before the extensions but as the grammar has it. */
const CHUNK_SIZE = /^0*([\da-f]{1,13})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/i

const LINE_END = Buffer.from('\r\n')
const EMPTY_LINE = Buffer.from('\r\n\r\n')

/** RFC 9110 section 8.6; beyond 2^53 - 1 nobody counts. */
function isLength(value: string): boolean {
  return /^\d+$/.test(value) && Number.isSafeInteger(Number(value))
}

/** RFC 9112 section 9.3. */
function closesAfter({ fields, httpVersion }: AnswerHead): boolean {
  const connection = fieldValue(fields, 'connection')
  if (connection === undefined) return httpVersion === '1.0'
  const options = fieldValues(fields, 'connection').join().toLowerCase().split(',')
  const says = (option: string) => options.some((one) => one.trim() === option)
  return says('close') || (httpVersion === '1.0' && !says('keep-alive'))
}

/** Gathers what comes in parts until it is there up to its end. */
class Part {
  #parts: Buffer[] = []
  #length = 0

  /**
   * What stands from `at` up to `mark`, as latin-1, and where in `bytes` it goes on behind it; null
   * where `mark` has not come yet. Throws an InvalidAnswer beyond `most` bytes, and where a line ends
   * in anything but CR LF (RFC 9112 section 2.2).
   */
  upTo(
    mark: Buffer,
    bytes: Buffer,
    at: number,
    most: number,
  ): { text: string; end: number } | null {
    const before = this.#length
    // Every mark ends in a line's end: what has none in it need not be looked through.
    const all = before === 0 ? bytes : this.#joined(bytes, at)
    const from = before === 0 ? at : 0
    const found = all === null ? -1 : all.indexOf(mark, from)
    const length = found === -1 ? before + bytes.length - at : found + mark.length - from
    if (length > most) throw new InvalidAnswer('its head, or a line of its body, is too long')
    if (found === -1) {
      this.#keep(bytes, at)
      return null
    }
    this.#parts = []
    this.#length = 0
    return { text: all!.toString('latin1', from, found), end: at + length - before }
  }

  #joined(bytes: Buffer, at: number): Buffer | null {
    if (!bytes.includes(LF, at)) return null
    const all = Buffer.concat([...this.#parts, at === 0 ? bytes : bytes.subarray(at)])
    this.#parts = [all.subarray(0, this.#length)]
    return all
  }

  #keep(bytes: Buffer, at: number): void {
    for (let i = bytes.indexOf(LF, at); i !== -1; i = bytes.indexOf(LF, i + 1)) {
      if ((i > at ? bytes[i - 1] : this.#parts.at(-1)?.at(-1)) === CR) continue
      throw new InvalidAnswer('a line of its head ends in LF alone')
    }
    this.#parts.push(bytes.subarray(at))
    this.#length += bytes.length - at
  }
}

const LF = 0x0a
const CR = 0x0d
