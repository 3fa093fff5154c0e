import type { Journal } from '../../journal/contract.ts'
import { chooseStream, entriesOf, makePlan, type InDoubt, type Plan } from '../../replayer/plan.ts'
import { progressOn } from '../../replayer/progress.ts'
import { askAboutEntry, confirmRun, type Wished } from '../../replayer/prompt.ts'
import { replay, type RunSummary } from '../../replayer/run.ts'
import { entriesTable, planLine, runLines } from '../../replayer/show.ts'
import { allowanceOf, parseAllowedTarget, targetNotAllowed } from '../../replayer/target.ts'
import { runWizard } from '../../replayer/wizard.ts'
import type { EntrySummary } from '../../journal/entry.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { filterOf, filterSettings } from '../filter-settings.ts'
import { logger } from '../serving.ts'
import { listOf, settingsProblem, withDefault, type Settings } from '../settings.ts'
import { baseUrl, count, duration, oneOf, switchOn } from '../values.ts'

const settings = {
  'base-url': baseUrl('where the requests are sent'),
  ...filterSettings,
  yes: { ...switchOn('send without asking'), short: 'y' },
  'dry-run': switchOn('print what would be sent, send nothing'),
  interactive: {
    ...switchOn('show each request and ask: yes, no, all the rest, quit'),
    short: 'i',
  },
  'skip-request-errors': switchOn('go on after a 4xx, a 5xx or no answer at all'),
  'in-doubt': withDefault(
    oneOf(['stop', 'skip', 'send'], 'entries of which it is not known whether they were applied'),
    'stop',
  ),
  'host-header': withDefault(
    oneOf(
      ['auto', 'recorded', 'target'],
      'which Host is sent; auto: recorded, but for other machines',
    ),
    'auto',
  ),
  'allow-target': listOf({
    expects: 'HOST or HOST:PORT',
    help: 'targets besides this machine and the recorded upstreams',
    parse: parseAllowedTarget,
  }),
  timeout: withDefault(duration('for each request'), 60_000, '1m'),
  'max-column-width': withDefault(count('widest column of the tables, in characters'), 60),
  json: switchOn('results as JSON on stdout'),
  ...databaseSettings,
}

type ReplaySettings = Settings<typeof settings>

export const replayCommand = command({
  summary: 'send recorded requests again, in order, to a backend',
  settings,
  details: `
Without settings, on a terminal, it asks for everything.

Exit codes: 0 every selected entry was answered as recorded (or a dry run), 1 a request failed or
the run ended before its end, 2 wrong settings, 3 all answered but not all as recorded,
4 no PostgreSQL, no such stream, target not allowed, entries in doubt; 130 interrupted.

Example: reprise replay --base-url http://127.0.0.1:3000 --stream shop --since 2h --dry-run`,
  async run(settings, surroundings, given) {
    const { stdin, stdout, signal } = surroundings
    const onTerminal = stdin.isTTY === true && stdout.isTTY === true
    if (!settings['dry-run']) requireTarget(settings, onTerminal, given.flags)
    return withJournal(settings, signal, logger(surroundings, 'replay'), async (journal) => {
      if (given.flags === 0 && settings['base-url'] === undefined) {
        const wished = await runWizard(journal, { signal, stdin, stdout })
        return wished === null
          ? EXIT.interrupted
          : carryOut(journal, wished, settings, surroundings)
      }
      const stream = await chooseStream(journal, settings.stream)
      const inDoubt: InDoubt =
        settings['dry-run'] && settings['in-doubt'] === 'stop' ? 'skip' : settings['in-doubt']
      const plan = await makePlan(journal, { stream, filter: filterOf(settings), inDoubt })
      if (settings['dry-run']) return dryRun(journal, plan, settings, surroundings)
      const wished = {
        plan,
        target: settings['base-url']!,
        mode: settings.interactive ? 'each' : 'all',
      } as const
      if (!settings.yes && !settings.interactive) {
        const agreed = await confirmRun(wished, { signal, stdin, stdout })
        if (!agreed) return signal.aborted ? EXIT.interrupted : EXIT.failed
      }
      return carryOut(journal, wished, settings, surroundings)
    })
  },
})

