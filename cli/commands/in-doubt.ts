import { guardedLookup } from '../../replayer/guarded-lookup.ts'
import type { Journal } from '../../journal/contract.ts'
import { isUnsettled } from '../../journal/entry.ts'
import {
  listDoubts,
  probeDoubts,
  settleDoubts,
  type DoubtSelection,
} from '../../replayer/in-doubt.ts'
import { doubtsTable, probesTable } from '../../replayer/in-doubt-show.ts'
import { chooseStream } from '../../replayer/plan.ts'
import { secretIn } from '../../replayer/probe-template.ts'
import type { ProbeOptions } from '../../replayer/probe.ts'
import { confirm } from '../../replayer/prompt.ts'
import { counted } from '../../replayer/show.ts'
import { openClient } from '../../wire/open-client.ts'
import { actor } from '../actor.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { withJournal } from '../database.ts'
import { filterOf } from '../filter-settings.ts'
import { doubtJson, probeJson } from '../in-doubt-json.ts'
import { inDoubtSettings, missingOf, type InDoubtSettings } from '../in-doubt-settings.ts'
import { requireAllowed } from '../allowance.ts'
import { terminalOf } from '../replay-run.ts'
import { logger } from '../serving.ts'
import type { Secrets } from '../../journal/secrets.ts'
import { settingsProblem } from '../settings.ts'
import { upstreamTls, upstreamTlsWarnings } from '../tls-settings.ts'

export const inDoubtCommand = command({
  settings: inDoubtSettings,
  details: `
In doubt is what was, or may have been, delivered to the backend without an answer. A replay stops at
it until it is settled: applied (it is replayed from then on), or not applied.

--probe PATH asks the backend about each: a 2xx means applied, 404 or 410 not applied; for DELETE it
is the other way round. Anything else, and no answer, says nothing. It shows the state of now: what a
later request changed again may look as if it had not been applied. In PATH and in --probe-contains:
  {target}         path and query of the request, as recorded
  {path}           its path alone
  {json:/pointer}  a value of its JSON body (RFC 6901)
  {query:name}     a parameter of its query
  {header:name}    a field of its head, but for secrets
Values are percent-encoded in PATH, but for {target} and {path}. The probe carries the recorded Host
(the backend's own where --allow-target let it through), Authorization and Cookie, and the mark of a
replay. A PATH must be given: '{target}' is the usual one.

Exit codes: 0 nothing is left in doubt (or all was settled, or taken back), 1 with --probe: some are
left in doubt, 2 wrong settings, 3 the list holds unsettled ones, 4 no PostgreSQL, no such stream,
backend not allowed; 130 interrupted, or left at a question.

Examples:
  reprise in-doubt --stream shop --since 2h
  reprise in-doubt --base-url http://127.0.0.1:3000 --probe '{target}' --method PUT DELETE
  reprise in-doubt --base-url http://127.0.0.1:3000 --probe '/things/{json:/id}' --method POST
  reprise in-doubt --id-from 7 --id-to 7 --settle not-applied --yes`,
  missing: (known, surroundings) =>
    missingOf(known, isTerminal(surroundings) ? 'terminal' : 'nobody'),
  async run(settings, surroundings) {
    const log = logger(surroundings, 'in-doubt')
    return withJournal(settings, surroundings.signal, log, async (journal, { secrets }) => {
      const stream = await chooseStream(journal, settings.stream, settings['base-url'])
      const filter = filterOf({ ...settings, verdict: [] })
      const doubts = settings.settle === 'open' ? 'settled' : settings.all ? 'both' : 'unsettled'
      const selection: DoubtSelection = { stream, filter, doubts }
      if (settings.probe !== undefined) {
        requireNoSecret(settings, secrets)
        return probeAll(journal, selection, settings, surroundings)
      }
      if (settings.settle !== undefined)
        return settleAll(journal, selection, settings, surroundings)
      return list(journal, selection, settings, surroundings)
    })
  },
})

async function list(
  journal: Journal,
  selection: DoubtSelection,
  settings: InDoubtSettings,
  { stdout, stderr }: Surroundings,
): Promise<number> {
  const entries = await listDoubts(journal, selection)
  const unsettled = entries.filter(isUnsettled).length
  const { stream } = selection
  if (settings.json) {
    print(stdout, { stream, unsettled, entries: entries.map(doubtJson) })
  } else {
    if (entries.length > 0) stdout.write(doubtsTable(entries, widthsOf(settings, stdout)))
    stderr.write(`${counted(unsettled, 'entry', 'entries')} of stream ${stream} in doubt\n`)
    if (unsettled > 0) stderr.write(HOW_TO_SETTLE)
  }
  return unsettled > 0 ? EXIT.differs : EXIT.ok
}

