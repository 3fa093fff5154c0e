import type { Say } from '../../telemetry/log.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import type { RenewableIdentity } from '../../proxy/server.ts'
import { hasRecorded } from '../../proxy/slots.ts'
import { openAdmin, type Admin } from '../admin.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import {
  databaseSettings,
  migratingFirst,
  openDatabase,
  type Database,
  type DatabaseSettings,
} from '../database.ts'
import { renewableIdentity } from '../identity.ts'
import { stateKeepingMissing } from '../probe-settings.ts'
import { proxySettings, spoolDirOf, type ProxySettings } from '../proxy-settings.ts'
import { replayingSettings, type ReplayingSettings } from '../replay-settings.ts'
import { restoreMissing } from '../restore-settings.ts'
import { startRestoring } from '../restoring.ts'
import { sendingContradictions } from '../sending-settings.ts'
import { startGroupRecording, startRecording, type Recording } from '../recording.ts'
import { logOf } from '../log-settings.ts'
import { sayReady, untilStopped } from '../serving.ts'
import { startStateKeeping } from '../state-keeping.ts'
import { withDefault } from '../settings.ts'
import { clientTlsMissing, upstreamTlsMissing } from '../tls-settings.ts'
import { countBetween, origin } from '../values.ts'
import type { Begin } from '../workers/messages.ts'

export const proxyCommand = command({
  settings: {
    target: origin('the backend'),
    workers: withDefault(
      countBetween(
        1,
        64,
        'processes that serve, for machines with several cores; each is a recorder of its own, with ' +
          'its own --connections and its own spool of --spool-limit',
      ),
      1,
    ),
    ...proxySettings,
    ...replayingSettings,
    ...databaseSettings,
  },
  details: `
Where PostgreSQL is away at the start it is waited for (--database-wait); but where this stream was
recorded with this spool before, the proxy starts at once and entries go to the spool.

SIGHUP: with --tls-cert the files of certificates are read again, and no connection is dropped;
without it, it ends the proxy in order, as SIGTERM does.

With --workers the process that was started serves nobody: it hands out connections, starts a worker
again that died, and is the one to send signals to. All workers record by one clock.

Exit codes: 0 stopped in order, 2 wrong settings, 4 no PostgreSQL, no address or no spool.
Example: reprise proxy --target http://127.0.0.1:3000 --listen 127.0.0.1:8080 --stream shop`,
  missing: (known) => ({
    ...(known.target === undefined && { target: 'http://HOST:PORT' }),
    ...clientTlsMissing(known),
    ...upstreamTlsMissing(known),
    ...stateKeepingMissing(known),
    ...restoreMissing(known),
    ...sendingContradictions(known),
  }),
  async run(settings, surroundings) {
    const log = logOf(settings, surroundings, { component: 'proxy', stream: settings.stream })
    const identity = renewableIdentity(settings, surroundings, log)
    const admin = await openAdmin(settings)
    if (admin.url !== null) surroundings.stdout.write(`admin ${admin.url}\n`)
    let database: Database | null = null
    try {
      if (settings.recording === 'on') {
        const isKnown =
          settings['spool-limit'] > 0 && hasRecorded(spoolDirOf(settings), settings.stream)
        const whenAway = isKnown ? 'go_on' : 'wait'
        admin.waits({ name: 'journal', detail: 'PostgreSQL and its schema are not ready yet' })
        const say: Say = (message, ...more) => {
          admin.waits({ name: 'journal', detail: message })
          log(message, ...more)
        }
        database = await openDatabase(settings, surroundings.signal, say, whenAway)
      }
      const { target, workers, ...common } = settings
      const plan = { settings: common, target: target!, database, identity, admin, log }
      if (workers === 1) await serveAlone(plan, surroundings)
      else await serveAsGroup(workers, plan, surroundings)
      return EXIT.ok
    } finally {
      await database?.close()
      await admin.close()
    }
  },
})

interface Plan {
  settings: ProxySettings & ReplayingSettings & DatabaseSettings
  target: URL
  /** Null where nothing is recorded. */
  database: Database | null
  identity: RenewableIdentity | undefined
  admin: Admin
  log: Say
}

async function serveAlone(plan: Plan, surroundings: Surroundings): Promise<void> {
  const { settings, target, database, identity, admin, log } = plan
  const name = `reprise proxy ${settings.stream}`
  const journal = database && openJournal({ ...database, name })
  try {
    const writer = journal && migratingFirst(journal, database.url)
    const recording = await startRecording(settings, target, writer, identity, admin, log)
    await serve(recording, plan, surroundings)
  } finally {
    await journal?.close()
  }
}

async function serveAsGroup(count: number, plan: Plan, surroundings: Surroundings): Promise<void> {
  const { settings, target, identity, admin, log } = plan
  const database = plan.database && reachedBy(plan.database)
  const begin = { settings, target: target.origin, database }
  const { signal } = surroundings
  const recording = await startGroupRecording({ count, begin, identity, log, signal }, admin)
  await serve(recording, plan, surroundings)
}

/** What of it can be handed to another process. */
function reachedBy({ url, connections, limits }: Database): Begin['database'] {
  return { url, connections, limits }
}

async function serve(
  recording: Recording,
  { settings, target, database, admin, log }: Plan,
  surroundings: Surroundings,
): Promise<void> {
  const keeping = startStateKeeping(settings, target, database, log)
  try {
    const restoring = await startRestoring(settings, target, database, admin, log)
    sayReady(surroundings, recording.url)
    await untilStopped(surroundings.signal)
    await restoring.close()
  } finally {
    await recording.close()
    await keeping.close()
  }
}
