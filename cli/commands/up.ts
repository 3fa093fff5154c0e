import { openJournal } from '../../journal/postgres/journal.ts'
import { redactedUrl } from '../../journal/postgres/database.ts'
import { startService } from '../../replayer/service/service.ts'
import { tableLines } from '../../replayer/table.ts'
import { startSimulator } from '../../simulator/main.ts'
import { openAdmin } from '../admin.ts'
import { closeAll, type Closing } from '../closing.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { databaseSettings, openDatabase, tellOfNames } from '../database.ts'
import { doorMissing, doorOptions, doorSettings } from '../door-settings.ts'
import { renewableIdentity } from '../identity.ts'
import { listening } from '../listening.ts'
import { proxySettings, spoolDirOf } from '../proxy-settings.ts'
import { openRecorder } from '../recorder.ts'
import { recorderMissing } from '../recorder-settings.ts'
import { replayingSettings } from '../replay-settings.ts'
import { replayingOf, spoolsOf } from '../replaying.ts'
import { restoringOf } from '../restoring.ts'
import { serviceSpans } from '../service-spans.ts'
import { listDefaults, serviceLog, serviceSettings } from '../service-settings.ts'
import { logOf } from '../log-settings.ts'
import { sayReady, untilStopped } from '../serving.ts'
import { withDefault } from '../settings.ts'
import { address, origin, streamName } from '../values.ts'
import { VERSION } from '../version.ts'
import { simulatorIds } from './simulator.ts'

export const upCommand = command({
  settings: {
    target: origin('the backend; without it, a simulator'),
    ...proxySettings,
    stream: {
      ...streamName('the backend whose mutations these are; the journal keeps streams apart'),
      fallbackText: 'default, or simulator without --target',
    },
    'serve-listen': withDefault(
      address('where the service serves'),
      { host: '127.0.0.1', port: 8081 },
      '127.0.0.1:8081',
    ),
    'simulator-listen': withDefault(
      address('where the simulator serves'),
      { host: '127.0.0.1', port: 8082 },
      '127.0.0.1:8082',
    ),
    'simulator-ids': simulatorIds,
    ...doorSettings,
    ...serviceSettings,
    ...replayingSettings,
    ...databaseSettings,
  },
  details: `
Ctrl-C stops everything in order; a second one forces it. SIGHUP makes the simulator lose its state,
and has the files of --tls-cert read again; where there is neither, it ends everything in order.

It is reprise proxy and reprise serve in one process, for one machine. The page is where the service serves:
http://127.0.0.1:8081.

Exit codes: 0 stopped in order, 2 wrong settings, 4 no PostgreSQL, no address or no spool.

Examples:
  reprise up
  reprise up --target http://127.0.0.1:3000 --stream shop
  reprise up --target http://127.0.0.1:3000 --restore auto --boot-id '/health json /boot_id'`,
  missing: (known) => ({
    ...recorderMissing(known),
    ...doorMissing(known, 'serve-listen', known['serve-listen']),
  }),
  async run(settings, surroundings) {
    const { signal } = surroundings
    // What was sent to the simulator must never be replayed to a backend that somebody cares for.
    const stream = settings.stream ?? (settings.target === undefined ? 'simulator' : 'default')
    const log = logOf(settings, surroundings, { component: 'up', stream })
    const identity = renewableIdentity(settings, surroundings, log)
    const started: Closing = []
    try {
      const admin = await openAdmin(settings)
      started.push(() => admin.close())
      const database = await openDatabase(settings, signal, log)
      started.push(() => database.close())
      const journal = openJournal(database)
      started.push(() => journal.close())
      await tellOfNames(journal, database, log)
      const target = settings.target ?? (await startOwnSimulator())
      const serveListen = settings['serve-listen']
      const { secrets } = database
      const spans = await serviceSpans(settings, log)
      started.push(() => spans.close())
      const replaying = await replayingOf(settings, journal, secrets, log)
      const service = await listening('--serve-listen', serveListen, () =>
        startService({
          ...serveListen,
          journal,
          version: VERSION,
          defaults: listDefaults(settings),
          isSecret: secrets.isSecret,
          replaying: { ...replaying, ...spans.ofRuns },
          restoring: restoringOf(settings, database, log, stream),
          spools: spoolsOf(spoolDirOf(settings), database.url),
          door: doorOptions(settings, surroundings),
          allowedHosts: settings['allowed-hosts'],
          ...serviceLog(settings, log),
          ...spans.ofRequests,
        }),
      )
      started.push(() => service.close())
      const parts = { target, database, identity, admin, log }
      const recorder = await openRecorder({ ...parts, settings: { ...settings, stream } })
      started.push(() => recorder.close())
      const { url } = recorder
      const isSimulated = settings.target === undefined
      sayWhatRuns(surroundings, {
        proxy: url,
        target: target.origin,
        service: service.url,
        admin: admin.url,
        database: database.url,
        isSimulated,
        dataDir: settings['database-url'] === undefined ? settings['data-dir'] : null,
      })
      sayReady(surroundings, url)
      await untilStopped(signal)
      return EXIT.ok
    } finally {
      await closeAll(started)
    }

    async function startOwnSimulator(): Promise<URL> {
      const listen = settings['simulator-listen']
      const simulator = await listening('--simulator-listen', listen, () =>
        startSimulator({ ...listen, ids: settings['simulator-ids'] }),
      )
      started.push(() => simulator.close())
      surroundings.onHangUp(() => simulator.reboot())
      return new URL(simulator.url)
    }
  },
})

