import type { JournalWriter } from '../journal/contract.ts'
import type { Micros, NewEntry, RecordedRequest, RecordedResponse } from '../journal/entry.ts'
import type { Side } from '../journal/entry.ts'
import type { Problem } from '../journal/problem.ts'
import { fieldValue, type RawFields } from '../wire/fields.ts'
import { isGrpc } from '../wire/grpc.ts'
import { BodyCapture, type KeepPiece } from './capture.ts'
import type { RecorderClock } from './clock.ts'
import type { Context } from './context.ts'
import type { Incoming } from './downstream.ts'
import { grpcOutcome } from './grpc.ts'
import { GrpcCall } from './grpc-call.ts'
import type { RequestValues } from './exchange-values.ts'
import type { Ticket } from './identity.ts'
import type { OpenTapes } from './open-tapes.ts'
import {
  decide,
  type DoubtCause,
  type Exclusion,
  type Outcome,
  type Policy,
  type Recorded,
} from './policy.ts'
import type { Recorder, TapeRecorder, Traces } from './recorder.ts'
import { senderOf, type SenderRules } from './sender.ts'
import type { Sighting } from './sighting.ts'

/** What all tapes of a proxy share. */
export interface TapeDeck {
  policy: Policy
  sender: SenderRules
  clock: RecorderClock
  recorder: TapeRecorder
  /** Null where none is kept. */
  context: Context | null
  /** Those that are not settled yet. */
  open: OpenTapes
  /** Bytes kept of a body at most. */
  maxBody: number
  /** As of the journal. */
  pieceMasker: JournalWriter['pieceMasker']
}

/** The deck of a proxy, whose recorder is one. */
export interface ProxyDeck extends TapeDeck {
  recorder: Recorder
}

/**
 * Takes down one exchange while it is forwarded. The forwarder tells it what passes; at the end
 * it asks the policy, hands the entry to the recorder, and calls back when the end of the answer
 * may be let go.
 */
export class Tape {
  readonly #deck: TapeDeck
  readonly #request: Incoming
  readonly #ticket: Ticket
  readonly #arrivedAt: Micros
  /** Asked while the client is there: a closed connection has no address. */
  readonly #peer: string | undefined
  readonly #requestBody: BodyCapture
  /** Null where it is no call of gRPC. */
  readonly #grpc: GrpcCall | null
  #intent: Traces['intent'] = 'none'
  #gathered: Buffer | null = null
  #answeredAt: Micros | null = null
  #answer: (Omit<RecordedResponse, 'body'> & { body: BodyCapture; trailers: RawFields }) | null =
    null
  #settled = false
  /** Of a refusal that may become context. */
  #sighting: Sighting | null = null
  /** What it uses of reads and refusals; null: nobody looked yet. */
  #producers: Sighting[] | null = null

  constructor(deck: TapeDeck, request: Incoming) {
    this.#deck = deck
    deck.open.begin()
    this.#request = request
    this.#ticket = deck.recorder.next()
    this.#arrivedAt = deck.clock.now()
    this.#peer = request.socket.remoteAddress
    this.#requestBody = this.#captureOf('request', request.rawHeaders)
    this.#grpc = isGrpc(request.rawHeaders) ? new GrpcCall() : null
  }

  /** What was read of the body before the request is forwarded; null where nothing was to be. */
  get gathered(): Buffer | null {
    return this.#gathered
  }

