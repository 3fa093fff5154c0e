import type { Journal } from '../../journal/contract.ts'
import type { EpochEnding, EpochFindings } from '../../journal/epochs.ts'
import type { AttemptOutcome } from '../../journal/runs.ts'
import type { RunSummary } from '../run.ts'
import type { InFlight } from '../run/resume.ts'
import type { StateProof } from './prove.ts'

// What came of a restore, and which entries are to be looked at.

/** What is asked of a run that has come to its end. */
export type Went = Pick<RunSummary, 'run' | 'state' | 'outcomes' | 'stoppedBy'>

/** What prevented a run. `isDoubt`: nobody knows what of it had been sent. */
export interface Prevented {
  why: string
  isDoubt: boolean
}

export interface EndingOptions {
  journal: Pick<Journal, 'run' | 'attempts'>
  inFlight: InFlight
  /** Whether clients are let in where answers, or the state, differ. */
  differs: 'open' | 'shut'
}

/** Why nobody can say how far a restore came; null: that is known, or was said. */
export function doubtOf(
  went: Went | Prevented,
  { inFlight }: Pick<EndingOptions, 'inFlight'>,
): string | null {
  if ('why' in went) return went.isDoubt ? went.why : null
  const { in_doubt: inDoubt = 0 } = went.outcomes
  if (inDoubt === 0 || inFlight !== 'stop') return null
  return `${inDoubt} requests of run ${went.run} may have been in flight when it was interrupted`
}

/** Why nobody can say what was done of the request that stopped a run: it was answered 5xx. Null: that is known. */
export function unclearOf(went: Went | Prevented): string | null {
  if ('why' in went || went.stoppedBy === null) return null
  const { entry, result } = went.stoppedBy
  const status = result.answer?.status ?? 0
  if (result.outcome !== 'failed' || status < 500) return null
  return `entry ${entry.id} was answered ${status}: nobody knows what of it was done`
}

/** Of a run that reached its end. `proof`: what the state showed then; null: nobody asked. */
export async function endingOf(
  went: Went,
  proof: StateProof | null,
  options: EndingOptions,
): Promise<EpochEnding> {
  const { run, outcomes } = went
  const { same = 0, differs: other = 0, ...rest } = outcomes
  const findings = await findingsOf(went, proof, options)
  const doubt = doubtOf(went, options)
  if (doubt !== null) return { phase: 'failed', outcome: 'failed', detail: doubt, findings }
  const left = Object.values(rest).reduce((sum, n) => sum + n, 0)
  const state = proof === null ? '' : `; ${proof.detail}`
  if (other + left === 0 && proof?.outcome !== 'differs') {
    return { phase: 'open', outcome: 'restored', detail: `${same} requests${state}`, findings }
  }
  const answers =
    other + left === 0
      ? `${same} requests`
      : `${other} of ${same + other + left} answers differ, ${left} left out: reprise runs ${run}`
  const phase = options.differs === 'open' ? 'open' : 'failed'
  return { phase, outcome: 'differs', detail: `${answers}${state}`, findings }
}

/** Of a run that did not. */
export async function failedEnding(went: Went, options: EndingOptions): Promise<EpochEnding> {
  const findings = await findingsOf(went, null, options)
  return { phase: 'failed', outcome: 'failed', detail: whyStopped(went), findings }
}

function whyStopped({ run, stoppedBy, state }: Went): string {
  if (stoppedBy === null) return `run ${run} was ${state}`
  const { entry, result } = stoppedBy
  return `run ${run} stopped at entry ${entry.id}, ${entry.method}: ${result.detail ?? result.outcome}`
}

/** Entries that are named; more than that nobody reads. */
const MOST_NAMED = 20

const TO_LOOK_AT: readonly AttemptOutcome[] = ['differs', 'failed', 'skipped', 'in_doubt']

/** Null: there is nothing to look at. */
async function findingsOf(
  { run, outcomes, stoppedBy }: Went,
  proof: StateProof | null,
  { journal }: EndingOptions,
): Promise<EpochFindings | null> {
  const total = TO_LOOK_AT.reduce((sum, outcome) => sum + (outcomes[outcome] ?? 0), 0)
  const probes = proof?.probes ?? []
  const page = { limit: MOST_NAMED, outcomes: TO_LOOK_AT }
  const attempts = total === 0 ? [] : await journal.attempts(await journal.run(run), page)
  const entries = attempts.map(({ entry, outcome, detail }) => ({ id: entry, outcome, detail }))
  // Where the plan ended before an entry in doubt, the run has no attempt of it.
  if (stoppedBy !== null && !attempts.some(({ entry }) => entry === stoppedBy.entry.id)) {
    const { entry, result } = stoppedBy
    entries.unshift({ id: entry.id, outcome: result.outcome, detail: result.detail })
    return { entries, unlisted: Math.max(0, total - attempts.length), probes }
  }
  if (entries.length === 0 && probes.length === 0) return null
  return { entries, unlisted: Math.max(0, total - attempts.length), probes }
}