/** Everything by flags where nobody can be asked. */
function requireTarget(settings: ReplaySettings, onTerminal: boolean, flags: number): void {
  const problems: string[] = []
  if (settings['base-url'] === undefined && !(onTerminal && flags === 0)) {
    problems.push('--base-url: expected http://HOST:PORT')
  }
  if (!onTerminal && !settings.yes) {
    problems.push(
      settings.interactive
        ? '--interactive: expected a terminal to ask on'
        : '--yes: expected it, or --dry-run, where there is no terminal to ask on',
    )
  }
  if (problems.length > 0) throw settingsProblem(problems)
}

async function dryRun(
  journal: Journal,
  plan: Plan,
  settings: ReplaySettings,
  { stdout, stderr }: Surroundings,
): Promise<number> {
  const entries: EntrySummary[] = []
  for await (const entry of entriesOf(journal, plan)) entries.push(entry)
  if (settings.json)
    stdout.write(
      `${JSON.stringify({ ...planJson(plan), entries: entries.map(entryJson) }, null, 2)}\n`,
    )
  else {
    if (entries.length > 0) stdout.write(entriesTable(entries, settings['max-column-width']))
    stderr.write(`dry run, nothing is sent: ${planLine(plan)}`)
  }
  return EXIT.ok
}

async function carryOut(
  journal: Journal,
  wished: Wished,
  settings: ReplaySettings,
  surroundings: Surroundings,
): Promise<number> {
  const { plan, target, mode } = wished
  const { stdin, stdout, stderr, signal } = surroundings
  const allowance = allowanceOf(target, plan.recordedTargets, settings['allow-target'])
  if (allowance === null) throw targetNotAllowed(target, plan.recordedTargets)
  if (mode === 'dry') return dryRun(journal, plan, settings, surroundings)
  if (!settings.json) stderr.write(planLine(plan))
  const host = settings['host-header']
  const progress = progressOn(stderr, plan.planned)
  const summary = await replay(journal, plan, {
    target,
    host: host === 'auto' ? (allowance === 'named' ? 'target' : 'recorded') : host,
    timeout: settings.timeout,
    onFailure: settings['skip-request-errors'] ? 'continue' : 'stop',
    ...(mode === 'each' && {
      ask: askAboutEntry(plan.planned, settings['max-column-width'], { signal, stdin, stdout }),
    }),
    onAttempt: (attempt) => progress.update(attempt),
    signal,
  })
  progress.end()
  stdout.write(
    settings.json ? `${JSON.stringify(summaryJson(summary), null, 2)}\n` : runLines(summary),
  )
  return exitCode(summary)
}

function exitCode({ state, planned, outcomes }: RunSummary): number {
  if (state === 'interrupted') return EXIT.interrupted
  if (state === 'stopped' || outcomes.failed || outcomes.in_doubt) return EXIT.failed
  if (outcomes.differs) return EXIT.differs
  return (outcomes.same ?? 0) + (outcomes.skipped ?? 0) === planned ? EXIT.ok : EXIT.failed
}

function planJson(plan: Plan) {
  const { stream, planned, leftOut } = plan
  return { stream, planned, leftOut }
}

function entryJson(entry: EntrySummary) {
  const { id, method, target, contentType, requestLength, status, verdict, label } = entry
  const arrivedAt = new Date(entry.arrivedAt / 1000).toISOString()
  return { id, arrivedAt, method, target, contentType, requestLength, status, verdict, label }
}

function summaryJson(summary: RunSummary) {
  const { stoppedBy, ...rest } = summary
  return {
    ...rest,
    stoppedBy: stoppedBy && {
      entry: stoppedBy.entry.id,
      method: stoppedBy.entry.method,
      target: stoppedBy.entry.target,
      outcome: stoppedBy.result.outcome,
      detail: stoppedBy.result.detail,
      status: stoppedBy.result.answer?.status ?? null,
    },
  }
}
