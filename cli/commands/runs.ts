import type { Journal } from '../../journal/contract.ts'
import type { Run } from '../../journal/runs.ts'
import { requireSameStream } from '../../replayer/run-choice.ts'
import { attemptsTable, contrastsTable, runsTable } from '../../replayer/runs-show.ts'
import { attemptView, runView, type IsSecret } from '../../replayer/service/views.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { withJournal } from '../database.ts'
import { lookingSettings, printJson, widthsOf } from '../looking-settings.ts'
import { logger } from '../serving.ts'
import { settingsTable, type Settings } from '../settings.ts'
import { count, text } from '../values.ts'

const runsSettings = settingsTable({
  run: count('this run alone, with what came of each of its requests'),
  against: count('with RUN: where this other run of the stream came out differently'),
  stream: { ...text('NAME', 'runs of this stream'), fallbackText: 'all of them' },
  after: count('with RUN: behind this position; with --against behind this entry'),
  ...lookingSettings,
})

type RunsSettings = Settings<typeof runsSettings>

export const runsCommand = command({
  settings: runsSettings,
  words: ['run'],
  details: `
Replays that the journal knows, the newest first, whoever began them.

Exit codes: 0 shown, 2 wrong settings, 3 with --against: they differ, 4 no PostgreSQL or no such run.

Examples:
  reprise runs --stream shop
  reprise runs 12 --limit 1000
  reprise runs 12 --against 11`,
  missing: (known) => ({
    ...(known.run === undefined && known.against !== undefined && { run: 'RUN before --against' }),
  }),
  async run(settings, surroundings) {
    const log = logger(surroundings, 'runs')
    return withJournal(settings, surroundings.signal, log, async (journal, { secrets }) => {
      if (settings.run === undefined) return listRuns(journal, settings, surroundings)
      const run = await journal.run(settings.run)
      return settings.against === undefined
        ? showRun(journal, run, settings, secrets.isSecret, surroundings)
        : showContrasts(journal, run, settings, surroundings)
    })
  },
})

async function listRuns(
  journal: Journal,
  settings: RunsSettings,
  surroundings: Surroundings,
): Promise<number> {
  const { stream, limit } = settings
  const runs = await journal.runs({ limit, ...(stream !== undefined && { stream }) })
  if (settings.json) printJson(surroundings, { runs: runs.map(runView) })
  else if (runs.length === 0) surroundings.stderr.write('there are no runs\n')
  else surroundings.stdout.write(runsTable(runs, widthsOf(settings, surroundings.stdout)))
  return EXIT.ok
}

async function showRun(
  journal: Journal,
  run: Run,
  settings: RunsSettings,
  isSecret: IsSecret,
  surroundings: Surroundings,
): Promise<number> {
  const attempts = await journal.attempts(run, pageOf(settings))
  const { stdout } = surroundings
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

async function showContrasts(
  journal: Journal,
  one: Run,
  settings: RunsSettings,
  surroundings: Surroundings,
): Promise<number> {
  const other = await journal.run(settings.against!)
  requireSameStream(one, other)
  const contrasts = await journal.contrasts(one, other, pageOf(settings))
  const ids = { one: one.id, other: other.id }
  if (settings.json) printJson(surroundings, { contrasts })
  else if (contrasts.length === 0) surroundings.stderr.write('they came out the same\n')
  else {
    const widths = widthsOf(settings, surroundings.stdout)
    surroundings.stdout.write(contrastsTable(contrasts, ids, widths))
  }
  return contrasts.length === 0 ? EXIT.ok : EXIT.differs
}

function pageOf({ after, limit }: RunsSettings) {
  return { limit, ...(after !== undefined && { after }) }
}
