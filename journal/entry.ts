import type { RawFields } from '../wire/fields.ts'
import type { ClientForm } from './client-form.ts'
import type { SecretPart } from './masking/masked.ts'

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

/** Which of the two bodies of an exchange. */
export const SIDES = ['request', 'response'] as const
export type Side = (typeof SIDES)[number]

/** What the upstream may have had of a request in doubt. `unknown`: its recorder died. */
export const DELIVERIES = ['part', 'whole', 'unknown'] as const
export type Delivery = (typeof DELIVERIES)[number]

/**
 * What became known of an entry in doubt afterwards. One that turned out `applied` has that verdict
 * from then on.
 */
export const SETTLEMENTS = ['applied', 'not_applied'] as const
export type Settlement = (typeof SETTLEMENTS)[number]

/** The cause of an entry in doubt whose recorder died before it knew more. */
export const RECORDER_LOST = 'recorder_lost'

/** One direction's body, as its bytes were on the wire after the transfer coding was undone. */
export interface CapturedBody {
  /** What was kept, or nothing where it is in chunks; shorter than `length` when truncated. */
  bytes: Buffer
  /** Pieces of it that were appended before the entry; 0 where `bytes` has it all. */
  chunks: number
  /** Bytes that passed. */
  length: number
  capture: Capture
  /** SHA-256 of what was kept, in hex; null where that is nothing. Of chunks it is of what they hold. */
  digest: string | null
  /** There are secrets in its chunks, which stand there masked. */
  secrets?: 'in_chunks'
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
  /** Where its client had said something else. */
  clientForm?: ClientForm
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
  /** The recorder's own number, from 1 without a gap over all mutations that it forwarded. */
  number: number
  verdict: Verdict
  /** Why it is in doubt; null otherwise. */
  cause: string | null
  /** Of one in doubt; null otherwise. */
  delivery: Delivery | null
  arrivedAt: Micros
  /** When the upstream's answer began; null when none came. */
  answeredAt: Micros | null
  sender: Sender
  request: RecordedRequest
  response: RecordedResponse | null
}

/** A mutation that is about to be forwarded: what is known of it before its first byte goes. */
export type NewIntent = Pick<NewEntry, 'number' | 'arrivedAt' | 'sender' | 'request'>

/** One piece of a body that is too large for a row. */
export interface NewChunk {
  number: number
  /** Of the entry that it belongs to. */
  arrivedAt: Micros
  side: Side
  /** From 0. */
  position: number
  /** With secrets masked. */
  bytes: Buffer
  /** What stood in the place of the masks. */
  secrets: readonly SecretPart[]
}

/** Numbers of forwarded mutations that have no entry, all for the same reason. */
export interface Unrecorded {
  /** An exclusion of the policy, or `lost`. */
  reason: string
  /** In ascending order, at least one. */
  numbers: readonly number[]
  /** Those of which an intent, or pieces of a body, may be in the journal and must go. */
  begun: readonly number[]
}

/** What a recorder hands over to be appended. An entry that had an intent takes its place. */
export type NewRecord =
  | { kind: 'entry'; entry: NewEntry; had: 'intent' | 'nothing' }
  | { kind: 'intent'; intent: NewIntent }
  | { kind: 'chunk'; chunk: NewChunk }
  | { kind: 'unrecorded'; unrecorded: Unrecorded }

/** A secret in a target or a body, which stands there masked: each byte of it by another one. */
export interface MaskedSecret {
  in: 'target' | Side
  offset: number
  length: number
  /**
   * As it came. Null: it was not asked for, was left out, was changed, or is sealed with a key that is not
   * known.
   */
  value: Buffer | null
}

/** Whether the values of masked secrets are wanted: whoever sends an entry again does, whoever shows it does not. */
export type Reading = 'masked' | 'opened'

/** What a list shows of an entry: everything but the two bodies. */
export interface EntrySummary {
  stream: string
  /** Given by the journal, over all streams; says nothing of order. */
  id: number
  recorder: string
  number: number
  verdict: Verdict
  cause: string | null
  delivery: Delivery | null
  /** What became known of it, where it was in doubt; null for all others. */
  settled: Settlement | null
  settledAt: Micros | null
  /** Who settled it: `user`, or the probe that was asked. */
  settledBy: string | null
  label: string | null
  arrivedAt: Micros
  answeredAt: Micros | null
  /** Place in the order of the stream: see `orderedAt`. */
  orderedAt: Micros
  sender: Sender
  method: string
  /** With secrets masked; as it came: `openedTarget`. */
  target: string
  httpVersion: string
  contentType: string | null
  requestHeaders: RawFields
  requestTrailers: RawFields
  /** Secrets in the target, and in bodies that are kept in one piece. */
  masked: readonly MaskedSecret[]
  /** Bodies in pieces that have some. */
  maskedChunks: readonly Side[]
  /**
   * Names of request fields whose values were left out, or sealed with another key; `(query)` and
   * `(body)` where that is so of secrets in them.
   */
  withheld: readonly string[]
  requestLength: number
  requestCapture: Capture
  /** SHA-256 of what was kept of it, in hex; null: that is nothing, or was recorded without one. */
  requestDigest: string | null
  /** Pieces it is kept in; 0: in one, with the entry. */
  requestChunks: number
  status: number | null
  reason: string | null
  responseHeaders: RawFields | null
  responseTrailers: RawFields | null
  responseLength: number | null
  responseCapture: Capture | null
  responseDigest: string | null
  responseChunks: number
}

/**
 * With what is kept of the two bodies beside the entry, secrets masked (as they came: `openedBody`):
 * nothing, where a body is in chunks.
 */
export interface Entry extends EntrySummary {
  /** Null: the client said what is recorded. */
  clientForm: ClientForm | null
  requestBody: Buffer
  responseBody: Buffer | null
}

/** Whether it is in doubt and nobody said yet what became of it. */
export function isUnsettled(entry: Pick<EntrySummary, 'verdict' | 'settled'>): boolean {
  return entry.verdict === 'in_doubt' && entry.settled === null
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
