import type { Journal } from '../../journal/contract.ts'
import { compareRuns } from '../../replayer/runs.ts'
import { attemptsTable, comparisonText, runsTable } from '../../replayer/runs-show.ts'
import { attemptView, runView, type IsSecret } from '../../replayer/service/views.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { withJournal } from '../database.ts'
import { missingOf, runFilterOf, runsSettings, type RunsSettings } from '../runs-settings.ts'
import { printJson, widthsOf } from '../looking-settings.ts'
import { logger } from '../serving.ts'

export const runsCommand = command({
  settings: runsSettings,
  words: ['run'],
  details: `
Lists replays, the newest first, shows what came of each request of one, or holds two of them against
each other.

Exit codes: 0 shown (with --against: nothing differs), 2 wrong settings, 3 something differs, 4 no
PostgreSQL, no such run.

Examples:
  reprise runs --stream shop --state stopped,interrupted --since 2d
  reprise runs 12 --limit 1000
  reprise runs 12 --against 11`,
  missing: missingOf,
  async run(settings, surroundings) {
    const log = logger(surroundings, 'runs')
    return withJournal(settings, surroundings.signal, log, async (journal, { secrets }) => {
      const { run, against } = settings
      if (run === undefined) return list(journal, settings, surroundings)
      return against === undefined
        ? showRun(journal, run, settings, secrets.isSecret, surroundings)
        : compare(journal, [run, against], settings, surroundings)
    })
  },
})

async function list(
  journal: Journal,
  settings: RunsSettings,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr } = surroundings
  const runs = await journal.runs(runFilterOf(settings))
  if (settings.json) printJson(surroundings, { runs: runs.map(runView) })
  else if (runs.length > 0) stdout.write(runsTable(runs, widthsOf(settings, stdout)))
  else stderr.write('no run matches\n')
  return EXIT.ok
}

async function showRun(
  journal: Journal,
  id: number,
  settings: RunsSettings,
  isSecret: IsSecret,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout } = surroundings
  const { limit, after } = settings
  const run = await journal.run(id)
  const attempts = await journal.attempts(run, { limit, ...(after !== undefined && { after }) })
  if (settings.json) {
    const shown = attempts.map((one) => attemptView(one, isSecret))
    printJson(surroundings, { run: runView(run), attempts: shown })
    return EXIT.ok
  }
  const widths = widthsOf(settings, stdout)
  stdout.write(runsTable([run], widths))
  if (attempts.length > 0) stdout.write(`\n${attemptsTable(attempts, widths)}`)
  return EXIT.ok
}

async function compare(
  journal: Journal,
  ids: readonly [number, number],
  settings: RunsSettings,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout } = surroundings
  const { by, limit, after } = settings
  const page = { by, limit, ...(after !== undefined && { after }) }
  const comparison = await compareRuns(journal, ids, page)
  const { one, other, contrasts } = comparison
  if (settings.json)
    printJson(surroundings, { one: runView(one), other: runView(other), contrasts })
  else stdout.write(comparisonText(comparison, widthsOf(settings, stdout)))
  return contrasts.length > 0 ? EXIT.differs : EXIT.ok
}
