import type { EntryCursor, WholePage } from '../contract.ts'
import type { Micros, Side } from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import type { FiledEntry, FiledPiece, FiledRecorder, FiledShot } from './filed.ts'

/** Whether the values of secrets leave the journal; what is called a secret now counts as one, too. */
export type FiledSecrets = 'opened' | 'left_out'

export interface FiledPage {
  entries: readonly FiledEntry[]
  /** In the journal, one by one. */
  ids: readonly number[]
  /** Where it ended; null: nothing matches behind it. */
  next: EntryCursor | null
}

/** A recorder of a file, and when the first of its entries arrived that are in it. */
export interface NewFiledRecorder extends FiledRecorder {
  since: Micros
}

/** The journal on its ways out to files and in from them. Every method rejects with a Problem. */
export interface FileStore {
  /** A page of what matches, in the order of the stream. */
  filedEntries(filter: EntryFilter, page: WholePage, secrets: FiledSecrets): Promise<FiledPage>
  /** The newest shot of each probe of the stream, by probe. */
  filedShots(stream: string, secrets: FiledSecrets): Promise<FiledShot[]>
  /** Whether there are entries of others than these recorders, or of these themselves and from no file. */
  holdsOthers(stream: string, recorders: readonly string[]): Promise<boolean>
  /** Makes recorders of a file known, as ones that have ended; those that are known stay as they are. */
  enrolFiled(stream: string, recorders: readonly NewFiledRecorder[]): Promise<void>
  /**
   * Takes entries in: all of them or none, and none twice (same recorder, number and arrival); answers how
   * many are new. The recorders must be known, and pieces of bodies there before the entry.
   */
  takeEntries(stream: string, entries: readonly FiledEntry[]): Promise<number>
  takePiece(
    stream: string,
    entry: Pick<FiledEntry, 'recorder' | 'number' | 'arrivedAt'>,
    at: { side: Side; position: number },
    piece: FiledPiece,
  ): Promise<void>
  takeShot(stream: string, shot: FiledShot): Promise<void>
  /** Gives each number of these recorders that has none its place: it was not in the file. */
  placeNumbers(stream: string, recorders: readonly string[]): Promise<void>
  /** Removes all of a stream that came from files, and nothing tells of it any more; others stay as they are. */
  dropImported(stream: string): Promise<void>
}
