import type { Journal } from '../../journal/contract.ts'
import { chooseStream, makePlan, selectionOf } from '../../replayer/plan.ts'
import { requireVerified } from '../../replayer/compacting/sparing.ts'
import { confirmRun, type Wished } from '../../replayer/prompt.ts'
import { planLine } from '../../replayer/show.ts'
import { runWizard } from '../../replayer/wizard.ts'
import { command, EXIT, type Missing, type Surroundings } from '../command.ts'
import { requireAllowed } from '../allowance.ts'
import { withJournal } from '../database.ts'
import { filterOf } from '../filter-settings.ts'
import { plannedRun, requireAny } from '../planned-run.ts'
import { carryOut, dryRun, terminalOf } from '../replay-run.ts'
import { ledgerPlace } from '../replaying.ts'
import { keepHeapSmall } from '../small-heap.ts'
import { replayMissing, replaySettings, type ReplaySettings } from '../replay-settings.ts'
import { ALIAS_RULES_HELP } from '../alias-settings.ts'
import { RULES_HELP } from '../compare-settings.ts'
import { learnNoise } from '../learn-noise.ts'
import { learningMissing } from '../learning-settings.ts'
import { resumedSettings } from '../resumed-settings.ts'
import { logger } from '../serving.ts'
import { parseUrl } from '../values.ts'

export const replayCommand = command({
  settings: replaySettings,
  details: `
On a terminal, without --base-url, it asks for what was not given. What is sent: the entries that
match every filter and that the backend had applied (--verdict selects others), and the reads that
they need (a page with a token, a login), where those were recorded as context. The order, and what
--lanes does to it: reprise plan --help. --dry-run shows the same as reprise plan.
Everything that the filters select is sent, also what stands before a checkpoint, but with --from-checkpoint;
and what later requests make needless, but with --compact, by rules that were verified (reprise compact
--help).
${ALIAS_RULES_HELP}
${RULES_HELP}

--learn-noise FILE --second-url URL replays to two backends, which both must be fresh and the same but
for where they are. What differs between their answers is no matter of the recording: it is written to
FILE as rules, and --noise FILE takes it out of comparisons from then on. Rules that were in the file
stay, comments in it do not. Where the two runs do not match, nothing is learned.

With --probe, or with --state-probe in the file that the proxy shares, the backend is asked for its
state once the run has reached its end: 'state restored' is said where it is the kept one (see reprise
state), but for noise and the values that the backend made anew in this run (reprise aliases).

Exit codes: 0 every selected entry was answered as recorded (or a dry run), and the state, where it was
asked for, is restored; 1 a request failed, the run stopped before its end (at an entry in doubt, too),
the state could not be asked for, or no noise be learned; 2 wrong settings; 3 all answered but not all
as recorded, or the state differs; 4 no PostgreSQL, no such stream, nothing selected, target not allowed;
130 interrupted, or left at a question.

Examples:
  reprise replay --base-url http://127.0.0.1:3000 --stream shop --since 2h --dry-run
  reprise replay --resume 12 --in-flight skip
  reprise replay --base-url http://127.0.0.1:3000 --yes --probe 'GET /api/state'
  reprise replay --base-url http://127.0.0.1:3000 --yes --learn-noise noise.yaml \\
    --second-url http://127.0.0.1:3001
  reprise replay --base-url http://127.0.0.1:3000 --excluded-urls /login '/metrics/*' --yes`,
  missing: (known, { stdin, stderr }) => missingOf(known, isTerminal({ stdin, stderr })),
  async run(given, surroundings) {
    const { signal } = surroundings
    const log = logger(surroundings, 'replay')
    keepHeapSmall()
    return withJournal(given, signal, log, async (journal, { secrets }) => {
      const settings = await asBegun(journal, given, surroundings)
      const wished = await settle(journal, settings, surroundings)
      if (wished === null) return EXIT.interrupted
      if (wished.mode === 'dry') return dryRun(journal, wished.plan, settings, surroundings)
      const run = settings['learn-noise'] === undefined ? carryOut : learnNoise
      const ledger = ledgerPlace(settings['data-dir'], secrets)
      return run(journal, wished, settings, surroundings, ledger)
    })
  },
})

/** Everything by flags where nobody can be asked. */
function missingOf(known: Partial<ReplaySettings>, onTerminal: boolean): Missing {
  const tls = {
    ...replayMissing(known),
    ...learningMissing(known),
    ...resumedMissing(known),
    ...(known.explain !== undefined && !known['dry-run'] && { explain: '--dry-run with it' }),
  }
  // A run knows where it goes, and whoever names it has been asked.
  if (known['dry-run'] || known.resume !== undefined || (onTerminal && isToBeAsked(known)))
    return tls
  const mayGoAhead = onTerminal || known.yes
  return {
    ...tls,
    ...(known['base-url'] === undefined && { 'base-url': 'http://HOST:PORT' }),
    ...(known.interactive && !onTerminal && { interactive: 'a terminal to ask on' }),
    ...(!mayGoAhead &&
      !known.interactive && { yes: 'it, or --dry-run, where there is no terminal to ask on' }),
  }
}

/** A run that goes on sends what it was begun with. */
function resumedMissing(known: Partial<ReplaySettings>): Missing {
  if (known.resume === undefined) return {}
  return {
    ...(known.compact && { compact: 'either it or --resume' }),
    ...(known['from-checkpoint'] && { 'from-checkpoint': 'either it or --resume' }),
  }
}

function isTerminal({ stdin, stderr }: Pick<Surroundings, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}

/** Whether so little was given that the wizard asks. */
function isToBeAsked(known: Partial<ReplaySettings>): boolean {
  const asked = ['yes', 'dry-run', 'interactive', 'compact', 'from-checkpoint'] as const
  return (
    known['base-url'] === undefined &&
    known.resume === undefined &&
    !asked.some((name) => known[name])
  )
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
  if (settings.resume !== undefined) return resumed(journal, settings.resume, settings, stderr)
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
  const plan = await plannedRun(journal, settings)
  if (settings['dry-run']) {
    return { plan, target: settings['base-url'] ?? NOWHERE, mode: 'dry' }
  }
  requireAny(plan, filter)
  await requireVerified(journal, plan)
  const target = settings['base-url']!
  requireAllowed(target, plan.recordedTargets, settings)
  const wished = { plan, target, mode: settings.interactive ? 'each' : 'all' } as const
  stderr.write(planLine(plan))
  if (settings.yes || settings.interactive || plan.planned === 0) return wished
  if (await confirmRun(wished, terminal)) return wished
  stderr.write('Nothing was sent.\n')
  return null
}

/** The settings, and for a run that goes on those that it was begun with. */
async function asBegun(
  journal: Journal,
  given: ReplaySettings,
  { stderr }: Surroundings,
): Promise<ReplaySettings> {
  if (given.resume === undefined) return given
  const { settings, told } = resumedSettings(given, await journal.run(given.resume))
  if (told !== null) stderr.write(`it goes on with ${told}\n`)
  return settings
}

/** What a run that is to go on still has to send, and where. */
async function resumed(
  journal: Journal,
  id: number,
  settings: ReplaySettings,
  stderr: Surroundings['stderr'],
): Promise<Wished> {
  const run = await journal.run(id)
  const plan = await makePlan(journal, selectionOf(run))
  const target = settings['base-url'] ?? parseUrl(run.target)
  requireAllowed(target, plan.recordedTargets, settings)
  stderr.write(planLine(plan))
  return { plan, target, mode: settings['dry-run'] ? 'dry' : 'all' }
}

/** A dry run goes nowhere. */
const NOWHERE = new URL('http://127.0.0.1')
