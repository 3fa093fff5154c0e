import type { LedgerPlace } from '../replayer/run/resume.ts'
import type { Journal } from '../journal/contract.ts'
import type { Wanted } from '../journal/runs.ts'
import type { Plan } from '../replayer/plan.ts'
import { progressOfSteps, progressOn, type Progress } from '../replayer/progress.ts'
import { askAboutEntry, type Terminal, type Wished } from '../replayer/prompt.ts'
import type { RunOptions, RunSummary } from '../replayer/run.ts'
import { endingOf, type RunEnding } from '../replayer/run-ending.ts'
import { RunReport } from '../replayer/run-report.ts'
import { reportLines, withoutWords } from '../replayer/run-report-show.ts'
import { planLine, runLines } from '../replayer/show.ts'
import { verdictLines } from '../replayer/state/state-view.ts'
import { actor } from './actor.ts'
import { EXIT, type Surroundings } from './command.ts'
import { performRun, readRules } from './performing.ts'
import { probesOf } from './probe-settings.ts'
import { lineWidth, showPlan } from './plan-run.ts'
import { summaryJson } from './replay-json.ts'
import type { ReplaySettings } from './replay-settings.ts'
import { stateAfter, withState, type StateRules } from './replay-verify.ts'
import { logger } from './serving.ts'

/** Prints what a run would send. */
export async function dryRun(
  journal: Journal,
  plan: Plan,
  settings: ReplaySettings,
  surroundings: Surroundings,
): Promise<number> {
  await showPlan(journal, plan, settings, surroundings)
  if (!settings.json) surroundings.stderr.write(`dry run, nothing is sent: ${planLine(plan)}`)
  return EXIT.ok
}

/** Runs a plan, shows how it goes, and answers the exit code. */
export async function carryOut(
  journal: Journal,
  wished: Wished,
  settings: ReplaySettings,
  surroundings: Surroundings,
  ledger: LedgerPlace,
): Promise<number> {
  const { stdout, stderr, signal } = surroundings
  const rules = await readRules(settings)
  const { summary, report } = await perform(journal, wished, rules, settings, surroundings, ledger)
  const say = (message: string) => void stderr.write(`${message}\n`)
  const state = await stateAfter(journal, summary, wished, rules, settings, { say, signal })
  if (settings.json) {
    const told = probesOf(settings).length === 0 ? undefined : state
    stdout.write(`${JSON.stringify(summaryJson(summary, report, told), null, 2)}\n`)
  } else {
    const widths = { column: settings['max-column-width'], line: lineWidth(stdout) }
    const ofState = state === null ? [] : verdictLines(state, widths)
    stdout.write(runLines(summary) + reportLines(report, summary.run, widths))
    stdout.write(ofState.map((line) => `${line}\n`).join(''))
    if (summary.state !== 'done') say(`it goes on with: reprise replay --resume ${summary.run}`)
  }
  return withState(exitCode(summary), state)
}

/** Of whoever shows it otherwise. */
const UNSEEN: Progress & Pick<RunOptions, 'ask'> = { update: () => {}, end: () => {} }

/** Runs a plan and shows how it goes, or tells `onAttempt`. */
export async function perform(
  journal: Journal,
  wished: Wished,
  rules: StateRules,
  settings: ReplaySettings,
  surroundings: Surroundings,
  ledger?: LedgerPlace,
  onAttempt?: RunOptions['onAttempt'],
): Promise<{ summary: RunSummary; report: RunReport }> {
  const { stderr, signal } = surroundings
  const report = new RunReport()
  const progress = onAttempt ? UNSEEN : progressOf(wished, settings, surroundings)
  const summary = await performRun(journal, settings, {
    ...{ plan: wished.plan, target: wished.target, actor: actor(), rules, ledger, signal },
    say: logger(surroundings, 'replay'),
    ...(progress.ask && { ask: progress.ask }),
    onWanted: (wanted) => stderr.write(`${wantedWords(wanted)}\n`),
    onAttempt(attempt, times) {
      progress.update(attempt)
      report.add(attempt)
      onAttempt?.(attempt, times)
    },
  }).finally(() => progress.end())
  const without = withoutWords(report)
  if (without !== null) stderr.write(`${without}\n`)
  return { summary, report }
}

/** What somebody else wants of the run: on the page, or by `reprise runs`. */
function wantedWords(wanted: Wanted | null): string {
  if (wanted === null) return 'It goes on: somebody said so.'
  if (wanted === 'stop') return 'It ends: somebody stopped it from elsewhere.'
  return 'It stands still: somebody paused it from elsewhere (reprise runs RUN --continue).'
}

function progressOf(
  { plan, mode }: Wished,
  settings: ReplaySettings,
  surroundings: Surroundings,
): Progress & Pick<RunOptions, 'ask'> {
  const { stderr } = surroundings
  if (mode !== 'each') return progressOn(stderr, plan.planned)
  const widths = { column: settings['max-column-width'], line: lineWidth(stderr) }
  const ask = askAboutEntry(plan.planned, widths, terminalOf(surroundings))
  return progressOfSteps(stderr, plan.planned, ask)
}

export function exitCode(summary: RunSummary): number {
  return CODES[endingOf(summary)]
}

const CODES: Readonly<Record<RunEnding, number>> = {
  as_recorded: EXIT.ok,
  differs: EXIT.differs,
  failed: EXIT.failed,
  interrupted: EXIT.interrupted,
}

export function terminalOf({ stdin, stderr, signal }: Surroundings): Terminal {
  return { input: stdin, output: stderr, signal }
}
