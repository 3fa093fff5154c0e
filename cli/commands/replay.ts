import type { Journal } from '../../journal/contract.ts'
import { chooseStream, makePlan } from '../../replayer/plan.ts'
import { confirmRun, type Wished } from '../../replayer/prompt.ts'
import { planLine } from '../../replayer/show.ts'
import { runWizard } from '../../replayer/wizard.ts'
import { command, EXIT, type Missing, type Surroundings } from '../command.ts'
import { withJournal } from '../database.ts'
import { filterOf } from '../filter-settings.ts'
import { carryOut, dryRun, requireAllowed, terminalOf } from '../replay-run.ts'
import { replaySettings, type ReplaySettings } from '../replay-settings.ts'
import { logger } from '../serving.ts'
import { upstreamTlsMissing } from '../tls-settings.ts'
import { parseUrl } from '../values.ts'

export const replayCommand = command({
  settings: replaySettings,
  details: `
On a terminal, without --base-url, it asks for what was not given. What is sent: the entries that
match every filter and that the backend had applied (--verdict selects others). The order, and what
--lanes does to it: reprise plan --help. --dry-run shows the same as reprise plan.

Exit codes: 0 every selected entry was answered as recorded (or a dry run), 1 a request failed or
the run stopped before its end (at an entry in doubt, too), 2 wrong settings, 3 all answered but not all as recorded,
4 no PostgreSQL, no such stream, target not allowed; 130 interrupted, or left at a question.

Examples:
  reprise replay --base-url http://127.0.0.1:3000 --stream shop --since 2h --dry-run
  reprise replay --base-url http://127.0.0.1:3000 --excluded-urls /login '/metrics/*' --yes`,
  missing: (known, { stdin, stderr }) => missingOf(known, isTerminal({ stdin, stderr })),
  async run(settings, surroundings) {
    const { signal } = surroundings
    const log = logger(surroundings, 'replay')
    return withJournal(settings, signal, log, async (journal) => {
      const wished = await settle(journal, settings, surroundings)
      if (wished === null) return EXIT.interrupted
      return wished.mode === 'dry'
        ? dryRun(journal, wished.plan, settings, surroundings)
        : carryOut(journal, wished, settings, surroundings)
    })
  },
})

/** Everything by flags where nobody can be asked. */
function missingOf(known: Partial<ReplaySettings>, onTerminal: boolean): Missing {
  const tls = {
    ...upstreamTlsMissing(known),
    ...(known.explain !== undefined && !known['dry-run'] && { explain: '--dry-run with it' }),
  }
  if (known['dry-run'] || (onTerminal && isToBeAsked(known))) return tls
  const mayGoAhead = onTerminal || known.yes
  return {
    ...tls,
    ...(known['base-url'] === undefined && { 'base-url': 'http://HOST:PORT' }),
    ...(known.interactive && !onTerminal && { interactive: 'a terminal to ask on' }),
    ...(!mayGoAhead &&
      !known.interactive && { yes: 'it, or --dry-run, where there is no terminal to ask on' }),
  }
}

function isTerminal({ stdin, stderr }: Pick<Surroundings, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}

/** Whether so little was given that the wizard asks. */
function isToBeAsked(known: Partial<ReplaySettings>): boolean {
  return known['base-url'] === undefined && !known.yes && !known['dry-run'] && !known.interactive
}

/** What is to be done, asked for where it was not given; null: left. */
async function settle(
  journal: Journal,
  settings: ReplaySettings,
  surroundings: Surroundings,
): Promise<Wished | null> {
  const { stderr } = surroundings
  const terminal = terminalOf(surroundings)
  const filter = filterOf(settings)
  const inDoubt = settings['in-doubt']
  if (isToBeAsked(settings)) {
    const stream = settings.stream && (await chooseStream(journal, settings.stream))
    const maxColumnWidth = settings['max-column-width']
    const parseTarget = (text: string, recorded: readonly string[]) => {
      const target = parseUrl(text)
      requireAllowed(target, recorded, settings)
      return target
    }
    return runWizard(journal, { stream, filter, inDoubt, maxColumnWidth, parseTarget }, terminal)
  }
  const stream = await chooseStream(journal, settings.stream, settings['base-url'])
  if (settings['dry-run']) {
    const plan = await makePlan(journal, { stream, filter, inDoubt })
    return { plan, target: settings['base-url'] ?? NOWHERE, mode: 'dry' }
  }
  const plan = await makePlan(journal, { stream, filter, inDoubt })
  const target = settings['base-url']!
  requireAllowed(target, plan.recordedTargets, settings)
  const wished = { plan, target, mode: settings.interactive ? 'each' : 'all' } as const
  stderr.write(planLine(plan))
  if (settings.yes || settings.interactive || plan.planned === 0) return wished
  if (await confirmRun(wished, terminal)) return wished
  stderr.write('Nothing was sent.\n')
  return null
}

/** A dry run goes nowhere. */
const NOWHERE = new URL('http://127.0.0.1')