interface WhatRuns {
  proxy: string
  target: string
  service: string
  /** Of the recorder's admin port, if it has one. */
  admin: string | null
  database: string
  isSimulated: boolean
  /** Of the embedded PostgreSQL, if it is that. */
  dataDir: string | null
}

function sayWhatRuns({ stdout }: Surroundings, runs: WhatRuns): void {
  const rows: [string, string][] = [
    ['proxy', `${runs.proxy}   (clients talk to this)`],
    [runs.isSimulated ? 'simulator' : 'backend', runs.target],
    ['service', `${runs.service}   (its API: ${runs.service}/api/docs/swagger)`],
    ...(runs.admin === null
      ? []
      : [['recorder', `${runs.admin}   (/healthz, /readyz, /metrics)`] as [string, string]]),
    ['journal', redactedUrl(runs.database)],
  ]
  const columns = [
    { title: 'what', value: (row: [string, string]) => row[0] },
    { title: 'where', value: (row: [string, string]) => row[1] },
  ]
  const isElsewhere =
    runs.dataDir !== null && runs.dataDir !== databaseSettings['data-dir'].fallback
  const found = isElsewhere ? ` --data-dir ${runs.dataDir}` : ''
  // Of a certificate that only this machine knows.
  const curl = runs.proxy.startsWith('https:') ? 'curl --insecure' : 'curl'
  const tries = runs.isSimulated
    ? [
        `${curl} -X POST ${runs.proxy}/api/commands -d '{"command": "restart wifi"}'`,
        ...aligned([
          [`curl -X POST ${runs.target}/api/reboot`, 'the backend forgets'],
          [`npx reprise replay --base-url ${runs.target}${found}`, 'and has it back'],
        ]),
      ]
    : [
        `point your clients at ${runs.proxy}, then`,
        `npx reprise replay --base-url ${runs.target}${found} --dry-run`,
      ]
  stdout.write(`${tableLines(columns, rows, { column: 200 }).join('\n')}\n\nTry:\n`)
  for (const line of tries) stdout.write(`  ${line}\n`)
  stdout.write('\n')
}

/** Commands with what they are for behind them, one below the other. */
function aligned(lines: readonly [command: string, why: string][]): string[] {
  const width = Math.max(...lines.map(([command]) => command.length))
  return lines.map(([command, why]) => `${command.padEnd(width)}   # ${why}`)
}
