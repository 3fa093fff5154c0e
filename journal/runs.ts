import type { EntrySummary, Micros } from './entry.ts'
import type { RawFields } from '../wire/fields.ts'

export const RUN_STATES = ['running', 'done', 'stopped', 'interrupted'] as const
export type RunState = (typeof RUN_STATES)[number]

/** What somebody wants of a run that is running: that it stands still, or that it ends. */
export type Wanted = 'pause' | 'stop'

/**
 * How a run that is running is driven. `pausing`, `stopping`: its driver has not learned of it yet, or is
 * about it. `nobody`: no driver was heard of for as long as its lease.
 */
export type DrivenHow = 'running' | 'pausing' | 'paused' | 'stopping' | 'nobody'

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
  /** Null of one that is not running. */
  driven: DrivenHow | null
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
export interface Attempted extends Begun {
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

/** An entry and its place in a run. */
export interface Begun {
  position: number
  entry: number
}

/** What a run notes in one commit. */
export interface RunNotes {
  /** Entries whose requests may go out from then on. */
  begun: readonly Begun[]
  /** Positions that had begun and are not sent after all, or failed and are sent again: as if they had not begun. */
  withdrawn: readonly number[]
  /** What came of those that had begun. */
  ended: readonly (Begun & { result: AttemptResult; sentAt: Micros; endedAt: Micros })[]
  /** By their number in the run, from 0; noting one again changes nothing. */
  aliases: readonly (RunAlias & { number: number })[]
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
   * with `journal_refused` where an entry or a position begins twice: nothing is sent twice. Answers
   * what is wanted of the run, which from then on counts as known to its driver; null: that it goes on.
   */
  note(driving: Driving, notes: RunNotes, lease: number): Promise<Wanted | null>
  /**
   * Says to whoever drives a run what is wanted of it; null: that it goes on. Of one that is to stop
   * nothing else can be wanted any more. Answers whether somebody drives it. Rejects with `run_unknown`.
   */
  wantOfRun(run: number, wanted: Wanted | null): Promise<'wanted' | 'undriven'>
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
  attempted(
    run: Pick<Run, 'stream' | 'id'>,
    entries: readonly number[] | 'sending',
  ): Promise<Attempted[]>
  /**
   * What was replaced in requests and left alone, of attempts that have something to tell of it: of
   * one entry, or a page in the order of sending.
   */
  uses(
    run: Pick<Run, 'stream' | 'id'>,
    which: { entry: number } | { after?: number; limit: number },
  ): Promise<AttemptNote[]>
  /**
   * Attempts with the answers that came, in the order of sending. An empty page is the last. With secrets
   * as they came: to compare, not to show.
   */
  answered(run: Pick<Run, 'stream' | 'id'>, page: AnsweredPage): Promise<Answered[]>
  /**
   * In the order in which they were learned: of these recorded values, of these that came, of the answer
   * of one entry, or a page of all.
   */
  aliases(
    run: Pick<Run, 'stream' | 'id'>,
    which:
      | { old: readonly string[] }
      | { new: readonly string[] }
      | { producer: number }
      | { after?: number; limit: number },
  ): Promise<(KeptAlias & { number: number })[]>
}
