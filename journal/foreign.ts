import type { RawFields } from '../wire/fields.ts'
import type { Capture, Micros } from './entry.ts'

// Exchanges as other programs recorded them, on their way into the journal.

export interface ForeignBody {
  /** As it was on the wire, as far as the other program tells. */
  bytes: Buffer
  capture: Capture
  trailers: RawFields
}

export interface ForeignExchange {
  /** Where it stands in its file, as it is said in messages: `entry 12`. */
  place: string
  /** Scheme, host and port that it was sent to, such as `https://shop.example`; null: it does not tell. */
  origin: string | null
  /** Address of its client; null: it does not tell. */
  client: string | null
  arrivedAt: Micros
  method: string
  target: string
  /** `1.0`, `1.1` or `2.0`. */
  httpVersion: string
  fields: RawFields
  body: ForeignBody
  /** Null: none came, or none was kept. */
  answer: ForeignAnswer | null
  /** Of one without an answer: what of its request may have left for the backend. */
  sent: 'nothing' | 'something'
  /** What the journal has of it otherwise than its file. */
  changed: readonly ForeignChange[]
}

export interface ForeignAnswer {
  answeredAt: Micros
  status: number
  reason: string
  fields: RawFields
  body: ForeignBody
}

/** What cannot be had from a file as it was on the wire, and what is done about it. */
export const FOREIGN_CHANGES = {
  coding_undone: 'bodies came without their content coding, so that the field is left out',
  body_missing: 'bodies are not in the file, and count as cut',
  time_guessed: 'moments are not in the file, and were taken from what stands beside them',
  cookie_made: 'Cookie fields were made of what the file has of cookies',
} as const
export type ForeignChange = keyof typeof FOREIGN_CHANGES

/** Why a part of a file is no exchange that could be recorded. */
export const FOREIGN_SKIPS = {
  not_http: 'no exchanges of HTTP (WebSocket, data: and the like)',
  unreadable: 'could not be read as HTTP',
  answer_alone: 'answers whose requests are not in the file',
  replayed: 'answers to a replay of another program',
} as const
export type ForeignSkip = keyof typeof FOREIGN_SKIPS

/** What a file holds, one after the other. */
export type ForeignItem =
  | { kind: 'exchange'; exchange: ForeignExchange }
  | { kind: 'skipped'; place: string; why: ForeignSkip; detail: string }
