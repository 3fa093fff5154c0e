import { hash } from 'node:crypto'
import type {
  Capture,
  CapturedBody,
  Micros,
  NewEntry,
  RecordedRequest,
  RecordedResponse,
} from '../journal/entry.ts'
import type { RawFields } from '../wire/fields.ts'
import { MOST_LOOKED_INTO } from './exchange-values.ts'
import type { Numbered } from './recorder.ts'
import { senderOf, type SenderRules } from './sender.ts'

/** A read, or a refused mutation, whose answer has begun. */
export interface Sighted {
  arrivedAt: Micros
  answeredAt: Micros
  /** The address that it came from, while its client was there to ask. */
  peer: string | undefined
  request: RecordedRequest
  answer: Omit<RecordedResponse, 'body'>
  /** Null where it takes a number of its own once it is recorded. */
  given: Numbered | null
}

/** Told that its answer came to its end, or (`cut`) will not. */
export type Onlooker = (sighting: Sighting, how: 'whole' | 'cut') => void

/** What becomes of one whose answer is longer than what is kept of it. */
export type WhenTooLong = 'cut_short' | 'let_go'

/**
 * An exchange that changes nothing, watched while its answer streams past: it is told what passes, and
 * holds nothing back. What is kept of the body is bounded.
 */
export class Sighting {
  /**
   * `open`: its answer is on its way; `found`: and a request uses it already. `kept`: it has ended.
   * `over`: it is an entry, or will be none.
   */
  state: 'open' | 'found' | 'kept' | 'over' = 'open'
  readonly seen: Sighted
  #trailers: RawFields = []
  readonly #whenTooLong: WhenTooLong
  readonly #onlooker: Onlooker
  #parts: Buffer[] = []
  #keptLength = 0
  #length = 0
  #ended: Capture = 'aborted'

  constructor(seen: Sighted, whenTooLong: WhenTooLong, onlooker: Onlooker) {
    this.seen = seen
    this.#whenTooLong = whenTooLong
    this.#onlooker = onlooker
  }

  /** One that is over, and was remembered. */
  static whole(seen: Sighted, body: Buffer, length: number, trailers: RawFields): Sighting {
    const sighting = new Sighting(seen, 'cut_short', () => {})
    sighting.#parts = [body]
    sighting.#keptLength = body.length
    sighting.#length = length
    sighting.answerEnd(trailers)
    sighting.state = 'kept'
    return sighting
  }

  answerData(chunk: Buffer): void {
    if (this.state === 'over') return
    this.#length += chunk.length
    if (this.#length > MOST_LOOKED_INTO && this.#whenTooLong === 'let_go') {
      this.drop()
      return
    }
    const room = MOST_LOOKED_INTO - this.#keptLength
    const part = chunk.length <= room ? chunk : chunk.subarray(0, room)
    if (part.length === 0) return
    this.#parts.push(part)
    this.#keptLength += part.length
  }

  answerEnd(trailers: RawFields): void {
    if (this.state !== 'open' && this.state !== 'found') return
    this.#trailers = trailers
    this.#ended = this.#length > this.#keptLength ? 'truncated' : 'complete'
    this.#onlooker(this, 'whole')
  }

  cut(): void {
    if (this.state === 'open' || this.state === 'found') this.#onlooker(this, 'cut')
  }

  /** Nothing of it is needed any more. */
  drop(): void {
    this.state = 'over'
    this.#parts = []
  }

  /** What of its answer has been kept so far. */
  get body(): Buffer {
    if (this.#parts.length === 0) return NOTHING
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)]
    return this.#parts[0]!
  }

  get trailers(): RawFields {
    return this.#trailers
  }

  /** Bytes of its answer that passed. */
  get length(): number {
    return this.#length
  }

  /** Bytes that stand in its entry. */
  get bytes(): number {
    return this.seen.request.body.bytes.length + this.#keptLength
  }

  entry(number: number, rules: SenderRules): NewEntry {
    const { arrivedAt, answeredAt, peer, request, answer } = this.seen
    return {
      ...{ number, verdict: 'context', cause: null, delivery: null },
      ...{ arrivedAt, answeredAt, sender: senderOf(rules, peer, request.fields), request },
      response: { ...answer, body: this.#capturedBody() },
    }
  }

  #capturedBody(): CapturedBody {
    const bytes = this.body
    const digest = bytes.length === 0 ? null : hash('sha256', bytes, 'hex')
    const length = this.#length
    return { bytes, chunks: 0, length, capture: this.#ended, digest, trailers: this.#trailers }
  }
}

const NOTHING = Buffer.alloc(0)

/** Of a read: it had none. */
export const NO_BODY: CapturedBody = {
  ...{
    bytes: NOTHING,
    chunks: 0,
    length: 0,
    capture: 'complete',
    digest: null,
    trailers: [],
  },
}