  /**
   * Makes it durable that the request will be forwarded, with its body if that is small and on its
   * way; then calls back, or with the reason why it must not be. Until then nothing is forwarded.
   */
  announce(then: (failure: Problem | 'client_gone' | null) => void): void {
    const announce = () => {
      if (this.#request.framing.kind === 'none') this.requestEnd()
      this.#intent = 'announced'
      const { recorder, number } = this.#ticket
      const intent = {
        number,
        arrivedAt: this.#arrivedAt,
        sender: senderOf(this.#deck.sender, this.#peer, this.#request.rawHeaders),
        request: this.#recordedRequest(),
      }
      this.#deck.recorder.announce(recorder, intent, then)
    }
    if (!isGathered(this.#request, this.#deck.maxBody)) {
      announce()
      return
    }
    const request = this.#request
    const take = (chunk: Buffer) => void this.#requestBody.add(chunk)
    const begin = () => {
      clearTimeout(timer)
      request.off('data', take)
      request.off('end', end)
      this.#gathered = this.#requestBody.bytes()
      announce()
    }
    const end = () => {
      this.requestEnd()
      begin()
    }
    const timer = setTimeout(() => {
      if (request.complete) return
      request.pause()
      begin()
    }, GATHERING)
    request.on('data', take)
    request.on('end', end)
    request.on('close', () => {
      if (this.#gathered !== null) return
      clearTimeout(timer)
      then('client_gone')
    })
  }

  /** Answers null, or what to wait for before the next chunk. */
  requestData(chunk: Buffer): Promise<void> | null {
    if (this.#grpc?.request(chunk) === 'stream') this.#exclude('grpc_stream')
    return this.#settled ? null : this.#requestBody.add(chunk)
  }

  requestEnd(): void {
    if (this.#settled || this.#requestBody.isWhole) return
    this.#grpc?.requestEnd()
    this.#requestBody.end(this.#request.rawTrailers)
    // Once the request is on its way; but before what comes later could be taken for its producer.
    if (this.#deck.context?.isEmpty === false) setImmediate(() => this.#findProducers())
  }

  /** Says whether the exchange is recorded. Where not, that was it: nothing waits for the tape. */
  answerBegins(status: number, reason: string, fields: RawFields): boolean {
    if (this.#settled) return false
    // What became of a call of gRPC is known at its end.
    const decision =
      this.#grpc !== null && status === 200
        ? null
        : decide(this.#deck.policy, { kind: 'answered', status })
    if (decision?.record === null) {
      this.#leaveOut(decision.exclusion, { status, reason, fields })
      return false
    }
    this.#answeredAt = this.#deck.clock.now()
    this.#answer = {
      status,
      reason,
      fields,
      trailers: [],
      body: this.#captureOf('response', fields),
    }
    return true
  }

  /** Of an answer that is not recorded, but may be as context. */
  get sighting(): Sighting | null {
    return this.#sighting
  }

  /** As requestData. */
  answerData(chunk: Buffer): Promise<void> | null {
    if (this.#grpc?.answer(chunk) === 'stream') this.#exclude('grpc_stream')
    return this.#settled ? null : this.#answer!.body.add(chunk)
  }

  answerEnd(trailers: RawFields): void {
    if (this.#settled) return
    this.#answer!.body.end(trailers)
    this.#answer!.trailers = trailers
    if (this.#grpc === null || this.#requestBody.isWhole) return
    const decision = decide(this.#deck.policy, this.#outcome())
    this.#exclude(decision.record === null ? decision.exclusion : 'grpc_stream')
  }

  /** Whether that was it: then nothing waits for the tape. */
  get isSettled(): boolean {
    return this.#settled
  }

  /**
   * The exchange ended with an answer, whole or cut. Calls back when its entry is durable or need
   * not be; with a Problem when it could not be made durable.
   */
  settle(done: (failure: Problem | null) => void): void {
    if (!this.#answer!.body.isWhole && this.#grpc?.cut() === 'stream') {
      this.#exclude('grpc_stream')
      done(null)
    } else this.#settle(this.#outcome(), done)
  }

  /** The exchange ended without an answer. `sent` is what may have left for the upstream. */
  giveUp(cause: DoubtCause, sent: 'nothing' | 'something'): void {
    const delivery = sent === 'nothing' ? 'nothing' : this.#requestBody.isWhole ? 'whole' : 'part'
    this.#settle({ kind: 'unanswered', cause, delivery }, () => {})
  }

  /** It could not be announced; it is forwarded all the same, and gets no entry. */
  lose(): void {
    if (this.#settled) return
    this.#end()
    this.#deck.recorder.lose(this.#ticket, this.#traces())
  }

  /** The request could not be forwarded at all. */
  refuse(): void {
    this.giveUp('upstream_reset', 'nothing')
  }

  #outcome(): Outcome {
    const answer = this.#answer!
    if (this.#grpc === null) return { kind: 'answered', status: answer.status }
    return grpcOutcome(answer, this.#requestBody.isWhole ? 'whole' : 'part')
  }

  /** Nothing of it waits for the tape; what is watched of it may become context. */
  #leaveOut(reason: Exclusion, answer: Omit<RecordedResponse, 'body'>): void {
    const { context } = this.#deck
    if (context !== null && this.#grpc === null && this.#requestBody.isWhole) {
      const body = () => this.#requestBody.result()
      const given = { ticket: this.#ticket, had: this.#traces() }
      this.#sighting = context.refusal(this.#request, body, this.#arrivedAt, answer, given)
    }
    if ((this.#sighting?.seen.given ?? null) === null) this.#exclude(reason)
    else this.#end()
  }

  #findProducers(): void {
    const { context } = this.#deck
    if (this.#settled || this.#producers !== null || context === null || context.isEmpty) return
    this.#producers = context.producersOf(this.#values(), this.#arrivedAt)
  }

  /** Before its own entry: what it uses stands in the journal no later than it does. */
  #recordContext(context: Context): void {
    for (const producer of this.#producers ?? []) context.record(producer)
    const answer = this.#answer
    context.learn(this.#values(), answer && { fields: answer.fields, body: wholeOf(answer.body) })
  }

  #values(): RequestValues {
    const { url, rawHeaders } = this.#request
    return { target: url!, fields: rawHeaders, body: wholeOf(this.#requestBody) }
  }

  /** It gets no entry, and what was taken down of it is dropped. */
  #exclude(reason: Exclusion): void {
    if (this.#settled) return
    this.#end()
    this.#deck.recorder.exclude(this.#ticket, reason, this.#traces())
    this.#requestBody.drop()
    this.#answer?.body.drop()
  }

  #settle(outcome: Outcome, done: (failure: Problem | null) => void): void {
    if (this.#settled) return
    this.#findProducers()
    this.#end()
    const { policy, recorder, context } = this.#deck
    const decision = decide(policy, outcome)
    if (decision.record === null) {
      recorder.exclude(this.#ticket, decision.exclusion, this.#traces())
      done(null)
      return
    }
    if (context !== null) this.#recordContext(context)
    const entry = { bytes: this.#keepBodies(), make: () => this.#entry(decision) }
    recorder.record(this.#ticket.recorder, entry, this.#traces(), done)
  }

  /** Hands over what is left of bodies in pieces; answers how many bytes stand in the entry. */
  #keepBodies(): number {
    return this.#requestBody.close() + (this.#answer?.body.close() ?? 0)
  }

  #entry({ record, cause, delivery }: Recorded): NewEntry {
    return {
      number: this.#ticket.number,
      verdict: record,
      cause,
      delivery,
      arrivedAt: this.#arrivedAt,
      answeredAt: this.#answeredAt,
      sender: senderOf(this.#deck.sender, this.#peer, this.#request.rawHeaders),
      request: this.#recordedRequest(),
      response: this.#response(),
    }
  }

  #end(): void {
    this.#settled = true
    this.#deck.open.end()
  }

  #traces(): Traces {
    const chunks = this.#requestBody.pieces + (this.#answer?.body.pieces ?? 0)
    return { intent: this.#intent, chunks }
  }

  #captureOf(side: Side, fields: RawFields): BodyCapture {
    const { recorder, maxBody, pieceMasker } = this.#deck
    const keep: KeepPiece = (position, bytes, secrets, done) => {
      const { recorder: owner, number } = this.#ticket
      const chunk = { number, arrivedAt: this.#arrivedAt, side, position, bytes, secrets }
      recorder.keep(owner, chunk, done)
    }
    return new BodyCapture(maxBody, keep, () => pieceMasker(fields))
  }

  #recordedRequest(): RecordedRequest {
    const { method, url, httpVersion, rawHeaders, clientForm } = this.#request
    const body = this.#requestBody.result()
    const request = { method: method!, target: url!, httpVersion, fields: rawHeaders, body }
    return clientForm === undefined ? request : { ...request, clientForm }
  }

  #response(): RecordedResponse | null {
    if (this.#answer === null) return null
    const { status, reason, fields, body } = this.#answer
    return { status, reason, fields, body: body.result() }
  }
}

/** What there is in memory of a body, where that is all of it. */
function wholeOf(body: BodyCapture): Buffer {
  return body.pieces === 0 ? body.bytes() : NOTHING
}

const NOTHING = Buffer.alloc(0)

/** A body up to this size goes with the announcement of its request, so that it can be sent again. */
const MAX_GATHERED = 64 * 1024

/** How long such a body may take, in ms: what comes bit by bit goes on as it comes. */
export const GATHERING = 100

/**
 * A client with an expectation waits for the upstream's word before it sends the body. `kept`, bytes of a body
 * at most: what goes on of one is all of it, and names that a restore gave may make it longer than it came.
 */
function isGathered({ framing, rawHeaders }: Incoming, kept: number): boolean {
  if (framing.kind !== 'length' || framing.length > Math.min(MAX_GATHERED, kept)) return false
  return fieldValue(rawHeaders, 'expect') === undefined
}
