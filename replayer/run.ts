import type { AttemptOutcome, Driving, RunState, Taken, Wanted } from '../journal/runs.ts'
import type { Journal } from '../journal/contract.ts'
import type { Actor } from '../journal/deed.ts'
import type { Restoration } from '../journal/epochs.ts'
import type { Entry } from '../journal/entry.ts'
import { describeFilter } from '../journal/filter.ts'
import { messageOf, Problem } from '../journal/problem.ts'
import { Aliases } from './aliases/aliases.ts'
import type { TraceRun } from '../telemetry/traced-run.ts'
import type { AliasRules } from './aliases/rules.ts'
import { valuesOf } from './aliases/values.ts'
import type { LanePattern } from './order/lanes.ts'
import { NO_VALUES, placer } from './order/placing.ts'
import { Schedule, type OrderRules } from './order/schedule.ts'
import type { Plan } from './plan.ts'
import { Heeding } from './run/heeding.ts'
import { Ledger } from './run/ledger.ts'
import { mannerOf } from './run/manner.ts'
import { Notes, RUN_LEASE } from './run/notes.ts'
import { pagesOf, type Reading } from './run/pages.ts'
import { takeOver, type LedgerPlace, type Resuming, type TakenOver } from './run/resume.ts'
import { isSent, NO_STUDY, studyRecording, type Study } from './study.ts'
import { Runner, type Choice, type FinishedAttempt, type Tally, type Times } from './run/runner.ts'
import { traced } from './run/traced.ts'
import { Attempts, type AttemptOptions } from './run/attempts.ts'
import { aliasesOf, aliasPages } from './run/kept-aliases.ts'
import { recall } from './run/given-values.ts'

export type { Choice, FinishedAttempt } from './run/runner.ts'

export interface RunOptions extends Omit<AttemptOptions, 'hold'> {
  /** Who stands in the audit trail for it. */
  actor: Actor
  order: OrderRules
  lanes: readonly LanePattern[]
  /** What becomes of values that the backend makes up; `as_recorded`: nothing is put in their place. */
  aliases: AliasRules | 'as_recorded'
  /** What a failed attempt, or one in doubt, does to the run. */
  onFailure: 'stop' | 'continue'
  /** What an answer that differs does to it. */
  onDifference: 'stop' | 'continue'
  /** See RunnerOptions. Default: noted. */
  undelivered?: 'noted' | 'withdrawn'
  /** Asked before each request, until `all`; null: left with Ctrl-C. Without it nobody is asked. */
  ask?: (entry: Entry, position: number) => Promise<Choice | null>
  /** Told of the run's id before anything is sent. */
  onBegun?: (run: number) => void
  /** Told of each attempt. */
  onAttempt?: (attempt: FinishedAttempt, times: Times) => void
  /** Told when somebody wants something else of the run: that it stands still, ends, or goes on (null). */
  onWanted?: (wanted: Wanted | null) => void
  /** Told of the run and of each attempt as spans. */
  traceRun?: TraceRun
  /** Where a ledger is kept, so that a killed run can be resumed without doubt. */
  ledger?: LedgerPlace
  /** Aborted: nothing more is begun, and what is under way comes to its end. Default: never. */
  ending?: AbortSignal
  /** A run that is to go on; without it, a new one begins. */
  resume?: Resuming
}

export interface RunSummary {
  run: number
  stream: string
  target: string
  planned: number
  /** Requests that went out, whole or in part. */
  sent: number
  state: RunState
  /** Of the whole run, also of what was sent before it was resumed. */
  outcomes: Readonly<Partial<Record<AttemptOutcome, number>>>
  /** The attempt that stopped the run, or null. */
  stoppedBy: FinishedAttempt | null
}

/** How long what came of requests may wait to be noted, in ms, where the ledger holds it meanwhile. */
const PATIENCE = 25

