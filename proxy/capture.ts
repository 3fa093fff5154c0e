import { createHash, hash as hashOf, type Hash } from 'node:crypto'
import type { Capture, CapturedBody } from '../journal/entry.ts'
import type { SecretPart } from '../journal/masking/masked.ts'
import type { PieceMasker } from '../journal/masking/masking.ts'
import type { Problem } from '../journal/problem.ts'
import type { RawFields } from '../wire/fields.ts'

/** A body up to this size stands in its entry; a larger one is kept in pieces of about this size. */
const PIECE = 256 * 1024

/** So many pieces of a body may be on their way to the journal at once. */
const MAX_UNDER_WAY = 2

const NOTHING = Buffer.alloc(0)
const NO_FIELDS: RawFields = []

/** Hands over a piece of a body, its secrets masked and beside it; calls back when it is durable, or when nobody should wait longer. */
export type KeepPiece = (
  position: number,
  bytes: Buffer,
  secrets: readonly SecretPart[],
  done: (failure: Problem | null) => void,
) => void

/**
 * Keeps the bytes of one body as they pass, up to a limit. What it holds in memory does not grow
 * with the body: pieces go to the journal while it streams.
 */
export class BodyCapture {
  readonly #limit: number
  readonly #keep: KeepPiece
  /** Asked when the first piece is cut. */
  readonly #maskerOf: () => PieceMasker | null
  #masker: PieceMasker | null = null
  #secrets: 'none' | 'in_chunks' = 'none'
  #gathered: Buffer[] = []
  #gatheredLength = 0
  #kept = 0
  #length = 0
  #ended: Capture = 'aborted'
  #trailers = NO_FIELDS
  #pieces = 0
  #hash: Hash | null = null
  #digested: { of: Buffer; is: string } | null = null
  #underWay = 0
  #whenRoom: (() => void)[] | null = null
  #state: 'keeping' | 'stopped' = 'keeping'

  constructor(limit: number, keep: KeepPiece, maskerOf: () => PieceMasker | null = () => null) {
    this.#limit = limit
    this.#keep = keep
    this.#maskerOf = maskerOf
  }

  /** Answers null, or, where the journal does not keep up, what to wait for before the next. */
  add(chunk: Buffer): Promise<void> | null {
    this.#length += chunk.length
    const room = this.#state === 'stopped' ? 0 : this.#limit - this.#kept
    if (room <= 0) return null
    const part = chunk.length <= room ? chunk : chunk.subarray(0, room)
    this.#gathered.push(part)
    this.#gatheredLength += part.length
    this.#kept += part.length
    if (this.#gatheredLength > PIECE) this.#spill('more')
    if (this.#underWay < MAX_UNDER_WAY) return null
    this.#whenRoom ??= []
    const waiting = this.#whenRoom
    return new Promise((resolve) => waiting.push(resolve))
  }

  /** Nothing of it is to be kept. */
  drop(): void {
    this.#gathered = []
    this.#gatheredLength = 0
    this.#state = 'stopped'
    for (const resume of this.#whenRoom?.splice(0) ?? []) resume()
  }

  /** The body came to its proper end. Without this it counts as aborted. */
  end(trailers: RawFields): void {
    this.#ended = this.#length > this.#kept ? 'truncated' : 'complete'
    this.#trailers = trailers
  }

  get isWhole(): boolean {
    return this.#ended !== 'aborted'
  }

  /** Pieces that were handed over. */
  get pieces(): number {
    return this.#pieces
  }

  /** The bytes, of a body that is not kept in pieces. */
  bytes(): Buffer {
    if (this.#gathered.length === 0) return NOTHING
    if (this.#gathered.length > 1) this.#gathered = [Buffer.concat(this.#gathered)]
    return this.#gathered[0]!
  }

  /** Hands over the last piece of a body in pieces; answers how many bytes are not in one. */
  close(): number {
    if (this.#pieces > 0 && this.#gatheredLength > 0) this.#spill('last')
    return this.#gatheredLength
  }

  /** What is captured; of a body in pieces after `close`. */
  result(): CapturedBody {
    const bytes = this.bytes()
    return {
      bytes,
      chunks: this.#pieces,
      length: this.#length,
      capture: this.#ended,
      digest: this.#digest(bytes),
      trailers: this.#trailers,
      ...(this.#secrets === 'in_chunks' && { secrets: this.#secrets }),
    }
  }

  #spill(place: 'more' | 'last'): void {
    const gathered = this.bytes()
    if (this.#pieces === 0) this.#masker = this.#maskerOf()
    const { bytes, parts, undecided } = this.#masker?.mask(gathered, place) ?? asItIs(gathered)
    // What may begin the end of a secret goes with what follows it.
    this.#gathered = undecided === 0 ? [] : [gathered.subarray(gathered.length - undecided)]
    this.#gatheredLength = undecided
    if (parts.length > 0) this.#secrets = 'in_chunks'
    this.#hash ??= createHash('sha256')
    this.#hash.update(bytes)
    this.#underWay++
    this.#keep(this.#pieces++, bytes, parts, (failure) => {
      this.#underWay--
      // The piece still goes before its entry; but a body must not wait for ever, nor fill the memory.
      if (failure !== null) this.#state = 'stopped'
      for (const resume of this.#whenRoom?.splice(0) ?? []) resume()
    })
  }

  #digest(bytes: Buffer): string | null {
    if (this.#hash !== null) return this.#hash.copy().digest('hex')
    if (bytes.length === 0) return null
    // Asked twice where the mutation was announced first, with nothing come between.
    if (this.#digested?.of !== bytes)
      this.#digested = { of: bytes, is: hashOf('sha256', bytes, 'hex') }
    return this.#digested.is
  }
}

const NO_PARTS: readonly SecretPart[] = []

function asItIs(bytes: Buffer): ReturnType<PieceMasker['mask']> {
  return { bytes, parts: NO_PARTS, undecided: 0 }
}
