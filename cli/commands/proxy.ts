import type { Journal } from '../../journal/contract.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { startProxy } from '../../proxy/proxy.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, openDatabase, type Database } from '../database.ts'
import { proxyOptions, proxySettings } from '../proxy-settings.ts'
import { listening } from '../listening.ts'
import { logger, SHUTDOWN_DEADLINE, sayReady, untilStopped } from '../serving.ts'
import { origin } from '../values.ts'

export const proxyCommand = command({
  settings: { target: origin('the backend'), ...proxySettings, ...databaseSettings },
  details: `
Exit codes: 0 stopped in order, 2 wrong settings, 4 no PostgreSQL or no address.
Example: reprise proxy --target http://127.0.0.1:3000 --listen 127.0.0.1:8080 --stream shop`,
  missing: ({ target }) => (target === undefined ? { target: 'http://HOST:PORT' } : {}),
  async run(settings, surroundings) {
    const target = settings.target!
    const { signal } = surroundings
    const log = logger(surroundings, 'proxy')
    let database: Database | null = null
    let journal: Journal | null = null
    try {
      if (settings.recording === 'on') {
        database = await openDatabase(settings, signal, log)
        journal = openJournal({
          url: database.url,
          secrets: database.secrets,
          name: `reprise proxy ${settings.stream}`,
        })
      }
      const proxy = await listening('--listen', settings.listen, () =>
        startProxy(proxyOptions(settings, target, journal, log)),
      )
      sayReady(surroundings, proxy.url)
      await untilStopped(signal)
      await proxy.close(SHUTDOWN_DEADLINE)
      return EXIT.ok
    } finally {
      await journal?.close()
      await database?.close()
    }
  },
})
