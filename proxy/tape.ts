import type { IncomingMessage } from 'node:http'
import type { Micros, RecordedResponse } from '../journal/entry.ts'
import type { Problem } from '../journal/problem.ts'
import type { RawFields } from '../wire/fields.ts'
import { BodyCapture } from './capture.ts'
import type { RecorderClock } from './clock.ts'
import { decide, type DoubtCause, type Outcome, type Policy } from './policy.ts'
import type { Recorder } from './recorder.ts'
import { senderOf, type SenderRules } from './sender.ts'

/** What all tapes of a proxy share. */
export interface TapeDeck {
  policy: Policy
  sender: SenderRules
  clock: RecorderClock
  recorder: Recorder
  /** Bytes kept of a body at most. */
  maxBody: number
}

/**
 * Takes down one exchange while it is forwarded. The forwarder tells it what passes; at the end
 * it asks the policy, hands the entry to the recorder, and calls back when the end of the answer
 * may be let go.
 */
export class Tape {
  readonly #deck: TapeDeck
  readonly #request: IncomingMessage
  readonly #arrivedAt: Micros
  /** Asked while the client is there: a closed connection has no address. */
  readonly #peer: string | undefined
  readonly #requestBody: BodyCapture
  #answeredAt: Micros | null = null
  #answer: { status: number; reason: string; fields: RawFields; body: BodyCapture } | null = null
  #settled = false

  constructor(deck: TapeDeck, request: IncomingMessage) {
    this.#deck = deck
    this.#request = request
    this.#arrivedAt = deck.clock.now()
    this.#peer = request.socket.remoteAddress
    this.#requestBody = new BodyCapture(deck.maxBody)
  }

  requestData(chunk: Buffer): void {
    this.#requestBody.add(chunk)
  }

  requestEnd(): void {
    this.#requestBody.end(this.#request.rawTrailers)
  }

  /** Says whether the exchange is recorded. Where not, that was it: nothing waits for the tape. */
  answerBegins(status: number, reason: string, fields: RawFields): boolean {
    const decision = decide(this.#deck.policy, { kind: 'answered', status })
    if (decision.record === null) {
      this.#settled = true
      this.#deck.recorder.exclude(decision.exclusion)
      return false
    }
    this.#answeredAt = this.#deck.clock.now()
    this.#answer = { status, reason, fields, body: new BodyCapture(this.#deck.maxBody) }
    return true
  }

  answerData(chunk: Buffer): void {
    this.#answer!.body.add(chunk)
  }

  answerEnd(trailers: RawFields): void {
    this.#answer!.body.end(trailers)
  }

  /**
   * The exchange ended with an answer, whole or cut. Calls back when its entry is durable or need
   * not be; with a Problem when it could not be made durable.
   */
  settle(done: (failure: Problem | null) => void): void {
    this.#settle({ kind: 'answered', status: this.#answer!.status }, done)
  }

  /** The exchange ended without an answer. `sent` is what may have left for the upstream. */
  giveUp(cause: DoubtCause, sent: 'nothing' | 'something'): void {
    const whole = this.#requestBody.isWhole ? 'maybe_whole' : 'part'
    this.#settle(
      { kind: 'unanswered', cause, delivery: sent === 'nothing' ? 'nothing' : whole },
      () => {},
    )
  }

  /** The request could not be forwarded at all. */
  refuse(): void {
    this.#settle({ kind: 'unanswered', cause: 'upstream_reset', delivery: 'nothing' }, () => {})
  }

  #settle(outcome: Outcome, done: (failure: Problem | null) => void): void {
    if (this.#settled) return
    this.#settled = true
    const { policy, recorder, sender } = this.#deck
    const decision = decide(policy, outcome)
    if (decision.record === null) {
      recorder.exclude(decision.exclusion)
      done(null)
      return
    }
    const request = this.#request
    recorder.record(
      {
        verdict: decision.record,
        cause: decision.cause,
        arrivedAt: this.#arrivedAt,
        answeredAt: this.#answeredAt,
        sender: senderOf(sender, this.#peer, request.rawHeaders),
        request: {
          method: request.method!,
          target: request.url!,
          httpVersion: request.httpVersion,
          fields: request.rawHeaders,
          body: this.#requestBody.result(),
        },
        response: this.#response(),
      },
      done,
    )
  }

  #response(): RecordedResponse | null {
    if (this.#answer === null) return null
    const { status, reason, fields, body } = this.#answer
    return { status, reason, fields, body: body.result() }
  }
}
