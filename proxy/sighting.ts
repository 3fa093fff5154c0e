import type {
  CapturedBody,
  Micros,
  NewEntry,
  RecordedRequest,
  RecordedResponse,
  Sender,
} from '../journal/entry.ts'
import type { RawFields } from '../wire/fields.ts'
import { BodyCapture } from './capture.ts'
import { MOST_LOOKED_INTO } from './exchange-values.ts'
import type { Numbered } from './recorder.ts'

/** A read, or a refused mutation, whose answer has begun. */
export interface Sighted {
  arrivedAt: Micros
  answeredAt: Micros
  sender: () => Sender
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
  /** `open`: its answer has not ended. `over`: nothing of it is kept, or it is an entry. */
  state: 'open' | 'kept' | 'over' = 'open'
  readonly seen: Sighted
  readonly #whenTooLong: WhenTooLong
  readonly #onlooker: Onlooker
  readonly #body = new BodyCapture(MOST_LOOKED_INTO, () => {})
  #length = 0

  constructor(seen: Sighted, whenTooLong: WhenTooLong, onlooker: Onlooker) {
    this.seen = seen
    this.#whenTooLong = whenTooLong
    this.#onlooker = onlooker
  }

  answerData(chunk: Buffer): void {
    if (this.state === 'over') return
    this.#length += chunk.length
    if (this.#length > MOST_LOOKED_INTO && this.#whenTooLong === 'let_go') this.drop()
    else void this.#body.add(ownMemory(chunk))
  }

  answerEnd(trailers: RawFields): void {
    if (this.state !== 'open') return
    this.#body.end(trailers)
    this.#onlooker(this, 'whole')
  }

  cut(): void {
    if (this.state === 'open') this.#onlooker(this, 'cut')
  }

  /** Nothing of it is needed any more. */
  drop(): void {
    this.state = 'over'
    this.#body.drop()
  }

  /** What of its answer has been kept so far. */
  body(): Buffer {
    return this.#body.bytes()
  }

  /** Bytes that stand in its entry. */
  get bytes(): number {
    return this.seen.request.body.bytes.length + Math.min(this.#length, MOST_LOOKED_INTO)
  }

  entry(number: number): NewEntry {
    const { arrivedAt, answeredAt, sender, request, answer } = this.seen
    return {
      ...{ number, verdict: 'context', cause: null, delivery: null },
      ...{ arrivedAt, answeredAt, sender: sender(), request },
      response: { ...answer, body: this.#body.result() },
    }
  }
}

/** Of a read: it had none. */
export const NO_BODY: CapturedBody = {
  ...{
    bytes: Buffer.alloc(0),
    chunks: 0,
    length: 0,
    capture: 'complete',
    digest: null,
    trailers: [],
  },
}

/** A small part of what was read from a socket at once would keep all of that in memory. */
function ownMemory(chunk: Buffer): Buffer {
  return chunk.length * 4 < chunk.buffer.byteLength ? Buffer.from(chunk) : chunk
}