/** Sends the entries of a plan in an order that keeps what followed from what, and notes each attempt. */
export async function replay(
  journal: Journal,
  plan: Plan,
  options: RunOptions,
): Promise<RunSummary> {
  const { stream } = plan
  const target = options.target.href.replace(/\/$/, '')
  const study = await studyOf(journal, plan, options)
  const planned = plan.planned + study.needed.size
  await noteStart(journal, plan, target, planned, options)
  const { driving, run: before } = await begin(journal, plan, target, planned, options)
  const { run } = driving
  options.onBegun?.(run)
  const spans = options.traceRun?.({ id: run, stream, target })
  const tally: Tally = { sent: 0, outcomes: outcomesOf(before), stoppedBy: null }
  const ledger = await openLedger(journal, driving, options)
  const notes = new Notes(journal, driving, driving.nextAlias, ledger === null ? 0 : PATIENCE)
  const { hold, signal, heed } = new Heeding(options.signal, options.onWanted)
  notes.onWanted = heed
  const restored = options.aliases === 'as_recorded' ? [] : await journal.restorations(stream)
  const aliases = aliasesWith(study, restored, options)
  const taken = { driving, before, aliases }
  const attempts = new Attempts(journal, run, aliases, { ...options, hold, signal })
  try {
    if (before !== null && aliases !== null) {
      for await (const page of aliasPages(journal, before)) {
        aliases.recall(aliasesOf(page))
        aliases.turn(-Infinity)
      }
    }
    await attempts.begin()
    const runner = new Runner(
      {
        schedule: new Schedule(options.ask ? { ...options.order, concurrency: 1 } : options.order),
        ...{ notes, ledger },
        pace: (entry) => attempts.ready(entry),
        perform: (entry) => attempts.perform(entry),
        ...(options.undelivered && { undelivered: options.undelivered }),
        isEnd: (outcome) => endsRun(outcome, options),
        ...(options.ask && { ask: options.ask }),
        onAttempt(attempt, times) {
          spans?.attempt(traced(attempt, times))
          options.onAttempt?.(attempt, times)
        },
        signal,
        ending: options.ending,
      },
      tally,
    )
    const went = await runner.run(
      pagesOf(journal, await readingOf(journal, plan, study, taken, options)),
    )
    const state = went === 'done' && plan.stopsAt !== null ? 'stopped' : went
    if (went === 'done' && plan.stopsAt !== null) {
      const position = Object.values(tally.outcomes).reduce((sum, n) => sum + n, 0)
      tally.stoppedBy = { position, entry: plan.stopsAt, result: IN_DOUBT }
    }
    await notes.close()
    await journal.endRun(driving, state)
    ledger?.remove()
    spans?.end(state)
    const { sent, outcomes, stoppedBy } = tally
    return { run, stream, target, planned, sent, state, outcomes, stoppedBy }
  } catch (error) {
    // What broke the run is what must be told, not that its end could not be noted either.
    await notes.close().catch(() => {})
    const isNoted = notes.failure === null
    await journal.endRun(driving, 'stopped').catch(() => {})
    spans?.end('stopped')
    if (isNoted) ledger?.remove()
    else ledger?.leave()
    throw brokenOff(error, `run ${run}: ${tally.sent} of ${planned} were sent`)
  } finally {
    attempts.close()
  }
}

async function begin(
  journal: Journal,
  plan: Plan,
  target: string,
  planned: number,
  options: RunOptions,
): Promise<Omit<TakenOver, 'run'> & { run: TakenOver['run'] | null }> {
  const { resume, ledger } = options
  if (resume !== undefined) return takeOver(journal, resume, ledger ?? null)
  const { stream } = plan
  const selection = {
    ...describeFilter(plan.filter),
    ...(plan.upTo && { upTo: plan.upTo.id }),
  }
  const driving: Driving = await journal.startRun(
    { stream, target, selection, planned, plan: { ...plan.selection, manner: mannerOf(options) } },
    RUN_LEASE,
  )
  const taken: Taken = { ...driving, former: null, nextPosition: 0, nextAlias: 0 }
  return { driving: taken, run: null }
}

