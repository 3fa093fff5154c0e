import type { Entry, EntrySummary, Micros, NewEntry, Verdict } from './entry.ts'
import type { EntryFilter } from './filter.ts'
import type { Problem } from './problem.ts'
import type { RawFields } from '../wire/fields.ts'

/** A recorder as it introduces itself when it starts. */
export interface RecorderInfo {
  stream: string
  /** UUID, new for each process. */
  id: string
  /** The upstream, without credentials. */
  target: string
  durability: 'async' | 'commit' | 'intent'
  host: string
  pid: number
  version: string
  startedAt: Micros
}

export interface StreamSummary {
  stream: string
  /** Upstreams of which entries were recorded, the newest first. */
  targets: readonly string[]
  entries: number
  byVerdict: Readonly<Partial<Record<Verdict, number>>>
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

export type RunState = 'running' | 'done' | 'stopped' | 'interrupted'

export interface Run {
  stream: string
  id: number
  target: string
  selection: unknown
  state: RunState
  planned: number
  startedAt: Micros
  endedAt: Micros | null
  /** Attempts by outcome. */
  outcomes: Readonly<Partial<Record<AttemptOutcome, number>>>
}

export type AttemptOutcome = 'sending' | 'same' | 'differs' | 'failed' | 'skipped' | 'in_doubt'

/** What came of one entry re-issued. `answer` is null when nothing came back. */
export interface AttemptResult {
  outcome: Exclude<AttemptOutcome, 'sending'>
  detail: string | null
  answer: { status: number; fields: RawFields; body: Buffer } | null
}

export interface Attempt {
  stream: string
  run: number
  position: number
  entry: number
  outcome: AttemptOutcome
  status: number | null
  responseHeaders: RawFields | null
  responseLength: number | null
  detail: string | null
  sentAt: Micros
  endedAt: Micros | null
}

/** What a recorder needs of the journal. Every method rejects with a Problem. */
export interface JournalWriter {
  /**
   * Makes a recorder known and prepares room for its entries. Answers the latest place in the
   * stream's order so far, or null: the recorder's clock starts no earlier than that.
   */
  enrol(recorder: RecorderInfo): Promise<Micros | null>
  /** Notes that a recorder ended in order. */
  retire(stream: string, id: string): Promise<void>
  /**
   * Appends entries of one recorder. Durable when it resolves (PostgreSQL has synced its log);
   * all of them or none. Appending an entry again (same recorder and number) changes nothing, so
   * a call that failed without a clear answer may be repeated.
   * The recorder must be enrolled. A NUL in a text is kept as U+FFFD.
   * Rejects with `retryable` when PostgreSQL is away, or refuses for a reason that does not lie in
   * the entries (a right taken away, the schema gone); without it when one cannot be stored.
   */
  append(stream: string, recorder: string, entries: readonly NewEntry[]): Promise<void>
  /** Calls back when a connection that nobody was using broke: PostgreSQL may have gone. */
  onBroken(listener: (problem: Problem) => void): void
  /** Resolves when PostgreSQL answers, has the schema and takes entries from this role. */
  check(): Promise<void>
}

/** What the readers of the journal need: the service, the replayer, people. */
export interface JournalReader {
  streams(): Promise<StreamSummary[]>
  count(filter: EntryFilter): Promise<Partial<Record<Verdict, number>>>
  /** One page; a page shorter than `limit` is the last. */
  list(filter: EntryFilter, page: EntryPage): Promise<EntrySummary[]>
  /** Rejects with `entry_unknown`. */
  entry(id: number): Promise<Entry>
  /**
   * Sets or (null) takes away the label; answers how many entries it changed. Rejects with
   * `input_invalid` for a label with a NUL.
   */
  label(filter: EntryFilter, label: string | null): Promise<number>
  /** Removes every entry, run and attempt of a stream; answers how many entries. */
  clear(stream: string): Promise<number>
}

/** Runs and their attempts, written before and after each send. */
export interface RunStore {
  startRun(run: {
    stream: string
    target: string
    selection: unknown
    planned: number
  }): Promise<number>
  /** Rejects with `run_unknown`. */
  endRun(stream: string, run: number, state: Exclude<RunState, 'running'>): Promise<void>
  /**
   * Rejects with `run_unknown` when the run is gone (its stream was cleared), and with
   * `journal_refused` when the position is taken: nothing is sent twice.
   */
  startAttempt(stream: string, run: number, position: number, entry: number): Promise<void>
  /** Rejects with `run_unknown` when there is no such attempt. */
  endAttempt(stream: string, run: number, position: number, result: AttemptResult): Promise<void>
  /** Newest first. */
  runs(filter: { stream?: string; before?: number; limit: number }): Promise<Run[]>
  /** Rejects with `run_unknown`. */
  run(id: number): Promise<Run>
  /** In the order of sending. */
  attempts(run: Run, page: { after?: number; limit: number }): Promise<Attempt[]>
}

/** The record both sides share. One contract suite (test/journal) holds every implementation to it. */
export interface Journal extends JournalWriter, JournalReader, RunStore {
  close(): Promise<void>
}
