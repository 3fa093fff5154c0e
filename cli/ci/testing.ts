import type { EntrySummary } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'
import { caseOfAttempt, casesOfState } from '../../replayer/ci/test-case.ts'
import { makePlan } from '../../replayer/plan.ts'
import type { FinishedAttempt, RunSummary } from '../../replayer/run.ts'
import { requireAllowed } from '../allowance.ts'
import type { Surroundings } from '../command.ts'
import { filterOf } from '../filter-settings.ts'
import { readRules } from '../performing.ts'
import { exitCode, perform } from '../replay-run.ts'
import { replaySettings, type ReplaySettings } from '../replay-settings.ts'
import { stateAfter, withState } from '../replay-verify.ts'
import { parseSettings } from '../settings.ts'
import type { CiReport } from './reporting.ts'
import type { CiSettings } from './settings.ts'
import type { Workplace } from './workplace.ts'

export interface TestingHooks {
  report: CiReport
  lineOf: (entry: EntrySummary) => number | null
  onDiffers: (attempt: FinishedAttempt) => void
}

export interface BuildTested {
  code: number
  /** Why it did not come to its end; null: it did. */
  ended: string | null
  run: number
}

/** Replays the stream of a workplace, and puts into the report what came of each entry. */
export async function testBuild(
  { journal, stream, dataDir }: Workplace,
  given: CiSettings,
  surroundings: Surroundings,
  { report, lineOf, onDiffers }: TestingHooks,
): Promise<BuildTested> {
  const settings = asReplay(given, stream, dataDir)
  const { stderr, signal } = surroundings
  const filter = filterOf(settings)
  const plan = await makePlan(journal, { stream, filter, inDoubt: given['in-doubt'] })
  if (plan.planned === 0) throw nothingPlanned(given)
  const target = settings['base-url']!
  requireAllowed(target, plan.recordedTargets, settings)
  const wished = { plan, target, mode: 'all' } as const
  const rules = await readRules(settings)
  const { summary } = await perform(
    ...([journal, wished, rules, settings, surroundings, undefined] as const),
    (attempt, { sentAt, endedAt }) => {
      const seconds = Math.max(0, endedAt - sentAt) / 1_000_000
      report.add(caseOfAttempt(attempt, lineOf(attempt.entry), seconds))
      if (attempt.result.outcome === 'differs') onDiffers(attempt)
    },
  )
  const say = (message: string) => void stderr.write(`${message}\n`)
  const state = await stateAfter(journal, summary, wished, rules, settings, { say, signal })
  for (const one of state === null ? [] : casesOfState(state)) report.add(one)
  signal.throwIfAborted()
  return { code: withState(exitCode(summary), state), ended: endOf(summary), run: summary.run }
}

/** As `reprise replay` would have it. */
function asReplay(given: CiSettings, stream: string, dataDir: string): ReplaySettings {
  const usual = parseSettings(replaySettings, { argv: [], env: {} })
  const { target, ready } = given
  return {
    ...{ ...usual, ...given, stream, 'data-dir': dataDir },
    'base-url': target ?? (ready && new URL(ready.url.origin)),
    'skip-request-errors': given['on-failure'] === 'continue',
    yes: true,
  }
}

function endOf({ state, stoppedBy, planned, outcomes }: RunSummary): string | null {
  if (state === 'done') return null
  const done = Object.values(outcomes).reduce((sum, n) => sum + n, 0)
  const why = stoppedBy?.result.detail ?? 'it was stopped'
  return `it ended behind ${done} of ${planned} entries: ${why}`
}

function nothingPlanned({ file }: CiSettings): Problem {
  return new Problem('selection_empty', `no applied entry of ${file} matches the filter`, {
    source: 'user',
    hint: 'see reprise replay --help for what is sent, and --verdict for what else',
  })
}
