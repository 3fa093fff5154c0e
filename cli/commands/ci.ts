import { messageOf, Problem } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'
import { verdictWords, type Tested } from '../../replayer/ci/summary.ts'
import { printable } from '../../replayer/table.ts'
import { actor } from '../actor.ts'
import { acceptAnswers, keyOf, type Accepted, type Differing } from '../ci/accepting.ts'
import { CiReport } from '../ci/reporting.ts'
import { isOpen } from '../ci/ready.ts'
import { ciMissing, ciSettings, type CiSettings } from '../ci/settings.ts'
import { takeIn } from '../ci/taking-in.ts'
import { startCommand, type TestedCommand } from '../ci/tested-command.ts'
import { testBuild } from '../ci/testing.ts'
import { withWorkplace, type Workplace } from '../ci/workplace.ts'
import { closedAfter } from '../closing.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { keysGiven, openFile, type JournalFile } from '../file-settings.ts'
import { printJson } from '../looking-settings.ts'
import { logger } from '../serving.ts'

export const ciCommand = command({
  settings: ciSettings,
  words: ['file'],
  behind: 'command',
  details: `
Sends what a journal file holds to a build, and holds each answer against the recorded one. What of an answer
counts, what is renamed, in which order requests go: as with reprise replay, whose help says more. With --probe
the state behind all of it is compared with the one that the file holds.

--update takes the answers that differ for right: they take the place of the recorded ones in the file. What is
no difference (times, generated ids) stays as it was recorded, so that version control shows only what
changed. Requests that failed are never accepted.

Exit codes: 0 every answer is as recorded, or was accepted; 1 a request failed, or the test stopped before its
end; 2 wrong settings; 3 all answered but not all as recorded; 4 nothing could be tested: the file cannot be
used, the command did not get ready, nothing listens at --target, no PostgreSQL; 130 interrupted.

Examples:
  reprise ci shop.reprise.jsonl --ready 3000 --junit report.xml -- node server.js
  reprise ci shop.reprise.jsonl --ready http://127.0.0.1:3000/health --command 'npm start' --update
  reprise ci shop.reprise.jsonl --target http://127.0.0.1:3000 --probe 'GET /api/state'`,
  missing: (known) => ciMissing(known),
  async run(settings, surroundings) {
    const { signal } = surroundings
    const log = logger(surroundings, 'ci')
    const report = new CiReport(settings, surroundings)
    try {
      return await closedAfter(async (opened) => {
        const file = await openFile(settings.file!, settings, keysGiven(settings), surroundings)
        opened.push(() => file.close())
        // What is wrong at its beginning is said before anything is started.
        for await (const _ of file.read()) break
        return withWorkplace(settings, signal, log, async (place) => {
          const lines = await takeIn(place, file, actor())
          const target = await start(settings, surroundings, log)
          try {
            return await test({ place, file, lines, target, report }, settings, surroundings)
          } finally {
            await target?.stop()
          }
        })
      })
    } catch (error) {
      // Wherever the report is looked at, it must be seen there.
      report.fail(
        error instanceof Problem
          ? `${error.message} [${error.code}]`
          : `${signal.aborted ? 'interrupted: ' : ''}${messageOf(error)}`,
      )
      throw error
    }
  },
})

interface Testing {
  place: Workplace
  file: JournalFile
  /** Of each entry, by `keyOf`. */
  lines: ReadonlyMap<string, number>
  /** Null: it was there already. */
  target: TestedCommand | null
  report: CiReport
}

async function test(
  { place, file, lines, target, report }: Testing,
  settings: CiSettings,
  surroundings: Surroundings,
): Promise<number> {
  const differing: Differing = new Map()
  const { code, ended, run } = await testBuild(place, settings, surroundings, {
    report,
    lineOf: (entry) => lines.get(keyOf(entry)) ?? null,
    onDiffers: (attempt) => {
      if (settings.update) differing.set(keyOf(attempt.entry), attempt)
    },
  })
  const why = target?.ended() ?? null
  const reason = why === null ? ended : `the command ended with ${why} while it was tested`
  const accepted =
    settings.update && differing.size > 0
      ? await accept({ place, file, run, differing }, settings)
      : null
  const tested = report.close(reason, settings.update ? (accepted?.accepted ?? 0) : null)
  tell(tested, accepted, settings, surroundings)
  if (code !== EXIT.ok && target !== null) {
    const output = target.output()
    if (output !== '') surroundings.stderr.write(`the last of what the command wrote:\n${output}\n`)
  }
  const isAccepted = accepted !== null && accepted.left.length === 0
  return code === EXIT.differs && isAccepted && tested.troubles.every(isOfEntry) ? EXIT.ok : code
}

/** Of a state nothing can be accepted: reprise state keeps it. */
function isOfEntry({ line }: { line: number | null }): boolean {
  return line !== null
}

function accept(
  {
    place,
    file,
    run,
    differing,
  }: Pick<Testing, 'place' | 'file'> & { run: number; differing: Differing },
  settings: CiSettings,
): Promise<Accepted> {
  const { journal, stream, database } = place
  return acceptAnswers({
    ...{ file, path: settings.file!, differing, journal },
    key: file.isSealed ? (keysGiven(settings)[0] ?? null) : null,
    run: { stream, id: run },
    secrets: database.secrets,
  })
}

function tell(
  tested: Tested,
  accepted: Accepted | null,
  { json, file }: CiSettings,
  surroundings: Surroundings,
): void {
  const { stdout, stderr } = surroundings
  if (json) {
    printJson(surroundings, { ...tested, ...(accepted && { notAccepted: accepted.left }) })
    return
  }
  for (const { name, line, detail, differences } of tested.troubles) {
    const place = line === null ? '' : `${file}:${line}: `
    // Of several the detail is the first, and how many more there are.
    const why = differences.length > 1 ? 'it is not as recorded' : detail
    stdout.write(`${place}${printable(`${name}: ${why}`)}\n`)
    if (differences.length < 2) continue
    for (const one of differences.slice(0, 20)) stdout.write(`    ${one}\n`)
  }
  stdout.write(`${verdictWords(tested)}\n`)
  if (accepted === null) return
  stdout.write(`${accepted.accepted} accepted: ${file} was written anew\n`)
  for (const line of accepted.left) {
    stderr.write(`${file}:${line}: not accepted: what came is not kept whole\n`)
  }
}

async function start(settings: CiSettings, { env, signal }: Surroundings, say: Say) {
  const { command, ready, target } = settings
  const { 'ready-timeout': timeout, 'stop-timeout': stopTimeout } = settings
  if (command === undefined) {
    await requireThere(target!)
    return null
  }
  return startCommand({ command, ready: ready!, timeout, stopTimeout, env, signal, say })
}

/** Where nobody listens nothing can be tested: that is no failure of each entry. */
async function requireThere(target: URL): Promise<void> {
  if (await isOpen(target)) return
  throw new Problem('target_away', `nothing listens at ${target.host}`, {
    source: 'upstream',
    hint: 'start it first, or have it started: --command and --ready',
  })
}
