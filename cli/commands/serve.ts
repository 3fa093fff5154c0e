import { startService } from '../../replayer/service/service.ts'
import { command, EXIT } from '../command.ts'
import { databaseSettings, withJournal } from '../database.ts'
import { doorMissing, doorOptions, doorSettings } from '../door-settings.ts'
import { listening } from '../listening.ts'
import { spoolDirOf, spoolDirToSee } from '../proxy-settings.ts'
import { verifySettings } from '../probe-settings.ts'
import { replayingSettings } from '../replay-settings.ts'
import { replayingOf, spoolsOf } from '../replaying.ts'
import { restoreCompactMissing, toldSettings } from '../restore-settings.ts'
import { restoringOf } from '../restoring.ts'
import { sendingContradictions } from '../sending-settings.ts'
import { logOf } from '../log-settings.ts'
import { serviceSpans } from '../service-spans.ts'
import { listDefaults, serviceLog, serviceSettings } from '../service-settings.ts'
import { sayReady, untilStopped } from '../serving.ts'
import { withDefault } from '../settings.ts'
import { tracingSettings } from '../tracing.ts'
import { upstreamTlsMissing } from '../tls-settings.ts'
import { address } from '../values.ts'
import { VERSION } from '../version.ts'

export const serveCommand = command({
  settings: {
    listen: withDefault(
      address('where it serves; port 0 takes a free one'),
      { host: '127.0.0.1', port: 8081 },
      '127.0.0.1:8081',
    ),
    'spool-dir': spoolDirToSee,
    ...doorSettings,
    ...serviceSettings,
    ...tracingSettings,
    ...replayingSettings,
    ...toldSettings,
    ...verifySettings,
    ...databaseSettings,
  },
  details: `
The page is at /, the API below /api; its documentation: /api/docs/swagger and /api/docs/redoc.
On 127.0.0.1 without --tokens it answers this machine only, and whoever is on it may do everything. On
another address (--listen 0.0.0.0:8081, in a container) it does not start without --tokens.

Exit codes: 0 stopped in order, 2 wrong settings, 4 no PostgreSQL or no address.

Examples:
  reprise serve
  reprise serve --listen 0.0.0.0:8081 --tokens generate`,
  missing: (known) => ({
    ...upstreamTlsMissing(known),
    ...sendingContradictions(known),
    ...restoreCompactMissing(known),
    ...doorMissing(known, 'listen', known.listen),
  }),
  async run(settings, surroundings) {
    const { signal } = surroundings
    const { listen } = settings
    const log = logOf(settings, surroundings, { component: 'serve' })
    return withJournal(settings, signal, log, async (journal, database) => {
      const { secrets, url } = database
      const defaults = listDefaults(settings)
      const spans = await serviceSpans(settings, log)
      const replaying = await replayingOf(settings, journal, secrets, log)
      const service = await listening('--listen', listen, () =>
        startService({
          ...listen,
          journal,
          version: VERSION,
          defaults,
          isSecret: secrets.isSecret,
          replaying: { ...replaying, ...spans.ofRuns },
          restoring: restoringOf(settings, database, log),
          spools: spoolsOf(spoolDirOf(settings), url),
          door: doorOptions(settings, surroundings),
          allowedHosts: settings['allowed-hosts'],
          ...serviceLog(settings, log),
          ...spans.ofRequests,
        }),
      )
      sayReady(surroundings, service.url)
      await untilStopped(signal)
      await service.close()
      await spans.close()
      return EXIT.ok
    })
  },
})
