import type { RawFields } from '../wire/fields.ts'

/** What the policy decided of a recorded exchange (design: Words). */
export const VERDICTS = ['applied', 'failed', 'in_doubt', 'context'] as const
export type Verdict = (typeof VERDICTS)[number]

/** How the capture of a body ended. Only a `complete` one can be sent again. */
export const CAPTURES = ['complete', 'truncated', 'aborted'] as const
export type Capture = (typeof CAPTURES)[number]

/**
 * A moment in microseconds since 1970-01-01 UTC, a safe integer.
 * Moments of one recorder come from one monotonic clock and never go back.
 */
export type Micros = number

/** One direction's body, as its bytes were on the wire after the transfer coding was undone. */
export interface CapturedBody {
  /** What was kept; shorter than `length` when truncated. */
  bytes: Buffer
  /** Bytes that passed. */
  length: number
  capture: Capture
  /** Trailer fields, if any came. */
  trailers: RawFields
}

export interface RecordedRequest {
  method: string
  /** Request target as received, query included. Latin-1: one code point a byte. */
  target: string
  /** `1.0`, `1.1`. */
  httpVersion: string
  fields: RawFields
  body: CapturedBody
}

export interface RecordedResponse {
  status: number
  reason: string
  fields: RawFields
  body: CapturedBody
}

/** Who sent it, as far as the request tells; never a secret. */
export interface Sender {
  address: string | null
  agent: string | null
  user: string | null
}

/** A recorded exchange on its way into the journal. */
export interface NewEntry {
  /** The recorder's own number, from 1 without a gap. */
  number: number
  verdict: Verdict
  /** Why it is in doubt; null otherwise. */
  cause: string | null
  arrivedAt: Micros
  /** When the upstream's answer began; null when none came. */
  answeredAt: Micros | null
  sender: Sender
  request: RecordedRequest
  response: RecordedResponse | null
}

/** What a list shows of an entry: everything but the two bodies. */
export interface EntrySummary {
  stream: string
  /** Given by the journal, over all streams; says nothing of order. */
  id: number
  recorder: string
  number: number
  verdict: Verdict
  cause: string | null
  label: string | null
  arrivedAt: Micros
  answeredAt: Micros | null
  /** Place in the order of the stream: see `orderedAt`. */
  orderedAt: Micros
  sender: Sender
  method: string
  target: string
  httpVersion: string
  contentType: string | null
  requestHeaders: RawFields
  requestTrailers: RawFields
  /** Names of request fields whose values were left out, or sealed with another key. */
  withheld: readonly string[]
  requestLength: number
  requestCapture: Capture
  status: number | null
  reason: string | null
  responseHeaders: RawFields | null
  responseTrailers: RawFields | null
  responseLength: number | null
  responseCapture: Capture | null
}

export interface Entry extends EntrySummary {
  requestBody: Buffer
  responseBody: Buffer | null
}

/**
 * Where an exchange stands in the order of its stream: when its answer began.
 *
 * Two exchanges that did not overlap are then in the order that they happened in, for the later
 * one arrived after the earlier one's answer had begun. Of two that did overlap, the one that the
 * upstream answered first comes first, which is the best guess there is at what it did first.
 * One that never was answered stands where it arrived: from then on it may have been applied.
 */
export function orderedAt(entry: { arrivedAt: Micros; answeredAt: Micros | null }): Micros {
  return entry.answeredAt ?? entry.arrivedAt
}

/** The path of a request target: without query, and without scheme and authority if it has them. */
export function pathOf(target: string): string {
  const query = target.indexOf('?')
  const beforeQuery = query === -1 ? target : target.slice(0, query)
  if (beforeQuery.startsWith('/')) return beforeQuery
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)?$/i.exec(beforeQuery)
  return absolute ? (absolute[1] ?? '/') : beforeQuery
}
