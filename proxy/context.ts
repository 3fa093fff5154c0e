import type { CapturedBody, Micros } from '../journal/entry.ts'
import { fieldValue, type RawFields } from '../wire/fields.ts'
import { Allowance } from './allowance.ts'
import type { RecorderClock } from './clock.ts'
import { ContextMemory } from './context-memory.ts'
import type { Incoming } from './downstream.ts'
import {
  eachValueAnswered,
  eachValueMadeByClient,
  MOST_LOOKED_INTO,
  type RequestValues,
} from './exchange-values.ts'
import { hasBody } from './heads.ts'
import { KnownValues } from './known-values.ts'
import type { OpenTapes } from './open-tapes.ts'
import { contextOf, isRead, type Policy } from './policy.ts'
import type { Numbered, TapeRecorder } from './recorder.ts'
import type { SenderRules } from './sender.ts'
import { NO_BODY, Sighting, type Onlooker, type Sighted } from './sighting.ts'

// Context: what changes nothing, and is recorded all the same, because a recorded request cannot be
// sent again without it. Nobody waits for it: what a client may not see before it is durable is the
// answer to a mutation, and whatever that mutation uses is put before it in the recorder's queue, so
// that it is in the journal no later. Hence a read is never held back, and may be recorded long after
// it was answered.

export interface ContextLimits {
  /** Bytes of reads and refusals that are remembered at most. */
  memory: number
  /** Entries at most of what nothing has used yet. */
  perMinute: number
}

export interface ContextOptions extends ContextLimits {
  policy: Policy
  sender: SenderRules
  clock: RecorderClock
  recorder: TapeRecorder
  open: OpenTapes
}

/** Told that an answer begins; answers whom to tell the rest, or null. */
export type Watch = (status: number, reason: string, fields: RawFields) => Sighting | null

type AnswerPart = { fields: RawFields; body: Buffer } | null

/** So many recorded exchanges are remembered until the first read comes. */
const MOST_POSTPONED = 64

export class Context {
  readonly #options: ContextOptions
  readonly #known = new KnownValues()
  readonly #memory: ContextMemory
  readonly #allowance: Allowance
  /** Of those that will be entries at the latest when they end, whatever is done to the memory. */
  readonly #sure = new Set<Sighting>()
  /** The latest that were recorded while nothing was remembered. */
  readonly #postponed: [RequestValues, AnswerPart][] = []
  #recorded = 0

  constructor(options: ContextOptions) {
    this.#options = options
    this.#memory = new ContextMemory(options.memory, this.#known)
    this.#allowance = new Allowance(options.perMinute)
  }

  /** Of a request that its method excludes; null where it cannot become context. */
  watch(incoming: Incoming): Watch | null {
    const { policy, clock } = this.#options
    if (incoming.framing.kind !== 'none') return null
    const { method, url, rawHeaders: fields, httpVersion } = incoming
    const request = { method: method!, target: url!, fields, httpVersion, body: NO_BODY }
    if (!isRead(policy, request)) return null
    const arrivedAt = clock.now()
    return (status, reason, fields) => {
      const answer = { status, reason, fields }
      const decision = contextOf(policy, request, answer)
      if (decision === 'no') return null
      // Asked while the client is there: a closed connection has no address.
      const peer = incoming.socket.remoteAddress
      const seen = { arrivedAt, answeredAt: clock.now(), peer, request, answer, given: null }
      return this.#sight(seen, decision, bodiedOf(incoming, status))
    }
  }

  /**
   * Of a mutation that its status excludes, whose request is whole; null where it cannot become
   * context. What is recorded at once will be an entry under the number that it has. What is recorded once
   * it is used takes a new one: why the first has no entry may be in the journal by then, and a number
   * stands in one place.
   */
  refusal(
    incoming: Incoming,
    body: () => CapturedBody,
    arrivedAt: Micros,
    answer: Sighted['answer'],
    given: Numbered,
  ): Sighting | null {
    const { policy, clock } = this.#options
    const { method, url, rawHeaders: fields, httpVersion } = incoming
    const head = { method: method!, target: url!, fields }
    const decision = contextOf(policy, head, answer)
    if (decision === 'no') return null
    const request = { ...head, httpVersion, body: body() }
    if (request.body.length > MOST_LOOKED_INTO || request.body.capture !== 'complete') return null
    const peer = incoming.socket.remoteAddress
    const seen = { arrivedAt, answeredAt: clock.now(), peer, request, answer, given }
    return this.#sight(seen, decision, bodiedOf(incoming, answer.status))
  }

