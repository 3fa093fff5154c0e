import { maskShot } from '../../journal/masking/shot.ts'
import { guardedLookup } from '../../replayer/guarded-lookup.ts'
import type { Journal } from '../../journal/contract.ts'
import type { RunExplanation } from '../../replayer/run/kept-aliases.ts'
import { chooseStream } from '../../replayer/plan.ts'
import { statesTable, takenLines, verdictLines } from '../../replayer/state/state-view.ts'
import { takeState, type Asking } from '../../replayer/state/take-state.ts'
import { verifyState } from '../../replayer/state/verify-state.ts'
import { counted } from '../../replayer/show.ts'
import { openClient } from '../../wire/open-client.ts'
import { actor } from '../actor.ts'
import { pinsOf, readAliasRules } from '../alias-settings.ts'
import { settingsProblem } from '../settings.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { readCompareRules, RULES_HELP } from '../compare-settings.ts'
import { withJournal } from '../database.ts'
import { requireAllowed } from '../allowance.ts'
import { logger } from '../serving.ts'
import { shotJson, takenJson, verifiedJson } from '../state-json.ts'
import { probeFieldsOf, probesOf } from '../probe-settings.ts'
import { missingOf, stateSettings, type StateSettings } from '../state-settings.ts'
import { upstreamTls, upstreamTlsWarnings } from '../tls-settings.ts'

export const stateCommand = command({
  settings: stateSettings,
  details: `
A probe is a read request whose answer shows the backend's state. Its answer is kept with the journal
(here, or by the proxy with --state-probe) and asked for again after a replay: where nothing is
different but noise, the state is restored. After a replay say which run it was (--run): the values that
the backend made anew in it (reprise aliases) are no differences then. Keep the state while nothing
changes it: what is under way may be in it or not. An answer other than 2xx, 404 and 410 tells nothing
of the state.
${RULES_HELP}

Exit codes: 0 kept, listed, or with --compare restored; 1 a probe could not be asked or compared; 2
wrong settings; 3 with --compare: it differs; 4 no PostgreSQL, no such stream, backend not allowed;
130 interrupted.

Examples:
  reprise state --base-url http://127.0.0.1:3000 --probe 'GET /api/things' '/api/users?all=1'
  reprise replay --base-url http://127.0.0.1:3000 --yes && \\
    reprise state --base-url http://127.0.0.1:3000 --compare --run 12
  reprise state --list --stream shop`,
  missing: missingOf,
  async run(settings, surroundings) {
    const log = logger(surroundings, 'state')
    const rules = await readCompareRules(settings)
    return withJournal(settings, surroundings.signal, log, async (journal) => {
      const stream = await chooseStream(journal, settings.stream, settings['base-url'])
      if (settings.list) return list(journal, stream, settings, surroundings)
      const asking = await askingOf(journal, stream, settings, surroundings)
      const work = settings.compare
        ? compare(journal, { ...asking, rules }, settings, surroundings)
        : keep(journal, { ...asking, rules }, settings, surroundings)
      return work.finally(() => asking.client.destroy())
    })
  },
})

async function list(
  journal: Journal,
  stream: string,
  settings: StateSettings,
  { stdout, stderr }: Surroundings,
): Promise<number> {
  const states = await journal.states({ stream, limit: settings.limit })
  if (settings.json) print(stdout, { stream, states: states.map(shotJson) })
  else {
    if (states.length > 0) stdout.write(statesTable(states, widthsOf(settings, stdout)))
    stderr.write(`${counted(states.length, 'answer', 'answers')} of stream ${stream} kept\n`)
  }
  return EXIT.ok
}

async function askingOf(
  journal: Journal,
  stream: string,
  settings: StateSettings,
  surroundings: Surroundings,
): Promise<Asking> {
  const target = settings['base-url']!
  const streams = await journal.streams()
  const recorded = streams.find((one) => one.stream === stream)?.targets ?? []
  requireAllowed(target, recorded, settings)
  const log = logger(surroundings, 'state')
  for (const warning of upstreamTlsWarnings(settings, target)) log(warning)
  const tls = upstreamTls(settings)
  const lookup = guardedLookup(target, settings['allow-target'])
  return {
    ...{ stream, target, signal: surroundings.signal, timeout: settings.timeout },
    client: openClient(target, { lookup, tls, http2: settings['upstream-http2'] }),
    fields: probeFieldsOf(settings),
  }
}

type Ruled = Asking & { rules: Awaited<ReturnType<typeof readCompareRules>> }

async function keep(
  journal: Journal,
  asking: Ruled,
  settings: StateSettings,
  { stdout }: Surroundings,
): Promise<number> {
  const taken = await takeState(probesOf(settings), asking)
  const { stream, target } = asking
  const detail = { target: target.origin, answers: taken.shots.length }
  await journal.noteDeed({ ...actor(), action: 'keep_state', stream, detail })
  await journal.keepState(taken.shots, settings.most)
  const { failed } = taken
  const shots = taken.shots.map((shot) => maskShot(shot, asking.rules.names).shot)
  if (settings.json) print(stdout, takenJson(asking.stream, { shots, failed }))
  else stdout.write(lines(takenLines(shots, failed)))
  return failed.length > 0 ? EXIT.failed : EXIT.ok
}

async function compare(
  journal: Journal,
  asking: Ruled,
  settings: StateSettings,
  { stdout }: Surroundings,
): Promise<number> {
  const { until } = settings
  const probes = probesOf(settings)
  const explanation = await explanationOf(journal, asking.stream, settings)
  const state = await verifyState(journal, {
    ...{ ...asking, probes, explanation },
    ...(until !== undefined && { until }),
  })
  if (settings.json) print(stdout, verifiedJson(asking.stream, state))
  else stdout.write(lines(verdictLines(state, widthsOf(settings, stdout))))
  return { restored: EXIT.ok, differs: EXIT.differs, unknown: EXIT.failed }[state.outcome]
}

/** What explains other values: the run after which the state is asked for. */
async function explanationOf(
  journal: Journal,
  stream: string,
  settings: StateSettings,
): Promise<RunExplanation | null> {
  if (settings.run === undefined) return null
  const run = await journal.run(settings.run)
  if (run.stream !== stream) {
    throw settingsProblem([
      `--run: expected a run of stream ${stream}, ${run.id} is of ${run.stream}`,
    ])
  }
  return { run, rules: pinsOf(await readAliasRules({ ...settings, aliases: 'found' })) }
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}

function print(stdout: Surroundings['stdout'], value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

function widthsOf(settings: StateSettings, { isTTY, columns }: Surroundings['stdout']) {
  return { column: settings['max-column-width'], line: isTTY === true ? columns : undefined }
}
