import type { Micros } from './entry.ts'

/** A place in the order of a stream before which nothing is needed any more. */
export interface Checkpoint {
  stream: string
  /** Within the stream, from 1; none is given twice. */
  number: number
  /** The entry that it stands at: the last that is left out. */
  entry: number
  orderedAt: Micros
  setAt: Micros
  /** Null: nobody that is known. */
  setBy: string | null
  note: string | null
}

export type NewCheckpoint = Omit<Checkpoint, 'number' | 'setAt'>

/** Checkpoints of streams. Every method rejects with a Problem. */
export interface CheckpointStore {
  setCheckpoint(checkpoint: NewCheckpoint): Promise<Checkpoint>
  /** The furthest in the order of the stream first, the latest one of those at one place. */
  checkpoints(stream: string): Promise<Checkpoint[]>
  /** Answers what was removed; null: there is none of that number. */
  removeCheckpoint(stream: string, number: number): Promise<Checkpoint | null>
}
