import { setTimeout as delay } from 'node:timers/promises'
import type { Journal } from '../../journal/contract.ts'
import type { Run } from '../../journal/runs.ts'
import { continueRun, pauseRun, stopRun } from '../../replayer/held-runs.ts'
import { compareRuns } from '../../replayer/runs.ts'
import {
  attemptsTable,
  comparisonText,
  entryAttemptsTable,
  runsTable,
} from '../../replayer/runs-show.ts'
import { attemptView, drivenView, runView, type IsSecret } from '../../replayer/service/views.ts'
import { watchedRun } from '../../replayer/watched-run.ts'
import { watchedOn } from '../../replayer/watched-run-show.ts'
import { actor } from '../actor.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { withJournal } from '../database.ts'
import {
  holdOf,
  missingOf,
  runFilterOf,
  runsSettings,
  type RunsSettings,
} from '../runs-settings.ts'
import { printJson, widthsOf } from '../looking-settings.ts'
import { logger } from '../serving.ts'

export const runsCommand = command({
  settings: runsSettings,
  words: ['run'],
  wordsMayLack: true,
  details: `
Lists replays, the newest first, shows what came of each request of one, or of one entry in all of them, or
holds two of them against each other. One that is running is watched, paused or stopped from anywhere,
whoever drives it: a service, another command line, or a restore.

Exit codes: 0 shown or done (--against: nothing differs; --watch: all as recorded), 1 watched, and it did not
come to its end, or a request failed, 2 wrong settings, 3 something differs, 4 no PostgreSQL, no such run,
or nobody drives it, 130 watched until it was interrupted.

Examples:
  reprise runs --stream shop --state stopped,interrupted --since 2d
  reprise runs 12 --limit 1000
  reprise runs 12 --against 11
  reprise runs --entry 4711
  reprise runs 12 --watch
  reprise runs 12 --stop`,
  missing: missingOf,
  async run(settings, surroundings) {
    const log = logger(surroundings, 'runs')
    return withJournal(settings, surroundings.signal, log, async (journal, { secrets }) => {
      const { run, against, entry } = settings
      if (entry !== undefined) {
        return showEntry(journal, entry, settings, secrets.isSecret, surroundings)
      }
      if (run === undefined) return list(journal, settings, surroundings)
      const hold = holdOf(settings)
      if (hold !== undefined) {
        const held = await HOLDS[hold](journal, run, actor())
        if (!settings.watch) return showHeld(held, settings, surroundings)
      }
      if (settings.watch) return watch(journal, run, settings, surroundings)
      return against === undefined
        ? showRun(journal, run, settings, secrets.isSecret, surroundings)
        : compare(journal, [run, against], settings, surroundings)
    })
  },
})

/** What came of an entry in all runs. */
async function showEntry(
  journal: Journal,
  id: number,
  settings: RunsSettings,
  isSecret: IsSecret,
  surroundings: Surroundings,
): Promise<number> {
  const attempts = await journal.attemptsOf(await journal.entry(id), settings.limit)
  if (settings.json) {
    const shown = attempts.map((one) => ({ ...attemptView(one, isSecret), run: one.run }))
    printJson(surroundings, { attempts: shown })
  } else if (attempts.length === 0) surroundings.stderr.write(`no run has sent entry ${id}\n`)
  else {
    const widths = widthsOf(settings, surroundings.stdout)
    surroundings.stdout.write(entryAttemptsTable(attempts, widths))
  }
  return EXIT.ok
}

const HOLDS = { pause: pauseRun, continue: continueRun, stop: stopRun } as const

function showHeld(run: Run, settings: RunsSettings, surroundings: Surroundings): number {
  if (settings.json) printJson(surroundings, { run: drivenView(run) })
  else surroundings.stdout.write(runsTable([run], widthsOf(settings, surroundings.stdout)))
  return EXIT.ok
}

/** Progress on stderr, and at its end what came of it. */
async function watch(
  journal: Journal,
  id: number,
  settings: RunsSettings,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, signal } = surroundings
  const shown = watchedOn(stderr)
  let last: Run | null = null
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {})
  const look = () => journal.run(id)
  for await (const run of watchedRun({ look, pause, isWatched: () => !signal.aborted })) {
    last = run
    shown.update(run)
    if (settings.json) stdout.write(`${JSON.stringify({ run: drivenView(run) })}\n`)
  }
  shown.end()
  if (last === null || last.state === 'running') return EXIT.interrupted
  if (!settings.json) stdout.write(runsTable([last], widthsOf(settings, stdout)))
  return codeOf(last)
}

function codeOf({ state, outcomes }: Run): number {
  if (state !== 'done' || outcomes.failed || outcomes.in_doubt) return EXIT.failed
  return outcomes.differs ? EXIT.differs : EXIT.ok
}

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
    printJson(surroundings, { run: drivenView(run), attempts: shown })
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
