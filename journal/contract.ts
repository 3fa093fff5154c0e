import type { CheckpointStore } from './checkpoints.ts'
import type { CompactionStore } from './compactions.ts'
import type { EpochStore } from './epochs.ts'
import type { LifeStore } from './lives.ts'
import type { DeedStore } from './deed.ts'
import type { FileStore } from './files/store.ts'
import type { RawFields } from '../wire/fields.ts'
import type {
  Entry,
  EntrySummary,
  Micros,
  NewRecord,
  Reading,
  Settlement,
  Side,
  Verdict,
} from './entry.ts'
import type { EntryFilter } from './filter.ts'
import type { PieceMasker } from './masking/masking.ts'
import type { Problem } from './problem.ts'
import type { Timeline } from './timeline.ts'
import type { StateStore } from './state.ts'
import type { RunStore } from './runs.ts'
import type {
  JournalSize,
  RecorderAudit,
  RecorderInfo,
  RecorderStanding,
  Standing,
} from './standing.ts'

export interface StreamSummary {
  stream: string
  /** Upstreams of which entries were recorded, the newest first. */
  targets: readonly string[]
  entries: number
  byVerdict: Readonly<Partial<Record<Verdict, number>>>
  /** Of those in doubt, the ones that nobody settled. */
  unsettled: number
  /** Of requests and answers together, as they passed; null: there are too many to add them up. */
  bodyBytes: number | null
  firstAt: Micros | null
  lastAt: Micros | null
}

/** By place in the stream's order, or by id. */
export type EntryOrder = 'order' | '-order' | 'id' | '-id'

/** Where a page ended: hand it back to get the next one. */
export interface EntryCursor {
  orderedAt: Micros
  id: number
}

export interface EntryPage {
  order: EntryOrder
  limit: number
  after?: EntryCursor
}

/** `window`: how many entries are looked at one after the other, until as many as `limit` are found. */
export interface SearchPage extends EntryPage {
  window: number
}

export interface Found {
  entries: EntrySummary[]
  /** How many entries were looked at; those that an index let it skip are not in it. */
  scanned: number
  /** Where it ended; null: nothing is left to look at. */
  next: EntryCursor | null
}

/** A page of whole entries. */
export interface WholePage {
  /** By place in the stream's order. Default: order. */
  order?: 'order' | '-order'
  limit: number
  /** Of bodies: it ends behind the entry that reaches it, so that it has at least one. */
  bytes: number
  after?: EntryCursor
}

/** Whose moments an entry has. Recorders of one host read the same clock. */
export interface RecorderHost {
  id: string
  host: string
}

/**
 * A record ready to be stored: secrets sealed, so that it may wait on a disk. What `json` and
 * `bytes` hold is the journal's own business. It is text already, so that what waits in memory is a
 * few flat values and not a graph of objects, which the garbage collector would follow each time.
 */
export interface SealedRecord {
  kind: NewRecord['kind']
  /** Of the mutation; the first one, where there are several. */
  number: number
  /** Of an entry; null for all else. */
  verdict: Verdict | null
  json: string
  bytes: readonly Buffer[]
  /** Numbers of which what was begun (intents, pieces of bodies) goes with it. */
  ends: readonly number[]
}

/** What a recorder learns of the journal when it introduces itself. */
export interface Enrolled {
  /** UUID of the journal: what was spooled for one must not be moved to another. */
  journal: string
  /** The latest place in the stream's order so far, or null. */
  latest: Micros | null
}

/** What was found and closed of recorders that are dead. */
export interface Closed {
  recorders: readonly string[]
  /** How many of their open intents are entries in doubt now. */
  inDoubt: number
}

/** What a recorder needs of the journal. Every method rejects with a Problem. */
export interface JournalWriter {
  /**
   * Makes a recorder known, with a lease of so many ms, and prepares room for its entries. Its
   * clock starts no earlier than the latest place in the stream's order.
   */
  enrol(recorder: RecorderInfo, lease: number): Promise<Enrolled>
  /** Prolongs the lease by so many ms from now. Rejects with `recorder_fenced`. */
  renew(stream: string, id: string, lease: number, standing: Standing): Promise<void>
  /**
   * Closes the other recorders of the stream whose lease has run out: they are fenced, and what
   * they had announced and left open is in doubt from now on.
   */
  closeExpired(stream: string, by: string): Promise<Closed>
  /**
   * The same for one of which it is known that it ended, whatever its lease says, and the highest
   * number that it gave. `dead`: nothing more will come of it, nor is anything in its spool. Then, of one that announced all it
   * forwarded (`intent`), numbers of which nothing is known were never forwarded, and are noted as
   * `unannounced`; not so of one whose spool was `damaged`. `succeeded`: its process goes on, and still says what became of its numbers.
   */
  closeEnded(
    stream: string,
    ended: { id: string; lastNumber: number; how: 'dead' | 'damaged' | 'succeeded' },
    by: string,
  ): Promise<Closed>
  /** Notes that a recorder ended in order; what it left open is in doubt. */
  retire(stream: string, id: string, standing: Standing): Promise<void>
  /**
   * Masks a body that is handed over in chunks, of a message with these fields; null: there is nothing to
   * mask in such a one. Of all else `seal` does it.
   */
  pieceMasker(fields: RawFields): PieceMasker | null
  /** Makes a record ready to be stored: secrets in its fields, target and bodies are sealed. */
  seal(record: NewRecord): SealedRecord
  /**
   * Appends records of one recorder. Durable when it resolves (PostgreSQL has synced its log);
   * all of them or none. Appending a record again (same recorder and number) changes nothing, so
   * a call that failed without a clear answer may be repeated.
   *
   * `open`: as a recorder that goes on; rejects with `recorder_fenced` when it was closed.
   * `former`: what a recorder that was closed still had to say. An entry of it takes the place of
   * the one in doubt that was made when it was closed, unless that was settled meanwhile.
   *
   * The recorder must be enrolled. A NUL in a text is kept as U+FFFD.
   * Rejects with `retryable` when PostgreSQL is away, or refuses for a reason that does not lie in
   * the records (a right taken away, the schema gone); without it when one cannot be stored.
   */
  append(
    stream: string,
    recorder: string,
    records: readonly SealedRecord[],
    as: 'open' | 'former',
  ): Promise<void>
  /** Calls back when a connection that nobody was using broke: PostgreSQL may have gone. Returns how to end that. */
  onBroken(listener: (problem: Problem) => void): () => void
  /** Resolves when PostgreSQL answers, has the schema and takes entries from this role. */
  check(): Promise<void>
}

