import { GrpcMessages } from '../wire/grpc.ts'

/** What is known so far of a call: it may be unary, or it is a stream. */
export type CallKind = 'perhaps unary' | 'stream'

/** The status of a unary call follows its message at once; one that is open for longer is a stream, in ms. */
const OPEN = 1_000

/**
 * Tells a stream from a unary call by what passes: a unary call has one message in each direction,
 * and its request ends before the message of its answer begins.
 */
export class GrpcCall {
  readonly #request = new GrpcMessages()
  readonly #answer = new GrpcMessages()
  readonly #now: () => number
  #isOpen = true
  #answeredAt: number | null = null

  constructor(now = () => performance.now()) {
    this.#now = now
  }

  request(chunk: Buffer): CallKind {
    return this.#request.add(chunk) > 1 ? 'stream' : 'perhaps unary'
  }

  requestEnd(): void {
    this.#isOpen = false
  }

  answer(chunk: Buffer): CallKind {
    this.#answeredAt = this.#now()
    return this.#answer.add(chunk) > 1 || this.#isOpen ? 'stream' : 'perhaps unary'
  }

  /** Asked where it was cut: whether it is one that was only waiting for its next message. */
  cut(): CallKind {
    const isOpen = this.#answeredAt !== null && this.#now() - this.#answeredAt > OPEN
    return isOpen ? 'stream' : 'perhaps unary'
  }
}
