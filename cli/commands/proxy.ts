import type { Journal, JournalWriter } from '../../journal/contract.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { migrate } from '../../journal/postgres/migrate.ts'
import { hasRecorded } from '../../proxy/slots.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, openDatabase, type Database } from '../database.ts'
import { renewableIdentity } from '../identity.ts'
import { proxySettings, spoolDirOf } from '../proxy-settings.ts'
import { startRecording } from '../recording.ts'
import { logger, sayReady, untilStopped } from '../serving.ts'
import { clientTlsMissing, upstreamTlsMissing } from '../tls-settings.ts'
import { origin } from '../values.ts'

export const proxyCommand = command({
  settings: { target: origin('the backend'), ...proxySettings, ...databaseSettings },
  details: `
Where PostgreSQL is away at the start it is waited for (--database-wait); but where this stream was
recorded with this spool before, the proxy starts at once and entries go to the spool.

SIGHUP: with --tls-cert the files of certificates are read again, and no connection is dropped;
without it, it ends the proxy in order, as SIGTERM does.

Exit codes: 0 stopped in order, 2 wrong settings, 4 no PostgreSQL, no address or no spool.
Example: reprise proxy --target http://127.0.0.1:3000 --listen 127.0.0.1:8080 --stream shop`,
  missing: (known) => ({
    ...(known.target === undefined && { target: 'http://HOST:PORT' }),
    ...clientTlsMissing(known),
    ...upstreamTlsMissing(known),
  }),
  async run(settings, surroundings) {
    const target = settings.target!
    const { signal } = surroundings
    const log = logger(surroundings, 'proxy')
    const identity = renewableIdentity(settings, surroundings, log)
    let database: Database | null = null
    let journal: Journal | null = null
    try {
      if (settings.recording === 'on') {
        const isKnown =
          settings['spool-limit'] > 0 && hasRecorded(spoolDirOf(settings), settings.stream)
        database = await openDatabase(settings, signal, log, isKnown ? 'go_on' : 'wait')
        journal = openJournal({ ...database, name: `reprise proxy ${settings.stream}` })
      }
      const writer = journal && database && migratingFirst(journal, database)
      const recording = await startRecording(settings, target, writer, identity, log)
      if (recording.admin !== null) surroundings.stdout.write(`admin ${recording.admin}\n`)
      sayReady(surroundings, recording.proxy.url)
      await untilStopped(signal)
      await recording.close()
      return EXIT.ok
    } finally {
      await journal?.close()
      await database?.close()
    }
  },
})

/** Whoever started without PostgreSQL brings the schema up to date when it is there. */
function migratingFirst(journal: Journal, { url }: Database): JournalWriter {
  return {
    ...journal,
    async enrol(recorder, lease) {
      await migrate({ url })
      return journal.enrol(recorder, lease)
    },
  }
}
