import type { Say } from '../../telemetry/log.ts'
import { hasRecorded } from '../../proxy/slots.ts'
import { openAdmin } from '../admin.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { openDatabase, type Database } from '../database.ts'
import { renewableIdentity } from '../identity.ts'
import { spoolDirOf } from '../proxy-settings.ts'
import { openRecorder, withStateBeside, type RecorderParts } from '../recorder.ts'
import { recorderMissing, recorderSettings } from '../recorder-settings.ts'
import { startGroupRecording, type Recording } from '../recording.ts'
import { logOf } from '../log-settings.ts'
import { sayReady, untilStopped } from '../serving.ts'
import { withDefault } from '../settings.ts'
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
    ...recorderSettings,
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
    ...recorderMissing(known),
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
      const parts = { settings: common, target: target!, database, identity, admin, log }
      if (workers === 1) await serveAlone(parts, surroundings)
      else await serveAsGroup(workers, parts, surroundings)
      return EXIT.ok
    } finally {
      await database?.close()
      await admin.close()
    }
  },
})

async function serveAlone(parts: RecorderParts, surroundings: Surroundings): Promise<void> {
  await serve(await openRecorder(parts), surroundings)
}

async function serveAsGroup(
  count: number,
  parts: RecorderParts,
  surroundings: Surroundings,
): Promise<void> {
  const { settings, target, identity, admin, log } = parts
  const database = parts.database && reachedBy(parts.database)
  const begin = { settings, target: target.origin, database }
  const { signal } = surroundings
  const recording = await startGroupRecording({ count, begin, identity, log, signal }, admin)
  await serve(await withStateBeside(recording, parts), surroundings)
}

/** What of it can be handed to another process. */
function reachedBy({ url, connections, limits }: Database): Begin['database'] {
  return { url, connections, limits }
}

async function serve(recording: Recording, surroundings: Surroundings): Promise<void> {
  sayReady(surroundings, recording.url)
  await untilStopped(surroundings.signal)
  await recording.close()
}
