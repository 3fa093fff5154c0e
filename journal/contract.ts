import type { DeedStore } from './deed.ts'
import type { Entry, EntrySummary, Micros, NewRecord, Settlement, Side, Verdict } from './entry.ts'
import type { EntryFilter } from './filter.ts'
import type { Problem } from './problem.ts'
import type { Timeline } from './timeline.ts'
import type { StateStore } from './state.ts'
import type { RawFields } from '../wire/fields.ts'

/** A recorder as it introduces itself when it starts. */
export interface RecorderInfo {
  stream: string
  /** UUID, new for each process. */
  id: string
  /** The upstream, without credentials. */
  target: string
  durability: 'async' | 'commit' | 'intent'
  /** Whether mutations that it can record nowhere are refused, or let pass and lost. */
  whenUnrecordable: 'refuse' | 'pass'
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
  /** Of those in doubt, the ones that nobody settled. */
  unsettled: number
  /** Of requests and answers together, as they passed. */
  bodyBytes: number
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

/** A window to look through: at most so many entries, until as many as `limit` are found. */
export interface SearchPage extends EntryPage {
  window: number
}

/** What was found in a window. */
export interface Found {
  entries: EntrySummary[]
  /** How many entries were looked at. */
  scanned: number
  /** Where it ended; null: nothing is left to look at. */
  next: EntryCursor | null
}

/** A page of whole entries, in the order of the stream. */
export interface WholePage {
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

export const RUN_STATES = ['running', 'done', 'stopped', 'interrupted'] as const
export type RunState = (typeof RUN_STATES)[number]

/** Which runs. Every part narrows; an absent part does not. */
export interface RunFilter {
  stream?: string
  /** Any of these. */
  states?: readonly RunState[]
  /** Stands in the target or in the selection as JSON; ASCII letters in upper or lower case. */
  text?: string
  /** Begun at or after. */
  since?: Micros
  /** Begun before. */
  until?: Micros
  /** Have a lower id. */
  before?: number
}

export interface Run {
  stream: string
  id: number
  target: string
  selection: unknown
  /** What it sends and how, as JSON; null of a run from before it was kept. */
  plan: unknown
  state: RunState
  planned: number
  startedAt: Micros
  endedAt: Micros | null
  /** Attempts by outcome. */
  outcomes: Readonly<Partial<Record<AttemptOutcome, number>>>
}

/** A run, as those are counted. */
export interface RunTally {
  run: number
  state: RunState
  /** Null where it was not asked for. */
  outcomes: Run['outcomes'] | null
}

/** `sending`: it may be under way; its request goes out soon, or has. */
export type AttemptOutcome = 'sending' | 'same' | 'differs' | 'failed' | 'skipped' | 'in_doubt'

/** What came of one entry re-issued. `answer` is null when nothing came back. */
export interface AttemptResult {
  outcome: Exclude<AttemptOutcome, 'sending'>
  detail: string | null
  answer: { status: number; fields: RawFields; body: Buffer } | null
  /** JSON: where the answer was another one than the recorded one. */
  differences?: unknown
  /** JSON: what was replaced in the request, and what was left alone. */
  uses?: unknown
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
  differences: unknown
  uses: unknown
  sentAt: Micros
  endedAt: Micros | null
}

/** An entry's place in a run, and what came of it as far as it is known. */
export interface Attempted {
  position: number
  entry: number
  outcome: AttemptOutcome
}

/** What two runs made of an entry, where that is not the same; null: the run has no attempt of it. */
export interface Contrast {
  entry: number
  one: ContrastSide | null
  other: ContrastSide | null
  /** Whether what was kept of both bodies is the same, byte for byte. */
  answers: 'same' | 'different'
}

export interface ContrastSide {
  position: number
  outcome: AttemptOutcome
  status: number | null
}

/** By entry, behind `after`. `outcome`: only where the outcomes are two; `any`: besides, other statuses or bodies. */
export interface ContrastPage {
  after?: number
  limit: number
  by?: 'outcome' | 'any'
}

/** What an attempt says of the values in its request. */
export interface AttemptNote {
  position: number
  entry: number
  uses: unknown
}

/** What came of an entry re-issued, with what was kept of the answer's body. */
export interface Answered extends Attempted {
  /** Null: none came, or it is not known yet. */
  answer: { status: number; fields: RawFields; body: Buffer } | null
}

/** It ends behind the attempt that reaches so many `bytes` of bodies, so that it has at least one. */
export interface AnsweredPage {
  after?: number
  limit: number
  bytes: number
}

/** A value that the backend made up: as it was recorded, and as it came in a run. */
export interface RunAlias {
  old: string
  new: string
  /** The entry whose answer it stood in, and where. */
  producer: number
  place: string
  /** Secret ones are sealed at rest, and never shown. */
  secrecy: 'secret' | 'plain'
  /** JSON, for whoever made it. */
  kind: unknown
}

/** An alias as it is read: null where its values were left out, or sealed with another key. */
export type KeptAlias = Omit<RunAlias, 'old' | 'new'> & { old: string | null; new: string | null }

/** A process that drives a run. */
export interface Driving {
  stream: string
  run: number
  /** UUID, new each time that somebody begins or takes over. */
  driver: string
}

/** A run that was taken over: who drove it before, and which positions and numbers are free. */
export interface Taken extends Driving {
  former: string | null
  nextPosition: number
  nextAlias: number
}

/** What a run notes in one commit. */
export interface RunNotes {
  /** Entries whose requests may go out from then on. */
  begun: readonly { position: number; entry: number }[]
  /** Positions that had begun and are not sent after all: as if they had not. */
  withdrawn: readonly number[]
  /** What came of those that had begun. */
  ended: readonly { position: number; result: AttemptResult; sentAt: Micros; endedAt: Micros }[]
  /** By their number in the run, from 0; noting one again changes nothing. */
  aliases: readonly (RunAlias & { number: number })[]
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

/** How a recorder stands when it says that it is alive. */
export interface Standing {
  /** The highest number that it has given. */
  lastNumber: number
  /** What waits in its spool. */
  spooledRecords: number
  spooledBytes: number
}

/** A recorder as it stands, by its own word and by its lease. */
export interface RecorderStanding extends RecorderInfo, Standing {
  /** `silent`: its lease has run out, and nobody has closed it yet. */
  state: RecorderAudit['state']
  /** Null of one from before there were leases. */
  leaseUntil: Micros | null
  endedAt: Micros | null
  /** When the latest of its entries arrived that is in the journal; null: none is. */
  latestAt: Micros | null
}

/** What the journal takes of the disk, in bytes, indexes included. */
export interface JournalSize {
  /** All of it. */
  bytes: number
  /** Of that, entries and bodies by the week in which they arrived, the oldest first. */
  weeks: readonly { since: Micros; bytes: number }[]
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
  /** Makes a record ready to be stored. */
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
  /**
   * Looks through a window of entries for the text of the filter. Its cost is bounded by the window,
   * whatever it finds: whoever looks through all asks again from `next`, or no more.
   */
  search(filter: EntryFilter, page: SearchPage): Promise<Found>
  /** Counts by verdict over time, in at most so many spans. */
  timeline(filter: EntryFilter, most: number): Promise<Timeline>
  /** With the bodies that are kept in one piece; those in chunks: `body`. An empty page is the last. */
  entries(filter: EntryFilter, page: WholePage): Promise<Entry[]>
  /** All that ever were of the stream. */
  recorders(stream: string): Promise<RecorderHost[]>
  /** As they stand: those that have not ended first, of each the newest; a thousand at most. */
  standings(stream?: string): Promise<RecorderStanding[]>
  size(): Promise<JournalSize>
  /** Rejects with `entry_unknown`. */
  entry(id: number): Promise<Entry>
  /**
   * What was kept of a body, in pieces of bounded size. Ends with `body_damaged` where it is not
   * what the digest says: whoever must not act on a damaged one reads it to its end first.
   */
  body(entry: Entry, side: Side): AsyncIterable<Buffer>
  /**
   * Sets or (null) takes away the label; answers how many entries it changed. Rejects with
   * `input_invalid` for a label with a NUL.
   */
  label(filter: EntryFilter, label: string | null): Promise<number>
  /** Settles entries in doubt, or (null) takes it back; answers how many it changed. */
  settle(filter: EntryFilter, settlement: Settlement | null, by: string): Promise<number>
  /** What the journal knows of each recorder, to prove that nothing is missing. */
  audit(stream?: string): Promise<RecorderAudit[]>
  /** Removes every entry, run, attempt and shot of a stream; answers how many entries. */
  clear(stream: string): Promise<number>
}

/** Numbers from `first` to `last`, both included. */
export interface NumberRange {
  first: number
  last: number
}

/** A range of numbers of which the journal knows nothing, and when they must have been given. */
export interface Gap extends NumberRange {
  /** Arrival of the entry before and after it, where there is one. */
  after: Micros | null
  before: Micros | null
}

/**
 * The sum of one recorder: `lastNumber` mutations were forwarded, and each number stands in one
 * place: an entry, a reason why there is none, an intent that is still open, or a gap.
 */
export interface RecorderAudit {
  stream: string
  recorder: string
  host: string
  durability: RecorderInfo['durability']
  state: 'alive' | 'silent' | 'stopped' | 'closed'
  startedAt: Micros
  /** The highest number that it is known to have given; 0: none. */
  lastNumber: number
  /** Entries that are not in doubt. */
  recorded: number
  /** Of those, the ones that are context: reads and refusals. */
  context: number
  inDoubt: number
  /** Of those in doubt, the ones that nobody settled. */
  unsettled: number
  /** By reason; `lost` apart. */
  excluded: Readonly<Record<string, number>>
  lost: number
  /** Announced and still under way (or its recorder is silent). */
  open: number
  gaps: readonly Gap[]
  /** Numbers that stand in more than one place: two entries, or an entry and a reason for none. */
  duplicates: readonly number[]
  /** Bodies that are not what their digest says. */
  damaged: readonly { entry: number; side: Side }[]
  /** What it last said to have in its spool. */
  spooledRecords: number
  spooledBytes: number
}

/** Runs and their attempts, written before and after each send. */
export interface RunStore {
  /** Begins a run, which is driven by the caller for so many ms, and from each note for as long again. */
  startRun(
    run: { stream: string; target: string; selection: unknown; planned: number; plan?: unknown },
    lease: number,
  ): Promise<Driving>
  /**
   * Takes a run over that is not at its end, as startRun. Rejects with `run_driven` while another
   * process drives it, with `run_over` when it is done, and with `run_unknown`.
   */
  takeRun(run: number, lease: number): Promise<Taken>
  /** Rejects with `run_unknown`, and with `run_driven` where another process took it over. */
  endRun(driving: Driving, state: Exclude<RunState, 'running'>): Promise<void>
  /**
   * Notes all of it or nothing, durably when it resolves. Rejects with `run_driven` when another
   * process took the run over, with `run_unknown` when the run is gone (its stream was cleared), and
   * with `journal_refused` where an entry or a position begins twice: nothing is sent twice.
   */
  note(driving: Driving, notes: RunNotes, lease: number): Promise<void>
  /** Newest first. */
  runs(filter: RunFilter & { limit: number }): Promise<Run[]>
  /** All there are, with their attempts by outcome but for those whose attempts are `known`. */
  runTallies(known: readonly number[]): Promise<RunTally[]>
  /** Rejects with `run_unknown`. */
  run(id: number): Promise<Run>
  /** Those of one entry in all runs, the latest first. */
  attemptsOf(entry: Pick<EntrySummary, 'stream' | 'id'>, limit: number): Promise<Attempt[]>
  /** In the order of sending; of these outcomes only, where some are named. */
  attempts(
    run: Run,
    page: { after?: number; limit: number; outcomes?: readonly AttemptOutcome[] },
  ): Promise<Attempt[]>
  /** Where two runs of a stream came out differently, by entry; of two streams nothing. */
  contrasts(
    one: Pick<Run, 'stream' | 'id'>,
    other: Pick<Run, 'stream' | 'id'>,
    page: ContrastPage,
  ): Promise<Contrast[]>
  /** Which of these entries have an attempt in the run, or, without entries, which are `sending`. */
  attempted(run: Run, entries: readonly number[] | 'sending'): Promise<Attempted[]>
  /**
   * What was replaced in requests and left alone, of attempts that have something to tell of it: of
   * one entry, or a page in the order of sending.
   */
  uses(
    run: Pick<Run, 'stream' | 'id'>,
    which: { entry: number } | { after?: number; limit: number },
  ): Promise<AttemptNote[]>
  /** Attempts with the answers that came, in the order of sending. An empty page is the last. */
  answered(run: Pick<Run, 'stream' | 'id'>, page: AnsweredPage): Promise<Answered[]>
  /**
   * In the order in which they were learned: of these recorded values, of the answer of one entry, or
   * a page of all.
   */
  aliases(
    run: Pick<Run, 'stream' | 'id'>,
    which: { old: readonly string[] } | { producer: number } | { after?: number; limit: number },
  ): Promise<(KeptAlias & { number: number })[]>
}

/** How many sealed values got another key, and how many no key that is known opens. */
export interface Resealed {
  resealed: number
  unreadable: number
}

/** The record both sides share. One contract suite (test/journal) holds every implementation to it. */
export interface Journal extends JournalWriter, JournalReader, RunStore, StateStore, DeedStore {
  /**
   * Seals with the key of today what was sealed with a former one. May be called again at any time, also
   * after it was ended in the middle. `onBatch` is told what was done so far.
   */
  reseal(onBatch: (sofar: Resealed) => void): Promise<Resealed>
  close(): Promise<void>
}
