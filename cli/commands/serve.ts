import { startService } from '../../replayer/service/service.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { doorMissing, doorOptions, doorSettings } from '../door-settings.ts'
import { listening } from '../listening.ts'
import { listDefaults, serviceSettings } from '../service-settings.ts'
import { logger, sayReady, untilStopped } from '../serving.ts'
import { withDefault } from '../settings.ts'
import { address } from '../values.ts'
import { VERSION } from '../version.ts'

export const serveCommand = command({
  settings: {
    listen: withDefault(
      address('where it serves; port 0 takes a free one'),
      { host: '127.0.0.1', port: 8081 },
      '127.0.0.1:8081',
    ),
    ...doorSettings,
    ...serviceSettings,
    ...databaseSettings,
  },
  details: `
Documentation of the API: /api/docs/swagger and /api/docs/redoc.
On 127.0.0.1 without --tokens it answers this machine only, and whoever is on it may do everything. On
another address (--listen 0.0.0.0:8081, in a container) it does not start without --tokens.

Exit codes: 0 stopped in order, 2 wrong settings, 4 no PostgreSQL or no address.`,
  missing: (known) => doorMissing(known, 'listen', known.listen),
  async run(settings, surroundings) {
    const { signal } = surroundings
    const { listen } = settings
    return withJournal(
      settings,
      signal,
      logger(surroundings, 'serve'),
      async (journal, { secrets }) => {
        const defaults = listDefaults(settings)
        const service = await listening('--listen', listen, () =>
          startService({
            ...listen,
            journal,
            version: VERSION,
            defaults,
            isSecret: secrets.isSecret,
            door: doorOptions(settings, surroundings),
            allowedHosts: settings['allowed-hosts'],
          }),
        )
        sayReady(surroundings, service.url)
        await untilStopped(signal)
        await service.close()
        return EXIT.ok
      },
    )
  },
})