export interface LabelCount {
  label: string
  count: number
}

/** What the readers of the journal need: the service, the replayer, people. */
export interface JournalReader {
  /**
   * Resolves where the schema is the one that this program knows. Rejects with `journal_missing` where
   * migrations are pending, and with `journal_newer` where it has some that are not known here.
   */
  checkSchema(): Promise<void>
  streams(): Promise<StreamSummary[]>
  count(filter: EntryFilter): Promise<Partial<Record<Verdict, number>>>
  /** Which labels the entries bear that match, and how many each; the most first, a thousand at most. */
  labels(filter: EntryFilter): Promise<LabelCount[]>
  /** One page; a page shorter than `limit` is the last. */
  list(filter: EntryFilter, page: EntryPage): Promise<EntrySummary[]>
  /**
   * Looks for entries as long as there is time for, a tenth of a second or a window of entries, whatever
   * the filter is and however many there are: whoever looks through all asks again from `next`, or no more.
   */
  search(filter: EntryFilter, page: SearchPage): Promise<Found>
  /**
   * Counts by verdict over time, in at most so many spans: the latest first, as long as there is time
   * for. Whoever wants all asks again with `next`, and with the first and last moment of the spans where
   * the filter has none, and adds the counts.
   */
  timeline(filter: EntryFilter, most: number, after?: EntryCursor): Promise<Timeline>
  /**
   * Brings up to date what counts and searches are looked up by, until it is or the signal is aborted.
   * Without it they are as right, and the slower the more came since.
   */
  catchUp(signal: AbortSignal): Promise<void>
  /**
   * With the bodies that are kept in one piece; those in chunks: `body`. An empty page is the last.
   * `reading`, here and below: `opened` gives the values of masked secrets too, which nobody may be shown
   * who does not ask for them by right. Default: masked.
   */
  entries(filter: EntryFilter, page: WholePage, reading?: Reading): Promise<Entry[]>
  /** All that ever were of the stream. */
  recorders(stream: string): Promise<RecorderHost[]>
  /** As they stand: those that have not ended first, of each the newest; a thousand at most. */
  standings(stream?: string): Promise<RecorderStanding[]>
  size(): Promise<JournalSize>
  /** Rejects with `entry_unknown`. */
  entry(id: number, reading?: Reading): Promise<Entry>
  /**
   * What was kept of a body, in pieces of bounded size. Ends with `body_damaged` where it is not
   * what the digest says: whoever must not act on a damaged one reads it to its end first. `opened`: as it
   * came, of an entry that was read so too.
   */
  body(entry: Entry, side: Side, reading?: Reading): AsyncIterable<Buffer>
  /**
   * Sets or (null) takes away the label; answers how many entries it changed. Rejects with
   * `input_invalid` for a label with a NUL.
   */
  label(filter: EntryFilter, label: string | null): Promise<number>
  /** Settles entries in doubt, or (null) takes it back; answers how many it changed. */
  settle(filter: EntryFilter, settlement: Settlement | null, by: string): Promise<number>
  /** What the journal knows of each recorder, to prove that nothing is missing. */
  audit(stream?: string): Promise<RecorderAudit[]>
  /** What recorders of any stream called a secret, besides fields of heads, in lower case. */
  secretNames(): Promise<string[]>
  /** Removes every entry, run, attempt and shot of a stream; answers how many entries. */
  clear(stream: string): Promise<number>
}

/** How many sealed values got another key, and how many no key that is known opens. */
export interface Resealed {
  resealed: number
  unreadable: number
}

/** The record both sides share. One contract suite (test/journal) holds every implementation to it. */
export interface Journal
  extends
    JournalWriter,
    JournalReader,
    RunStore,
    StateStore,
    DeedStore,
    EpochStore,
    LifeStore,
    CheckpointStore,
    CompactionStore,
    FileStore {
  /**
   * Seals with the key of today what was sealed with a former one. May be called again at any time, also
   * after it was ended in the middle. `onBatch` is told what was done so far.
   */
  reseal(onBatch: (sofar: Resealed) => void): Promise<Resealed>
  close(): Promise<void>
}
