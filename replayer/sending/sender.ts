import type { Answer } from '../answer.ts'
import { NoAnswer } from '../../wire/exchange.ts'
import type { Request } from '../request.ts'
import type { BackOff, Turn } from './back-off.ts'
import type { Clock } from './clock.ts'
import {
  endingOfAnswer,
  endingOfNone,
  retryOf,
  type Ending,
  type Retry,
  type RetryRules,
} from './retry.ts'

/** What became of a request on its way: it goes, or somebody said that it must not. */
export type Prepared =
  | { kind: 'send'; request: Request }
  /** It is left out, and the run goes on; `why` for people. */
  | { kind: 'skip'; why: string }
  /** The run ends before it. */
  | { kind: 'stop'; why: string }

/** What came of sending it. */
export type Sent =
  | {
      kind: 'answer'
      /** As it was sent the last time. */
      request: Request
      answer: Answer
      /** How often it was sent. */
      tries: number
      /** For people: why it was not sent again, and what the hook said. */
      notes: readonly string[]
      /** The run is to end behind it; why, or null. */
      stop: string | null
    }
  | Exclude<Prepared, { kind: 'send' }>

/** What is sent. */
export interface Subject {
  /** Names its run and entry to a recorder. */
  mark: string
  /** The status that it was recorded with, or null. */
  recorded: number | null
}

/** Asked of the last answer; `tries`: how often it was sent so far. */
export type Reviewer = (request: Request, answer: Answer, tries: number) => Promise<Review>

export interface SenderOptions {
  /** Sends it once. Rejects with NoAnswer. */
  send: (request: Request, mark: string) => Promise<Answer>
  retry: RetryRules
  backOff: BackOff
  /** Waits for the turn of one more request, where there is a rate. */
  again: () => Promise<void>
  clock: Clock
  random: () => number
  signal: AbortSignal
}

/** What is to be done about an answer. `again`: made anew and sent once more, at once. */
export interface Review {
  kind: 'keep' | 'again' | 'stop'
  notes: readonly string[]
}

/** Sends requests, again where that is safe and allowed. */
export class Sender {
  readonly #options: SenderOptions

  constructor(options: SenderOptions) {
    this.#options = options
  }

  /**
   * `make` makes the request from the recorded one, with all that is known by then; it is called for
   * the first try, and again after a login or at the wish of a hook. Rejects with the NoAnswer of the
   * last try, with what `make` rejects with, and with a Problem (`login_failed`, `hook_failed`) that
   * ends the run.
   */
  async send(subject: Subject, make: () => Promise<Prepared>, review: Reviewer): Promise<Sent> {
    const tally: Tally = { tries: 0, unanswered: 0, backedOff: 0, waited: 0, notes: [] }
    for (;;) {
      const prepared = await make()
      if (prepared.kind !== 'send') return prepared
      const { request } = prepared
      const answer = await this.#untilOver(subject, request, tally)
      const { kind, notes } = await review(request, answer, tally.tries)
      tally.notes.push(...notes)
      if (kind === 'again' && !this.#options.signal.aborted) {
        await this.#options.again()
        continue
      }
      const stop = kind === 'stop' ? (notes.at(-1) ?? '') : null
      return { kind: 'answer', request, answer, tries: tally.tries, notes: tally.notes, stop }
    }
  }

  /** Sends a request until nothing speaks for another try. */
  async #untilOver(subject: Subject, request: Request, tally: Tally): Promise<Answer> {
    const { backOff, again, clock, signal } = this.#options
    for (;;) {
      await backOff.enter()
      const { outcome, retry } = await this.#once(subject, request, tally)
      if (retry.kind === 'over' || signal.aborted) return settle(outcome, retry, tally)
      if (retry.pause === 'one') await clock.sleep(retry.after, signal)
      else await backOff.pauseOver()
      if (signal.aborted) return settle(outcome, retry, tally)
      await again()
    }
  }

  /** One try, in the turn that it has. */
  async #once(
    subject: Subject,
    request: Request,
    tally: Tally,
  ): Promise<{ outcome: Answer | NoAnswer; retry: Retry }> {
    const { send, backOff, signal } = this.#options
    let turn: Turn = 'unknown'
    try {
      if (signal.aborted) throw new NoAnswer('interrupted', 'nothing', signal.reason)
      tally.tries++
      const answer = await send(request, subject.mark)
      const retry = this.#retryOf(subject, request, tally, endingOfAnswer(answer, Date.now()))
      turn = retry.kind === 'again' ? 'turned-away' : 'taken'
      return { outcome: answer, retry }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return {
        outcome: error,
        retry: this.#retryOf(subject, request, tally, endingOfNone(error)),
      }
    } finally {
      backOff.leave(turn)
    }
  }

  /** Decides, keeps count, and has all wait where that was decided. */
  #retryOf({ recorded }: Subject, { method }: Request, tally: Tally, ending: Ending): Retry {
    const { retry: rules, random, backOff } = this.#options
    const { unanswered, backedOff, waited } = tally
    const tried = { method, recorded, unanswered, backedOff, waited }
    const retry = retryOf(tried, ending, rules, random())
    if (retry.kind === 'over') return retry
    if (retry.pause === 'one') tally.unanswered++
    else {
      tally.backedOff++
      tally.waited += retry.after
      backOff.pause(retry.after)
    }
    return retry
  }
}

interface Tally {
  tries: number
  unanswered: number
  backedOff: number
  waited: number
  notes: string[]
}

/** What came of the last try is what came of all; why there was no other one is said with it. */
function settle(outcome: Answer | NoAnswer, retry: Retry, tally: Tally): Answer {
  const why = retry.kind === 'over' ? retry.why : null
  if (outcome instanceof NoAnswer) {
    if (why === null) throw outcome
    throw new NoAnswer(`${outcome.message} (${why})`, outcome.sent, outcome.cause)
  }
  if (why !== null) tally.notes.push(why)
  return outcome
}
