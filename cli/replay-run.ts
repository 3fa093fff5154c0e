import { guardedLookup } from '../replayer/guarded-lookup.ts'
import type { LedgerPlace } from '../replayer/run/resume.ts'
import type { Journal } from '../journal/contract.ts'
import { messageOf } from '../journal/problem.ts'
import type { Wanted } from '../journal/runs.ts'
import type { Plan } from '../replayer/plan.ts'
import { progressOfSteps, progressOn, type Progress } from '../replayer/progress.ts'
import { askAboutEntry, type Terminal, type Wished } from '../replayer/prompt.ts'
import { replay, type RunOptions, type RunSummary } from '../replayer/run.ts'
import { RunReport } from '../replayer/run-report.ts'
import { reportLines } from '../replayer/run-report-show.ts'
import { planLine, runLines } from '../replayer/show.ts'
import { verdictLines } from '../replayer/state/state-view.ts'
import { allowanceOf, targetNotAllowed, type Allowance } from '../replayer/target.ts'
import { actor } from './actor.ts'
import { EXIT, type Surroundings } from './command.ts'
import { readAliasRules } from './alias-settings.ts'
import { orderRules } from './order-settings.ts'
import { sendingRules } from './sending-rules.ts'
import { readCompareRules } from './compare-settings.ts'
import { probesOf } from './probe-settings.ts'
import { lineWidth, showPlan } from './plan-run.ts'
import { summaryJson } from './replay-json.ts'
import type { ReplaySettings } from './replay-settings.ts'
import { stateAfter, withState, type StateRules } from './replay-verify.ts'
import { logger } from './serving.ts'
import { openSpans } from './tracing.ts'
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
  ledger: LedgerPlace,
): Promise<number> {
  const { stdout } = surroundings
  const rules = await readRules(settings)
  const { summary, report } = await perform(journal, wished, rules, settings, surroundings, ledger)
  const state = await stateAfter(journal, summary, wished, rules, settings, surroundings)
  if (settings.json) {
    const told = probesOf(settings).length === 0 ? undefined : state
    stdout.write(`${JSON.stringify(summaryJson(summary, report, told), null, 2)}\n`)
  } else {
    const widths = { column: settings['max-column-width'], line: lineWidth(stdout) }
    const ofState = state === null ? [] : verdictLines(state, widths)
    stdout.write(runLines(summary) + reportLines(report, summary.run, widths))
    stdout.write(ofState.map((line) => `${line}\n`).join(''))
  }
  return withState(exitCode(summary), state)
}

/** Reads the files of rules. Throws a Problem that names everything wrong in one. */
export async function readRules(settings: ReplaySettings): Promise<StateRules> {
  const compare = await readCompareRules(settings)
  return { compare, aliases: await readAliasRules(settings) }
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
  const { plan, target } = wished
  const { signal } = surroundings
  const sending = await sendingRules(settings, {
    folder: process.cwd(),
    entry: (id) => journal.entry(id, 'opened'),
  })
  const allowance = requireAllowed(target, plan.recordedTargets, settings)
  const host = settings['host-header']
  const log = logger(surroundings, 'replay')
  for (const warning of upstreamTlsWarnings(settings, target)) log(warning)
  const report = new RunReport()
  const spans = await openSpans(settings, { 'reprise.component': 'replay' })
  const progress = onAttempt ? UNSEEN : progressOf(wished, settings, surroundings)
  const summary = await replay(journal, plan, {
    target,
    actor: actor(),
    lookup: guardedLookup(target, settings['allow-target']),
    tls: upstreamTls(settings),
    http2: settings['upstream-http2'],
    host: host === 'auto' ? (allowance === 'named' ? 'target' : 'recorded') : host,
    timeout: settings.timeout,
    incomplete: settings['incomplete-bodies'],
    ...rules,
    sending,
    lanes: settings.lanes,
    order: orderRules(settings),
    onFailure: settings['skip-request-errors'] ? 'continue' : 'stop',
    onDifference: settings['on-difference'],
    ...(ledger && { ledger }),
    ...(spans && { traceRun: spans.traceRun }),
    ...(settings.resume !== undefined && {
      resume: { run: settings.resume, inFlight: settings['in-flight'] },
    }),
    ...(progress.ask && { ask: progress.ask }),
    onWanted: (wanted) => surroundings.stderr.write(`${wantedWords(wanted)}\n`),
    onAttempt(attempt, times) {
      progress.update(attempt)
      report.add(attempt)
      onAttempt?.(attempt, times)
    },
    signal,
  }).finally(() => progress.end())
  await spans?.close().catch((error: unknown) => log(`spans are lost: ${messageOf(error)}`))
  const { requests, names } = report.without
  if (requests > 0) {
    surroundings.stderr.write(
      `${requests} request${requests === 1 ? ' was' : 's were'} replayed without ` +
        `${[...names].map((name) => IN_PLACE[name] ?? name).join(', ')}: ` +
        'the values were left out, or sealed with another key (--secret-key)\n',
    )
  }
  return { summary, report }
}

/** What somebody else wants of the run: on the page, or by `reprise runs`. */
function wantedWords(wanted: Wanted | null): string {
  if (wanted === null) return 'It goes on: somebody said so.'
  if (wanted === 'stop') return 'It ends: somebody stopped it from elsewhere.'
  return 'It stands still: somebody paused it from elsewhere (reprise runs RUN --continue).'
}

/** What is withheld of a request besides fields; masks went in its place. */
const IN_PLACE: Readonly<Record<string, string>> = {
  '(query)': 'secrets of their query',
  '(body)': 'secrets of their body',
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

export function exitCode({ state, planned, outcomes }: RunSummary): number {
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
