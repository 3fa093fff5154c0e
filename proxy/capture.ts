import type { Capture, CapturedBody } from '../journal/entry.ts'
import type { RawFields } from '../wire/fields.ts'

/** Keeps the bytes of one body as they pass, up to a limit. */
export class BodyCapture {
  readonly #limit: number
  #chunks: Buffer[] = []
  #kept = 0
  #length = 0
  #ended: Capture = 'aborted'
  #trailers: RawFields = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length
    const room = this.#limit - this.#kept
    if (room <= 0) return
    const part = chunk.length <= room ? chunk : chunk.subarray(0, room)
    this.#chunks.push(part)
    this.#kept += part.length
  }

  /** The body came to its proper end. Without this it counts as aborted. */
  end(trailers: RawFields): void {
    this.#ended = this.#length > this.#kept ? 'truncated' : 'complete'
    this.#trailers = trailers
  }

  get isWhole(): boolean {
    return this.#ended !== 'aborted'
  }

  result(): CapturedBody {
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    return { bytes, length: this.#length, capture: this.#ended, trailers: this.#trailers }
  }
}
