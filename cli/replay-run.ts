import type { Journal } from '../journal/contract.ts'
import type { Plan } from '../replayer/plan.ts'
import { progressOfSteps, progressOn, type Progress } from '../replayer/progress.ts'
import { askAboutEntry, type Terminal, type Wished } from '../replayer/prompt.ts'
import { replay, type FinishedAttempt, type RunOptions, type RunSummary } from '../replayer/run.ts'
import { planLine, runLines } from '../replayer/show.ts'
import { allowanceOf, targetNotAllowed, type Allowance } from '../replayer/target.ts'
import { EXIT, type Surroundings } from './command.ts'
import { lineWidth, showPlan } from './plan-run.ts'
import { summaryJson } from './replay-json.ts'
import type { ReplaySettings } from './replay-settings.ts'
import { logger } from './serving.ts'
import { upstreamTls, upstreamTlsWarnings } from './tls-settings.ts'

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
): Promise<number> {
  const { plan, target } = wished
  const { stdout, signal } = surroundings
  const allowance = requireAllowed(target, plan.recordedTargets, settings)
  const host = settings['host-header']
  const log = logger(surroundings, 'replay')
  for (const warning of upstreamTlsWarnings(settings, target)) log(warning)
  const troubles: FinishedAttempt[] = []
  const progress = progressOf(wished, settings, surroundings)
  const without = { requests: 0, names: new Set<string>() }
  const summary = await replay(journal, plan, {
    target,
    tls: upstreamTls(settings),
    http2: settings['upstream-http2'],
    host: host === 'auto' ? (allowance === 'named' ? 'target' : 'recorded') : host,
    timeout: settings.timeout,
    incomplete: settings['incomplete-bodies'],
    onFailure: settings['skip-request-errors'] ? 'continue' : 'stop',
    ...(progress.ask && { ask: progress.ask }),
    onAttempt(attempt) {
      progress.update(attempt)
      if (attempt.entry.withheld.length > 0) without.requests++
      for (const name of attempt.entry.withheld) without.names.add(name.toLowerCase())
      if (!['same', 'skipped'].includes(attempt.result.outcome)) troubles.push(withoutBody(attempt))
    },
    signal,
  }).finally(() => progress.end())
  if (without.requests > 0) {
    surroundings.stderr.write(
      `${without.requests} request${without.requests === 1 ? ' was' : 's were'} replayed without ` +
        `${[...without.names].join(', ')}: ` +
        'the values were left out, or sealed with another key (--secret-key)\n',
    )
  }
  const json = () => `${JSON.stringify(summaryJson(summary, troubles), null, 2)}\n`
  stdout.write(settings.json ? json() : runLines(summary))
  return exitCode(summary)
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

/** A run may have many of these. */
function withoutBody(attempt: FinishedAttempt): FinishedAttempt {
  const { answer } = attempt.result
  const kept = answer && { ...answer, fields: [], body: Buffer.alloc(0) }
  return { ...attempt, result: { ...attempt.result, answer: kept } }
}

function exitCode({ state, planned, outcomes }: RunSummary): number {
  if (state === 'interrupted') return EXIT.interrupted
  if (state === 'stopped' || outcomes.failed || outcomes.in_doubt) return EXIT.failed
  if (outcomes.differs) return EXIT.differs
  return (outcomes.same ?? 0) + (outcomes.skipped ?? 0) === planned ? EXIT.ok : EXIT.failed
}

/** Why the target may be sent to; throws where it may not. */
export function requireAllowed(
  target: URL,
  recorded: readonly string[],
  settings: Pick<ReplaySettings, 'allow-target'>,
): Allowance {
  const allowance = allowanceOf(target, recorded, settings['allow-target'])
  if (allowance === null) throw targetNotAllowed(target, recorded)
  return allowance
}

export function terminalOf({ stdin, stderr, signal }: Surroundings): Terminal {
  return { input: stdin, output: stderr, signal }
}