const HOW_TO_SETTLE = `\
  say what became of them:  --settle applied or not-applied
  or ask the backend:       --base-url URL --probe '{target}'
`

const NONE_UNSETTLED = `\
  none of them is in doubt; --all lists what is settled, and --settle open takes that back
`

async function settleAll(
  journal: Journal,
  selection: DoubtSelection,
  settings: InDoubtSettings,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr } = surroundings
  const word = settings.settle!
  const entries = await listDoubts(journal, selection)
  if (entries.length > 1 && !settings.yes) {
    stderr.write(doubtsTable(entries, widthsOf(settings, stderr)))
    const question = word === 'open' ? 'Put in doubt again' : `Settle as ${word.replace('-', ' ')}`
    const what = `${counted(entries.length, 'entry', 'entries')} of stream ${selection.stream}`
    if (!(await confirm(`${question}: ${what}?`, terminalOf(surroundings)))) {
      stderr.write('Nothing was settled.\n')
      return EXIT.interrupted
    }
  }
  const settlement = word === 'open' ? null : word === 'applied' ? 'applied' : 'not_applied'
  const changed = await settleDoubts(journal, selection, entries, settlement, actor())
  const { stream } = selection
  const ids = entries.map(({ id }) => id)
  if (settings.json) print(stdout, { stream, settlement, changed, entries: ids })
  else {
    const how = settlement === null ? 'in doubt again' : `settled: ${word.replace('-', ' ')}`
    stdout.write(`${counted(changed, 'entry', 'entries')} ${how}\n`)
    if (entries.length === 0 && settlement !== null) stderr.write(NONE_UNSETTLED)
  }
  return EXIT.ok
}

async function probeAll(
  journal: Journal,
  selection: DoubtSelection,
  settings: InDoubtSettings,
  surroundings: Surroundings,
): Promise<number> {
  const { stdout, stderr, signal } = surroundings
  const { stream } = selection
  const target = settings['base-url']!
  const streams = await journal.streams()
  const recorded = streams.find((one) => one.stream === stream)?.targets ?? []
  const allowance = requireAllowed(target, recorded, settings)
  const entries = await listDoubts(journal, selection)
  const tls = upstreamTls(settings)
  const lookup = guardedLookup(target, settings['allow-target'])
  const client = openClient(target, { lookup, tls, http2: settings['upstream-http2'] })
  const log = logger(surroundings, 'in-doubt')
  for (const warning of upstreamTlsWarnings(settings, target)) log(warning)
  const options: ProbeOptions = {
    ...{ target, client, signal, timeout: settings.timeout },
    path: settings.probe!,
    contains: settings['probe-contains'] ?? null,
    host: allowance === 'named' ? 'target' : 'recorded',
  }
  const probes = await probeDoubts(journal, entries, options, actor()).finally(() =>
    client.destroy(),
  )
  const settled = probes.filter(({ outcome }) => outcome !== 'in_doubt').length
  const left = entries.length - settled
  if (settings.json) print(stdout, { stream, settled, left, probes: probes.map(probeJson) })
  else {
    if (probes.length > 0) stdout.write(probesTable(probes, widthsOf(settings, stdout)))
    const what = counted(entries.length, 'entry', 'entries')
    stderr.write(`${what} of stream ${stream}: ${settled} settled, ${left} left in doubt\n`)
  }
  if (signal.aborted) return EXIT.interrupted
  return left > 0 ? EXIT.failed : EXIT.ok
}

/** What is asked stands in logs, and in the journal. */
function requireNoSecret(settings: InDoubtSettings, secrets: Secrets): void {
  for (const flag of ['probe', 'probe-contains'] as const) {
    const template = settings[flag]
    const secret = template && secretIn(template, secrets)
    if (secret !== undefined) {
      throw settingsProblem([`--${flag}: expected no secret in it, got ${secret}`])
    }
  }
}

function print(stdout: Surroundings['stdout'], value: unknown): void {
  stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

function widthsOf(settings: InDoubtSettings, { isTTY, columns }: Surroundings['stdout']) {
  return { column: settings['max-column-width'], line: isTTY === true ? columns : undefined }
}

function isTerminal({ stdin, stderr }: Surroundings): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}
