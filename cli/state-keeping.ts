import type { Say } from '../telemetry/log.ts'
import { openJournal } from '../journal/postgres/journal.ts'
import { startStateKeeper } from '../replayer/state/state-keeper.ts'
import type { Database } from './database.ts'
import type { ProxySettings } from './proxy-settings.ts'
import { bootSignsOf } from './restore-settings.ts'
import { upstreamTls } from './tls-settings.ts'

/**
 * Keeps the backend's state beside a recorder, where it was asked for. To be closed when the recorder
 * has ended. It has a connection of its own: nothing that it does may be in the way of recording.
 */
export function startStateKeeping(
  settings: ProxySettings,
  target: URL,
  database: Database | null,
  say: Say,
): { close(): Promise<void> } {
  const probes = settings['state-probe']
  if (probes.length === 0) return NOTHING_KEPT
  if (database === null) {
    say('--recording off: there is no journal to keep the state with')
    return NOTHING_KEPT
  }
  const store = openJournal({
    ...database,
    connections: 1,
    name: `reprise state ${settings.stream}`,
  })
  const keeper = startStateKeeper({
    ...{ store, target, probes, say, stream: settings.stream },
    fields: settings['state-probe-header'],
    timeout: settings['state-timeout'],
    every: settings['state-every'] ?? null,
    most: settings['state-most'],
    life:
      settings.restore === 'off'
        ? null
        : {
            signs: bootSignsOf(settings),
            timeout: settings['check-timeout'],
            failed: settings['restore-failed'],
          },
    connection: { tls: upstreamTls(settings), http2: settings['upstream-http2'] },
  })
  return {
    async close() {
      await keeper.close()
      await store.close()
    },
  }
}

const NOTHING_KEPT = { close: async () => {} }
