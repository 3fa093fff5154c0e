import type { Journal } from '../../journal/contract.ts'
import { compareRuns } from '../../replayer/runs.ts'
import { comparisonText, runsTable } from '../../replayer/runs-show.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { withJournal } from '../database.ts'
import { comparisonJson, runJson } from '../runs-json.ts'
import { missingOf, runFilterOf, runsSettings, type RunsSettings } from '../runs-settings.ts'
import { logger } from '../serving.ts'

export const runsCommand = command({
  settings: runsSettings,
  words: ['run'],
  details: `
Lists replays, the newest first, or holds two of them against each other.

Exit codes: 0 shown (with --against: nothing differs), 2 wrong settings, 3 something differs, 4 no
PostgreSQL, no such run.

Examples:
  reprise runs --stream shop --state stopped,interrupted --since 2d
  reprise runs 12 --against 11`,
  missing: missingOf,
  async run(settings, surroundings) {
    const log = logger(surroundings, 'runs')
    return withJournal(settings, surroundings.signal, log, async (journal) =>
      settings.against === undefined
        ? list(journal, settings, surroundings)
        : compare(journal, [settings.run!, settings.against], settings, surroundings),
    )
  },
})

async function list(
  journal: Journal,
  settings: RunsSettings,
  { stdout, stderr }: Surroundings,
): Promise<number> {
  const { run } = settings
  const runs =
    run === undefined ? await journal.runs(runFilterOf(settings)) : [await journal.run(run)]
  if (settings.json) stdout.write(`${JSON.stringify({ runs: runs.map(runJson) }, null, 2)}\n`)
  else if (runs.length > 0) stdout.write(runsTable(runs, widthsOf(settings, stdout)))
  else stderr.write('no run matches\n')
  return EXIT.ok
}

async function compare(
  journal: Journal,
  ids: readonly [number, number],
  settings: RunsSettings,
  { stdout }: Surroundings,
): Promise<number> {
  const { by, limit, after } = settings
  const page = { by, limit, ...(after !== undefined && { after }) }
  const comparison = await compareRuns(journal, ids, page)
  if (settings.json) stdout.write(`${JSON.stringify(comparisonJson(comparison), null, 2)}\n`)
  else stdout.write(comparisonText(comparison, widthsOf(settings, stdout)))
  return comparison.contrasts.length > 0 ? EXIT.differs : EXIT.ok
}

function widthsOf(settings: RunsSettings, { isTTY, columns }: Surroundings['stdout']) {
  return { column: settings['max-column-width'], line: isTTY === true ? columns : undefined }
}
