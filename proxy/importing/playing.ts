import type { JournalWriter } from '../../journal/contract.ts'
import type { Micros } from '../../journal/entry.ts'
import type { ForeignAnswer, ForeignBody, ForeignExchange } from '../../journal/foreign.ts'
import { Context } from '../context.ts'
import { OpenTapes } from '../open-tapes.ts'
import { exclusionOf, type Policy } from '../policy.ts'
import { NO_TRACES } from '../recorder.ts'
import type { SenderRules } from '../sender.ts'
import { Tape, type TapeDeck } from '../tape.ts'
import { Desk } from './desk.ts'
import { ForeignRequest } from './foreign-request.ts'

// Exchanges that another program recorded are told to tapes as if they passed now, with a clock that shows
// the moments of the file: so they are judged, numbered and kept as a proxy would have done it.

export interface PlayingOptions {
  /** UUID of the recorder that the entries are to have. */
  recorder: string
  policy: Policy
  sender: SenderRules
  /** Bytes of reads and refusals that are remembered at most. */
  contextMemory: number
  /** Bytes kept of a body at most. */
  maxBody: number
  pieceMasker: JournalWriter['pieceMasker']
}

export class Playing {
  readonly desk: Desk
  readonly #deck: TapeDeck
  #now: Micros = 0

  constructor({ recorder, policy, sender, contextMemory, maxBody, pieceMasker }: PlayingOptions) {
    this.desk = new Desk(recorder)
    const clock = { now: () => this.#now, passBy: () => Promise.resolve(0) }
    const shared = { policy, sender, clock, recorder: this.desk, open: new OpenTapes() }
    const limits = { memory: contextMemory, perMinute: Infinity }
    this.#deck = { ...shared, maxBody, context: new Context({ ...shared, ...limits }), pieceMasker }
  }

  /** What comes of it is at the desk afterwards. Exchanges come in the order in which they ended. */
  play(exchange: ForeignExchange): void {
    const { method, target, fields } = exchange
    this.#now = exchange.arrivedAt
    const exclusion = exclusionOf(this.#deck.policy, { method, target, fields })
    const request = new ForeignRequest(exchange)
    if (exclusion === null) this.#playMutation(exchange, request)
    else if (exclusion === 'method') this.#playRead(exchange, request)
    else this.desk.exclude(this.desk.next(), exclusion, NO_TRACES)
  }

  #playRead({ answer }: ForeignExchange, request: ForeignRequest): void {
    // Until a later request uses it.
    this.desk.count('method')
    const watch = this.#deck.context!.watch(request)
    if (watch === null || answer === null) return
    this.#now = answer.answeredAt
    tell(watch(answer.status, answer.reason, answer.fields), answer)
  }

  #playMutation({ body, answer, sent }: ForeignExchange, request: ForeignRequest): void {
    const tape = new Tape(this.#deck, request)
    for (const piece of piecesOf(body)) void tape.requestData(piece)
    if (body.capture === 'complete') tape.requestEnd()
    if (answer === null) {
      tape.giveUp('answer_missing', sent)
      return
    }
    this.#now = answer.answeredAt
    if (tape.answerBegins(answer.status, answer.reason, answer.fields)) {
      for (const piece of piecesOf(answer.body)) void tape.answerData(piece)
      if (answer.body.capture === 'complete') tape.answerEnd(answer.body.trailers)
      tape.settle(() => {})
    } else tell(tape.sighting, answer)
  }
}

function tell(sighting: Tape['sighting'], { body }: ForeignAnswer): void {
  if (sighting === null) return
  for (const piece of piecesOf(body)) sighting.answerData(piece)
  if (body.capture === 'complete') sighting.answerEnd(body.trailers)
  else sighting.cut()
}

/** As a connection would bring them, so that long ones are kept in pieces. */
function* piecesOf({ bytes }: ForeignBody): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE)
}

const PIECE = 64 * 1024
