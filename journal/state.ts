import type { RawFields } from '../wire/fields.ts'
import type { Micros } from './entry.ts'

/** What one probe showed of the backend's state at one moment. */
export interface StateShot {
  stream: string
  /** Method and request target as they were asked: `GET /api/state`. */
  probe: string
  /** When it was asked: what changed the state before that is in it. */
  takenAt: Micros
  /** The backend that was asked, without credentials. */
  target: string
  status: number
  /** Of the answer; secrets are sealed in the journal, or left out where there is no key. */
  fields: RawFields
  /** What was kept of it. */
  body: Buffer
  /** Bytes that came. */
  length: number
  /** SHA-256 of the body in hex; null where it was not kept whole. */
  digest: string | null
  /** Some of its secrets are not known: masks stand in their place. */
  withheld?: 'some'
}

/** What a list shows of a shot: everything but the body. */
export type StateSummary = Omit<StateShot, 'body'>

/** Shots of the backend's state. Every method rejects with a Problem. */
export interface StateStore {
  /**
   * Keeps shots; of each of their probes the newest `most` stay, older ones go. One that is there
   * already (same stream, probe and moment) changes nothing.
   */
  keepState(shots: readonly StateShot[], most: number): Promise<void>
  /**
   * The newest shot of each probe, taken at `until` or before; by probe. With secrets as they came: to ask
   * again and to compare, not to show.
   */
  latestState(stream: string, until?: Micros): Promise<StateShot[]>
  /** Newest first, secrets masked; `before`: only what was taken before it. */
  states(filter: { stream?: string; before?: Micros; limit: number }): Promise<StateSummary[]>
}
