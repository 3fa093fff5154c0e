import type { Journal } from '../../journal/contract.ts'
import type { EntrySummary } from '../../journal/entry.ts'
import type { Plan } from '../plan.ts'
import { replay, type FinishedAttempt, type RunOptions, type RunSummary } from '../run.ts'
import { attemptLine } from '../show.ts'
import { judge, type Judged } from './judgement.ts'

/** A plan that ends with the entry in question. */
export type FailurePlan = Plan & { upTo: EntrySummary }

export interface Reproduction extends Judged {
  entry: EntrySummary
  run: RunSummary
  /** What came of the entry itself; null: the run ended before it. */
  attempt: FinishedAttempt | null
  /** How many of those before it were answered as recorded, and how many otherwise. */
  restored: { same: number; otherwise: number }
}

/** Sends what came before an entry, then the entry, and says whether it failed as it had. */
export async function reproduce(
  journal: Journal,
  plan: FailurePlan,
  options: RunOptions,
): Promise<Reproduction> {
  const entry = plan.upTo
  let attempt: FinishedAttempt | null = null
  const restored = { same: 0, otherwise: 0 }
  const run = await replay(journal, plan, {
    ...options,
    onAttempt(finished, times) {
      if (finished.entry.id === entry.id) attempt = finished
      else if (finished.result.outcome === 'same') restored.same++
      else restored.otherwise++
      options.onAttempt?.(finished, times)
    },
  })
  return { entry, run, attempt, restored, ...judged(entry, run, attempt) }
}

function judged(entry: EntrySummary, run: RunSummary, attempt: FinishedAttempt | null): Judged {
  if (attempt !== null) return judge(entry, attempt.result)
  const { stoppedBy, state } = run
  const why = stoppedBy === null ? `the run was ${state}` : `stopped by ${attemptLine(stoppedBy)}`
  return { judgement: 'not_restored', why }
}
