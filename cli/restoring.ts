import dns from 'node:dns'
import { hostname } from 'node:os'
import { openJournal } from '../journal/postgres/journal.ts'
import type { Journal } from '../journal/contract.ts'
import type { Actor } from '../journal/deed.ts'
import { DEFAULT_RULES } from '../replayer/order/schedule.ts'
import { rulesOfRun } from '../replayer/order/rules.ts'
import { startRestorer } from '../replayer/restoring/restorer.ts'
import type { RestoreOptions } from '../replayer/restoring/restore.ts'
import type { Say } from '../telemetry/log.ts'
import type { Database } from './database.ts'
import type { ReplayingSettings } from './replay-settings.ts'
import { replayingOf } from './replaying.ts'
import { bootSignOf, type ByHandSettings, type RestoreSettings } from './restore-settings.ts'
import type { NamingSettings } from './secret-key.ts'
import { startTelling, type WebhookSettings } from './webhook-settings.ts'

export type RestoringSettings = ByHandSettings &
  ReplayingSettings &
  NamingSettings & { 'data-dir': string }

/** Connections of a restore: one reads ahead while another notes. What is told needs one now and then. */
const CONNECTIONS = 3

/**
 * Restores the backend whenever its state is lost, where it was asked for. To be closed before the
 * recorder is: what is under way is left for another process to go on.
 */
export async function startRestoring(
  settings: RestoringSettings &
    Pick<RestoreSettings, 'restore' | keyof WebhookSettings> & { stream: string },
  target: URL,
  database: Database | null,
  say: Say,
): Promise<{ close(): Promise<void> }> {
  const isTold = settings.webhook.length > 0
  const { restore } = settings
  if (database === null || restore === 'off' || (restore === 'ask' && !isTold))
    return NOTHING_RESTORED
  const { stream } = settings
  const journal = openJournal({
    ...{ ...database, connections: CONNECTIONS },
    name: `reprise restore ${stream}`,
  })
  try {
    const restorer =
      restore === 'auto'
        ? startRestorer({
            ...(await restoreOptions(settings, target, journal, database, MACHINE, say)),
            ...{ stream, holder: holderName() },
          })
        : NOTHING_RESTORED
    const teller = startTelling(settings, journal, say)
    return {
      async close() {
        await restorer.close()
        await teller.close()
        await journal.close()
      },
    }
  } catch (error) {
    await journal.close()
    throw error
  }
}

/** How a backend is restored. Rejects with a Problem that names everything wrong in a file. */
export async function restoreOptions(
  settings: RestoringSettings,
  target: URL,
  journal: Journal,
  { secrets }: Pick<Database, 'secrets'>,
  actor: Actor,
  say: Say,
): Promise<RestoreOptions> {
  const {
    host,
    allowed: _allowed,
    onBroken: _,
    ...replaying
  } = await replayingOf(settings, journal, secrets, say)
  const concurrency = settings['restore-concurrency']
  return {
    ...{ journal, target, actor, say },
    sign: bootSignOf(settings),
    timeout: settings['check-timeout'],
    inDoubt: settings['restore-in-doubt'],
    inFlight: settings['restore-in-flight'],
    differs: settings['restore-differs'],
    sending: {
      ...replaying,
      host: host === 'auto' ? 'recorded' : host,
      // It is the upstream itself, wherever its name leads.
      lookup: dns.lookup,
      lanes: [],
      order: rulesOfRun({ concurrency, tolerance: DEFAULT_RULES.tolerance }, []),
    },
  }
}

/** Who restores, for people. */
export function holderName(): string {
  return `${hostname()} ${process.pid}`
}

/** In the audit trail: nobody asked for it at that moment. */
const MACHINE: Actor = { who: null, role: null, means: 'machine', address: hostname() }

const NOTHING_RESTORED = { close: async () => {} }
