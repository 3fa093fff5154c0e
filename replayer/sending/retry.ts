import { Problem } from '../../journal/problem.ts'
import { InvalidHead, Unprocessed } from '../../wire/client.ts'
import { fieldValue } from '../../wire/fields.ts'
import type { Answer } from '../answer.ts'
import type { NoAnswer } from '../../wire/exchange.ts'
import { isIdempotent } from './idempotence.ts'
import { retryAfter } from './retry-after.ts'

/** What may be sent again by itself. */
export interface RetryRules {
  /** How often one request is sent again for which no answer came. */
  retries: number
  /** Whether one that may have been delivered is, where its method allows it. */
  idempotent: 'again' | 'never'
  /** How long one request may wait in all because the target asks for it, in ms. */
  maxBackoff: number
}

/** How one try ended. */
export type Ending =
  | { kind: 'answer'; status: number; /** In ms; null: not said. */ asked: number | null }
  /** `broken`: it would end the same way again. */
  | { kind: 'none'; sent: 'nothing' | 'something' | 'broken' }

/** What is known of the request that was tried. */
export interface Tried {
  method: string
  /** The status that it was recorded with: an answer as recorded is no trouble. */
  recorded: number | null
  /** Tries before this one that ended without an answer. */
  unanswered: number
  /** Tries before this one that ended with a wish to back off. */
  backedOff: number
  /** Waited so far because the target asked for it, in ms. */
  waited: number
}

/**
 * `again` after so many ms: for this request alone, or, where the target wants less, for all.
 * `over`: what came is what came; `why` tells what stood against another try, null where there was no
 * reason for one.
 */
export type Retry =
  | { kind: 'again'; after: number; pause: 'one' | 'all' }
  | { kind: 'over'; why: string | null }

/**
 * Whether a request is sent again. One that may have been applied never is, unless its method says
 * that it may (RFC 9110 section 9.2.2). 429 says that it was not applied, and so does 503 that names a time
 * to come back; a bare 503 may be a gateway's that lost the answer. Any other 5xx is what came: nobody knows
 * what was done by then. `random`: from 0 to below 1.
 */
export function retryOf(tried: Tried, ending: Ending, rules: RetryRules, random: number): Retry {
  return ending.kind === 'answer'
    ? afterAnswer(tried, ending, rules, random)
    : afterNone(tried, ending.sent, rules, random)
}

function afterAnswer(
  tried: Tried,
  { status, asked }: { status: number; asked: number | null },
  rules: RetryRules,
  random: number,
): Retry {
  const { method, recorded, backedOff, waited } = tried
  const { maxBackoff } = rules
  // A gateway that had no answer says so (RFC 9110 sections 15.6.3 and 15.6.5).
  const isLost = (status === 502 || status === 504) && status !== recorded
  if (isLost && rules.idempotent === 'again') return afterNone(tried, 'something', rules, random)
  if ((status !== 429 && status !== 503) || status === recorded || maxBackoff === 0) return DONE
  if (status === 503 && asked === null && !isIdempotent(method)) {
    return over(`503 without Retry-After: ${method} may have been applied`)
  }
  const after =
    asked === null || asked === 0 ? exponential(backedOff, random) : spread(asked, random)
  if (waited + (asked ?? after) <= maxBackoff) return { kind: 'again', after, pause: 'all' }
  return over(
    `${status}: it had waited ${seconds(waited)}, and ${seconds(asked ?? after)} more is beyond --max-backoff`,
  )
}

function afterNone(
  { method, unanswered }: Tried,
  sent: 'nothing' | 'something' | 'broken',
  { retries, idempotent }: RetryRules,
  random: number,
): Retry {
  if (sent === 'broken') return DONE
  if (sent === 'something' && !isIdempotent(method)) return over(`${method} may have been applied`)
  if (sent === 'something' && idempotent === 'never') {
    return over('it may have been applied; --retry-idempotent allows another try')
  }
  if (unanswered >= retries) return over(unanswered > 0 ? `tried ${unanswered + 1} times` : null)
  return { kind: 'again', after: exponential(unanswered, random), pause: 'one' }
}

const DONE: Retry = { kind: 'over', why: null }

function over(why: string | null): Retry {
  return { kind: 'over', why }
}

/** 250 ms, doubled each time up to 30 s; half of it by chance, so that many do not come back as one. */
function exponential(before: number, random: number): number {
  const most = Math.min(250 * 2 ** before, 30_000)
  return Math.round(most / 2 + (most / 2) * random)
}

/** Never less than was asked for, and up to a tenth more, a second at most. */
function spread(asked: number, random: number): number {
  return Math.round(asked + Math.min(asked / 10, 1000) * random)
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}

/** `now`: ms since 1970. */
export function endingOfAnswer({ status, fields }: Answer, now: number): Ending {
  return { kind: 'answer', status, asked: retryAfter(fieldValue(fields, 'retry-after'), now) }
}

/** An HTTP/2 peer may say that it did nothing with what it got (RFC 9113 section 8.7). */
export function endingOfNone({ sent, cause }: NoAnswer): Ending {
  if (cause instanceof InvalidHead || cause instanceof Problem)
    return { kind: 'none', sent: 'broken' }
  return { kind: 'none', sent: cause instanceof Unprocessed ? 'nothing' : sent }
}
