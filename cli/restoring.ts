import dns from 'node:dns'
import { hostname } from 'node:os'
import { openJournal } from '../journal/postgres/journal.ts'
import type { Journal } from '../journal/contract.ts'
import type { Actor } from '../journal/deed.ts'
import { DEFAULT_RULES } from '../replayer/order/schedule.ts'
import { rulesOfRun } from '../replayer/order/rules.ts'
import { sayLost } from '../replayer/restoring/by-hand.ts'
import { startRestorer } from '../replayer/restoring/restorer.ts'
import type { RestoreOptions } from '../replayer/restoring/restore.ts'
import type { Restoring } from '../replayer/service/restore-control.ts'
import type { Say } from '../telemetry/log.ts'
import type { Admin } from './admin.ts'
import { pinsOf } from './alias-settings.ts'
import type { Database } from './database.ts'
import { probeFieldsOf, probesOf, type VerifySettings } from './probe-settings.ts'
import { epochJson } from './epoch-json.ts'
import type { ReplayingSettings } from './replay-settings.ts'
import { replayingOf } from './replaying.ts'
import { bootSignsOf, type RestoreSettings, type ToldSettings } from './restore-settings.ts'
import type { NamingSettings } from './secret-key.ts'
import { startTelling, type WebhookSettings } from './webhook-settings.ts'

export type RestoringSettings = ToldSettings &
  ReplayingSettings &
  Partial<VerifySettings> &
  NamingSettings & { 'data-dir': string }

/** Connections of a restore: one reads ahead while another notes. What is told needs one now and then. */
const CONNECTIONS = 3

/**
 * Restores the backend whenever its state is lost, where it was asked for, and lets its admin port be told so.
 * To be closed before the recorder is: what is under way is left for another process to go on.
 */
export async function startRestoring(
  settings: RestoringSettings &
    Pick<RestoreSettings, 'restore' | keyof WebhookSettings> & { stream: string },
  target: URL,
  database: Database | null,
  admin: Pick<Admin, 'tells'>,
  say: Say,
): Promise<{ close(): Promise<void> }> {
  if (settings.restore === 'off' || database === null) return NOTHING_RESTORED
  const { stream } = settings
  const journal = openJournal({
    ...{ ...database, connections: CONNECTIONS },
    name: `reprise restore ${stream}`,
  })
  try {
    const options = await restoreOptions(settings, target, journal, database, MACHINE, say)
    const holder = holderName()
    const isAuto = settings.restore === 'auto'
    const restorer = isAuto ? startRestorer({ ...options, stream, holder }) : null
    const teller = startTelling(settings, journal, say)
    admin.tells((reason) => lose(journal, stream, reason))
    return {
      async close() {
        admin.tells(null)
        await restorer?.close()
        await teller.close()
        await journal.close()
      },
    }
  } catch (error) {
    await journal.close()
    throw error
  }
}

/**
 * How the service restores what somebody asks it to. `own`: the stream of whose backend the signs, probes and
 * the reset of the settings are, where they are not of all.
 */
export function restoringOf(
  settings: RestoringSettings,
  database: Pick<Database, 'secrets'>,
  say: Say,
  own?: string,
): Restoring {
  return {
    holder: holderName(),
    async optionsOf(journal, stream, target, actor) {
      const options = await restoreOptions(settings, target, journal, database, actor, say)
      const isOther = own !== undefined && stream !== own
      return isOther ? { ...options, signs: [], resetting: null, proving: null } : options
    },
  }
}

/** As `reprise lost` does, but for a client that nobody knows. */
const lose = async (journal: Journal, stream: string, reason: string) => {
  const before = await journal.epoch(stream)
  const epoch = await sayLost(journal, stream, reason, MACHINE)
  return {
    epoch: { ...epochJson(epoch), number: epoch.number },
    isNew: epoch.number !== before?.number,
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
    signs: bootSignsOf(settings),
    timeout: settings['check-timeout'],
    inDoubt: settings['restore-in-doubt'],
    compact: settings['restore-compact'] ? settings['compact-rules'] : [],
    inFlight: settings['restore-in-flight'],
    resetting: resettingOf(settings),
    differs: settings['restore-differs'],
    failed: settings['restore-failed'],
    tries: settings['restore-tries'],
    proving: provingOf(settings, replaying),
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

function resettingOf(settings: RestoringSettings): RestoreOptions['resetting'] {
  const how = settings['restore-reset']
  return how === undefined ? null : { how, timeout: settings['restore-reset-timeout'] }
}

/** What is asked of the backend when its state was put back; null: nothing. */
function provingOf(
  settings: RestoringSettings,
  { aliases }: Pick<RestoreOptions['sending'], 'aliases'>,
): RestoreOptions['proving'] {
  const probes = probesOf(settings)
  if (probes.length === 0) return null
  const fields = probeFieldsOf(settings)
  return { probes, fields, timeout: settings.timeout, rules: pinsOf(aliases) }
}

/** Who restores, for people. */
export function holderName(): string {
  return `${hostname()} ${process.pid}`
}

/** In the audit trail: nobody asked for it at that moment. */
const MACHINE: Actor = { who: null, role: null, means: 'machine', address: hostname() }

const NOTHING_RESTORED = { close: async () => {} }