/** Nothing is sent that does not stand in the audit trail. */
async function noteStart(
  journal: Journal,
  { stream, upTo }: Plan,
  target: string,
  planned: number,
  { actor, resume }: RunOptions,
): Promise<void> {
  const detail = {
    ...{ target, planned, ...(upTo && { up_to: upTo.id }) },
    ...(resume !== undefined && { resumed: resume.run }),
  }
  await journal.noteDeed({ ...actor, action: 'replay', stream, detail })
}

/** Where it cannot be kept nothing is sent: a kill would leave more in doubt than anybody wants. */
async function openLedger(
  journal: Journal,
  driving: Driving,
  { ledger }: RunOptions,
): Promise<Ledger | null> {
  if (ledger === undefined) return null
  try {
    return new Ledger(ledger.folder, driving, ledger.secrets)
  } catch (error) {
    await journal.endRun(driving, 'stopped').catch(() => {})
    throw new Problem('settings_invalid', `${ledger.folder}: ${messageOf(error)}`, {
      source: 'user',
      hint: 'name a folder that can be written to with --data-dir',
      cause: error,
    })
  }
}

/** How the entries of a run are read, placed in the order and made ready for their turn. */
async function readingOf(
  journal: Journal,
  plan: Plan,
  study: Study,
  { driving, before, aliases }: Taking,
  { lanes }: RunOptions,
): Promise<Reading> {
  let readUpTo = -Infinity
  return {
    ...{ plan, from: driving.nextPosition },
    place: placer<Entry>({
      lanes,
      recorders: await journal.recorders(plan.stream),
      // Without lanes whoever uses a value stands behind its producer by the order alone.
      valuesOf: lanes.length === 0 ? () => NO_VALUES : valuesOf,
    }),
    isSent: (entry) => isSent(entry, plan, study),
    async onRead(entries) {
      if (aliases === null) return
      aliases.turn(readUpTo)
      await recall(journal, { stream: plan.stream, id: driving.run }, aliases, entries)
      readUpTo = entries.at(-1)?.orderedAt ?? readUpTo
    },
    attempted: async (entries) => (before === null ? [] : journal.attempted(before, entries)),
  }
}

/** A run that this process drives. */
interface Taking {
  driving: Taken
  /** As it was found where it is resumed; null: it is new. */
  before: TakenOver['run'] | null
  aliases: Aliases | null
}

/** What is sent as it was recorded needs no study, but for what it needs of context. */
function studyOf(journal: Journal, plan: Plan, { aliases }: RunOptions): Promise<Study> {
  return aliases === 'as_recorded' ? Promise.resolve(NO_STUDY) : studyRecording(journal, plan)
}

function aliasesWith(
  { patterns }: Study,
  restored: readonly Restoration[],
  { aliases: rules }: RunOptions,
): Aliases | null {
  if (rules === 'as_recorded') return null
  return new Aliases({ rules, patterns, restored })
}

function outcomesOf(before: TakenOver['run'] | null): Tally['outcomes'] {
  const { sending: _, ...outcomes } = before?.outcomes ?? {}
  return outcomes
}

function endsRun(outcome: AttemptOutcome, options: RunOptions): boolean {
  if (outcome === 'differs') return options.onDifference === 'stop'
  return options.onFailure === 'stop' && (outcome === 'failed' || outcome === 'in_doubt')
}

const IN_DOUBT: FinishedAttempt['result'] = {
  outcome: 'skipped',
  detail:
    'it is in doubt whether the backend had applied it; settle it (reprise in-doubt), or say ' +
    '--in-doubt skip or --in-doubt send',
  answer: null,
}

/** The error that ended a run early, and how far it had come. */
function brokenOff(error: unknown, how: string): unknown {
  if (!(error instanceof Problem)) return error
  return new Problem(error.code, `${error.message} (${how})`, {
    source: error.source,
    ...(error.retryable && { retryable: true }),
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  })
}
