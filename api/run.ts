import type { AttemptOutcome, RunState } from '../journal/runs.ts'
import { differenceLines } from '../replayer/compare/difference-view.ts'
import type { Difference } from '../replayer/compare/difference.ts'
import { endingOf } from '../replayer/run-ending.ts'
import { foundOf, RunReport } from '../replayer/run-report.ts'
import { withoutWords } from '../replayer/run-report-show.ts'
import type { FinishedAttempt, RunSummary } from '../replayer/run.ts'
import { attemptLine, runLines } from '../replayer/show.ts'
import { verdictLines } from '../replayer/state/state-view.ts'
import type { VerifiedState } from '../replayer/state/verify-state.ts'

/** What came of a replay. */
export interface ReplayRun {
  /** In the journal: `reprise runs ID`. */
  readonly id: number
  readonly stream: string
  readonly target: string
  /** `stopped`: before its end, by a failure or an entry in doubt; `interrupted`: by the signal. */
  readonly state: Exclude<RunState, 'running'>
  /** Entries that were to be sent, and context that they need. */
  readonly planned: number
  /** Requests that went out. */
  readonly sent: number
  /** Attempts by what came of them. */
  readonly outcomes: Readonly<Record<Outcome, number>>
  /**
   * Every entry was answered as recorded, or its new answer was accepted, and the state, where probes asked for
   * it, is restored: where `reprise replay` exits with 0.
   */
  readonly ok: boolean
  /** Answers that differ and stand in the journal file now, which was to be updated. */
  readonly accepted: number
  /** In the order in which they ended; 10,000 at most, the rest is counted. `onAttempt` is told of each. */
  readonly attempts: readonly ReplayAttempt[]
  readonly moreAttempts: number
  /** The attempt that stopped it; null: none did. */
  readonly stoppedBy: ReplayAttempt | null
  /** Of the first hundred attempts that did not come out as recorded, place by place. */
  readonly differences: readonly ReplayDifference[]
  /** Recorded values in whose place others were sent, in so many requests. */
  readonly replaced: { readonly values: number; readonly requests: number }
  /** What the probes showed; null: nobody asked, or the run did not reach its end. */
  readonly restored: 'restored' | 'differs' | 'unknown' | null
  /** All of it for people: counts, and each difference. Several lines. */
  readonly report: string
}

export type Outcome = Exclude<AttemptOutcome, 'sending'>

/** One entry re-issued. */
export interface ReplayAttempt {
  /** Its id. */
  readonly entry: number
  readonly method: string
  readonly target: string
  readonly outcome: Outcome
  /** Why it is not `same`; null where there is nothing to say. */
  readonly detail: string | null
  /** Of the answer; null: none came. */
  readonly status: number | null
  readonly recordedStatus: number | null
  /** Fifty at most. */
  readonly differences: readonly Difference[]
}

/** One place where an answer was another one than was recorded. */
export interface ReplayDifference extends Difference {
  /** The id of the entry that was answered so. */
  readonly entry: number
  readonly method: string
  readonly target: string
}

/** Gathers a run while it goes on. */
export class RunGathering {
  readonly report = new RunReport()
  readonly #attempts: ReplayAttempt[] = []
  #more = 0

  add(finished: FinishedAttempt): ReplayAttempt {
    const attempt = attemptOf(finished)
    this.report.add(finished)
    if (this.#attempts.length < MOST_KEPT) this.#attempts.push(attempt)
    else this.#more++
    return attempt
  }

  /** `state`: what the probes showed. `accepted`: answers that were. */
  conclude(summary: RunSummary, state: VerifiedState | null, accepted: number): ReplayRun {
    const { run: id, stream, target, planned, sent, outcomes, stoppedBy } = summary
    const { replaced, troubles } = this.report
    const ending = endingOf(summary)
    const isAccepted = ending === 'differs' && accepted === outcomes.differs
    return {
      ...{ id, stream, target, planned, sent },
      state: summary.state === 'running' ? 'interrupted' : summary.state,
      outcomes: { ...NONE, ...outcomes },
      ok:
        (ending === 'as_recorded' || isAccepted) &&
        (state === null || state.outcome === 'restored'),
      accepted,
      ...{ attempts: this.#attempts, moreAttempts: this.#more },
      stoppedBy: stoppedBy && attemptOf(stoppedBy),
      differences: troubles.flatMap((one) => differencesOf(attemptOf(one))),
      replaced: { ...replaced },
      restored: state?.outcome ?? null,
      report: this.#text(summary, state),
    }
  }

  #text(summary: RunSummary, state: VerifiedState | null): string {
    const { troubles, moreTroubles } = this.report
    const without = withoutWords(this.report)
    return [
      runLines(summary).trimEnd(),
      ...troubles.flatMap(troubleLines),
      ...(moreTroubles === 0 ? [] : [`and ${moreTroubles} more`]),
      ...(without === null ? [] : [without]),
      ...(state === null ? [] : verdictLines(state, { column: WIDE })),
    ].join('\n')
  }
}

const MOST_KEPT = 10_000
const WIDE = 200

const NONE: ReplayRun['outcomes'] = { same: 0, differs: 0, failed: 0, in_doubt: 0, skipped: 0 }

/** An attempt, and below it what was another one than was recorded. */
function troubleLines(attempt: FinishedAttempt): string[] {
  const found = foundOf(attempt.result.differences)
  const lines = found === null ? [] : differenceLines(found)
  return [attemptLine(attempt), ...lines.map((line) => `  ${line}`)]
}

function attemptOf({ entry, result }: FinishedAttempt): ReplayAttempt {
  return {
    ...{ entry: entry.id, method: entry.method, target: entry.target },
    ...{ outcome: result.outcome, detail: result.detail },
    ...{ status: result.answer?.status ?? null, recordedStatus: entry.status },
    differences: foundOf(result.differences)?.differences ?? [],
  }
}

function differencesOf({ entry, method, target, differences }: ReplayAttempt): ReplayDifference[] {
  return differences.map((one) => ({ entry, method, target, ...one }))
}
