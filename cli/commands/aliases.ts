import type { Journal } from '../../journal/contract.ts'
import { reportAliases, reportEntry, type AliasReport } from '../../replayer/alias-report.ts'
import { aliasExplanation, aliasTable } from '../../replayer/alias-report-show.ts'
import { chooseRun } from '../../replayer/run-choice.ts'
import { aliasReportJson } from '../alias-report-json.ts'
import {
  aliasReportSettings,
  missingOf,
  type AliasReportSettings,
} from '../alias-report-settings.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { withJournal } from '../database.ts'
import { logger } from '../serving.ts'

export const aliasesCommand = command({
  settings: aliasReportSettings,
  words: ['run'],
  wordsMayLack: true,
  details: `
An alias is a value that the backend made up (an id, a token, an ETag): as it was recorded, and as it
came when it was replayed. A run learns them from the answers, and puts the new ones into later
requests where the recording shows that they were used. The values of secrets are never shown.

A value that a request should have used and did not: it stands under 'left alone' with the reason, and
a rule can add it (reprise replay --alias-rules FILE). One that should have been left: forbid it there.

Exit codes: 0 shown, 2 wrong settings, 4 no PostgreSQL, no such stream or run; 130 interrupted.

Examples:
  reprise aliases --stream shop
  reprise aliases 12 --explain --limit 1000
  reprise aliases 12 --entry 4711`,
  missing: missingOf,
  async run(settings, surroundings) {
    const { stdout, stderr, signal } = surroundings
    const log = logger(surroundings, 'aliases')
    return withJournal(settings, signal, log, async (journal) => {
      const report = await reportOf(journal, settings)
      const { id, stream, target } = report.run
      stderr.write(`run ${id} of stream ${stream}, sent to ${target}\n`)
      for await (const piece of piecesOf(report, settings, stdout)) {
        if (signal.aborted) return EXIT.interrupted
        await written(stdout, piece)
      }
      return EXIT.ok
    })
  },
})

async function reportOf(journal: Journal, settings: AliasReportSettings): Promise<AliasReport> {
  const { limit, after, explain, entry } = settings
  const run = await chooseRun(journal, settings.run, settings.stream)
  if (entry !== undefined) return reportEntry(journal, run, entry)
  return reportAliases(journal, run, {
    ...{ limit, uses: explain ? 'told' : 'left' },
    ...(after !== undefined && { after }),
  })
}

function piecesOf(
  report: AliasReport,
  settings: AliasReportSettings,
  { isTTY, columns }: Surroundings['stdout'],
): AsyncIterable<string> {
  if (settings.json) return aliasReportJson(report)
  const widths = {
    column: settings['max-column-width'],
    line: isTTY === true ? columns : undefined,
  }
  const isExplained = settings.explain || settings.entry !== undefined
  return isExplained ? aliasExplanation(report, widths) : aliasTable(report, widths)
}

/** Whoever reads slowly is waited for: what was written and not read yet would be in memory. */
function written(stdout: Surroundings['stdout'], text: string): Promise<void> {
  return new Promise((resolve) => stdout.write(text, () => resolve()))
}
