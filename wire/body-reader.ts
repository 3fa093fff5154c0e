import { InvalidMessage, readFields } from './head.ts'
import type { RawFields } from './fields.ts'
import { Part } from './part.ts'

/** How a request's body is delimited: absent or empty, by a length, or by chunks (RFC 9112 section 6.3). */
export type Framing = { kind: 'none' } | { kind: 'length'; length: number } | { kind: 'chunked' }

/** An answer's may besides end with its connection. */
export type AnswerFraming = Framing | { kind: 'close' }

export const NO_BODY: Framing = { kind: 'none' }
export const CHUNKED: Framing = { kind: 'chunked' }
export const UNTIL_CLOSE: AnswerFraming = { kind: 'close' }

export function ofLength(length: number): Framing {
  return length === 0 ? NO_BODY : { kind: 'length', length }
}

export interface BodySink {
  onBody(chunk: Buffer): void
  onEnd(trailers: RawFields): void
}

type State = 'length' | 'size' | 'chunk' | 'chunk end' | 'trailers' | 'until close' | 'over'

/** Reads one body after the other, strictly: the transfer coding undone, and nothing else. */
export class BodyReader {
  readonly #sink: BodySink
  readonly #maxTrailers: number
  #state: State = 'over'
  /** Bytes of the body, or of the chunk, that are still to come. */
  #left = 0
  #trailers = ''
  /** Of a line that has come in part. */
  readonly #part = new Part()

  constructor(sink: BodySink, maxTrailers: number) {
    this.#sink = sink
    this.#maxTrailers = maxTrailers
  }

  get isOver(): boolean {
    return this.#state === 'over'
  }

  /** A body without a byte is over with this. */
  begin(framing: AnswerFraming): void {
    switch (framing.kind) {
      case 'none':
        this.#end([])
        break
      case 'length':
        this.#state = 'length'
        this.#left = framing.length
        break
      case 'chunked':
        this.#state = 'size'
        break
      case 'close':
        this.#state = 'until close'
    }
  }

  /** Reads from `at` on; answers where it stopped: at the end of the body, or of the bytes. Throws an InvalidMessage. */
  read(bytes: Buffer, at: number): number {
    while (at < bytes.length) {
      switch (this.#state) {
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
          return bytes.length
        case 'over':
          return at
      }
    }
    return at
  }

  /** The other side has sent its last byte; answers whether that cuts the body off. */
  close(): 'whole' | 'cut' {
    if (this.#state === 'until close') this.#end([])
    return this.#state === 'over' ? 'whole' : 'cut'
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
    if (size === undefined) throw new InvalidMessage('a chunk whose size is none')
    this.#left = Number.parseInt(size, 16)
    this.#state = this.#left === 0 ? 'trailers' : 'chunk'
    return line.end
  }

  #readChunkEnd(bytes: Buffer, at: number): number {
    const line = this.#part.upTo(LINE_END, bytes, at, LINE_END.length)
    if (line === null) return bytes.length
    if (line.text !== '') throw new InvalidMessage('a chunk that is longer than its size')
    this.#state = 'size'
    return line.end
  }

  #readTrailers(bytes: Buffer, at: number): number {
    const line = this.#part.upTo(LINE_END, bytes, at, this.#maxTrailers - this.#trailers.length)
    if (line === null) return bytes.length
    if (line.text === '') {
      const trailers = readFields(this.#trailers)
      this.#trailers = ''
      this.#end(trailers)
    } else this.#trailers += `${line.text}\r\n`
    return line.end
  }

  #end(trailers: RawFields): void {
    this.#state = 'over'
    this.#sink.onEnd(trailers)
  }
}

/** A line with its extensions, which are for nobody behind this hop (RFC 9112 section 7.1.1). */
const MAX_CHUNK_LINE = 4 * 1024

/** As many digits as can be counted with; no sign, no space but before an extension. */
const CHUNK_SIZE = /^0*([\da-f]{1,13})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?$/i

const LINE_END = Buffer.from('\r\n')