  /** Whether nothing is remembered that a request could use. */
  get isEmpty(): boolean {
    return this.#memory.isEmpty
  }

  /** What a request uses and is no entry yet. */
  producersOf(request: RequestValues, arrivedAt: Micros): Sighting[] {
    return this.#memory.producersOf(request, arrivedAt)
  }

  /** A recorded request uses it: it goes into the queue, and before it what it uses itself. */
  record(sighting: Sighting): void {
    if (sighting.state === 'over') return
    const { recorder, sender } = this.#options
    const { request, arrivedAt, given } = sighting.seen
    sighting.state = 'over'
    this.#memory.end(sighting)
    const values = { target: request.target, fields: request.fields, body: request.body.bytes }
    for (const earlier of this.producersOf(values, arrivedAt)) this.record(earlier)
    const entry = {
      bytes: sighting.bytes,
      make: (number: number) => sighting.entry(number, sender),
    }
    recorder.recordContext(given, entry)
    this.#learn(values, { fields: sighting.seen.answer.fields, body: sighting.body })
    if (this.#sure.delete(sighting)) this.#options.open.end()
  }

  /** What is in the journal now: no later read produced it. */
  learn(request: RequestValues, answer: AnswerPart): void {
    // Who only records mutations has nothing of them looked into.
    if (this.#memory.isEmpty) this.#postponed[this.#recorded++ % MOST_POSTPONED] = [request, answer]
    else this.#learn(request, answer)
  }

  #learn(request: RequestValues, answer: AnswerPart): void {
    const add = (key: number) => this.#known.add(key)
    eachValueMadeByClient(request, add)
    if (answer !== null) eachValueAnswered({ target: request.target, ...answer }, add)
  }

  /** Before the first read is remembered. */
  #learnPostponed(): void {
    for (const [request, answer] of this.#postponed.splice(0)) this.#learn(request, answer)
    this.#recorded = 0
  }

  #sight(seen: Sighted, decision: 'at_once' | 'if_used', bodied: Bodied): Sighting | null {
    const isSure = decision === 'at_once' && this.#isAllowed()
    if (!isSure && this.#options.policy.context.others === 'let_go') return null
    if (decision === 'if_used' && bodied === 'with_body' && isKnownTooLong(seen)) return null
    if (this.#postponed.length > 0) this.#learnPostponed()
    const sighting = new Sighting(
      { ...seen, given: isSure ? seen.given : null },
      decision === 'at_once' ? 'cut_short' : 'let_go',
      this.#onEnd,
    )
    if (isSure) {
      this.#sure.add(sighting)
      this.#options.open.begin()
    }
    if (decision === 'at_once') this.#memory.begin(sighting)
    return sighting
  }

  readonly #onEnd: Onlooker = (sighting, how) => {
    if (this.#sure.has(sighting)) this.record(sighting)
    else {
      this.#memory.end(sighting)
      if (how === 'whole') this.#memory.keep(sighting)
      if (sighting.state === 'found') sighting.state = 'kept'
      else sighting.drop()
    }
  }

  #isAllowed(): boolean {
    const { recorder } = this.#options
    if (!recorder.hasRoom) return false
    if (this.#allowance.take() === 'granted') return true
    recorder.skipContext()
    return false
  }
}

type Bodied = 'with_body' | 'without'

function bodiedOf(request: Incoming, status: number): Bodied {
  return hasBody(request, status) ? 'with_body' : 'without'
}

function isKnownTooLong({ answer }: Sighted): boolean {
  return Number(fieldValue(answer.fields, 'content-length') ?? 0) > MOST_LOOKED_INTO
}
