import type { Micros } from './entry.ts'
import type { Epoch } from './epochs.ts'

/** A life of a backend, with the times of the run that put its state back, or does. */
export interface Life extends Epoch {
  /** Null: no run has begun. */
  runBeganAt: Micros | null
  runEndedAt: Micros | null
  /** Which process restores it, for people; null: none does. */
  holder: string | null
  /** Whether it was claimed by hand the last time, also of one that had failed. */
  byHand: boolean
}

/** What whoever waits for it is told of a life. */
export const LIFE_EVENTS = [
  'lost',
  'restoring',
  'restored',
  'differs',
  'failed',
  'given_up',
] as const
export type LifeEvent = (typeof LIFE_EVENTS)[number]

/** An event of a life, to be told to one receiver. */
export interface Telling {
  stream: string
  number: number
  event: LifeEvent
  /** When it happened: it may happen once more in one life, where a restore is tried again. */
  at: Micros
  /** SHA-256 of its URL. */
  receiver: Buffer
}

/** How telling it once went; `failed`: tried again in so many ms. */
export type Told =
  | { how: 'delivered' }
  | { how: 'failed'; failure: string; again: number }
  | { how: 'given_up'; failure: string }

/** How much was told: by event, and whether it arrived. */
export interface ToldTally {
  stream: string
  event: LifeEvent
  how: 'delivered' | 'given_up' | 'waiting'
  count: number
}

/** Lives as people and machines are told of them. Every method rejects with a Problem. */
export interface LifeStore {
  /** Newest first, those before a number. */
  lives(stream: string, page: { before?: number; limit: number }): Promise<Life[]>
  /** The newest of each stream that keeps to epochs, by its name. */
  newestLives(): Promise<Life[]>
  /** One whose restore failed is to be restored again; false: it did not, or is not the newest. */
  retryLife(stream: string, number: number): Promise<boolean>
  /** Of the lives of a stream from a number on: what is not to be told any more. */
  toldOf(
    stream: string,
    from: number,
    receiver: Buffer,
  ): Promise<Pick<Telling, 'number' | 'event' | 'at'>[]>
  /**
   * The right to tell something once, for so many ms; null: it was told, somebody else is about it, or it is
   * not time yet to try again. `attempt`: from 1.
   */
  beginTelling(telling: Telling, lease: number): Promise<{ attempt: number } | null>
  endTelling(telling: Telling, told: Told): Promise<void>
  tellings(): Promise<ToldTally[]>
}
