import type { Say } from '../telemetry/log.ts'
import { setTimeout as delay } from 'node:timers/promises'
import type { Journal, JournalWriter } from '../journal/contract.ts'
import { openEmbedded } from '../journal/embedded/server.ts'
import { openJournal } from '../journal/postgres/journal.ts'
import { migrate } from '../journal/postgres/migrate.ts'
import { limitsKeptBy, redactedUrl, type Limits } from '../journal/postgres/database.ts'
import { Problem, messageOf } from '../journal/problem.ts'
import { SECRET_NAMES } from '../journal/masking/names.ts'
import { parseKey, type Secrets } from '../journal/secrets.ts'
import { closedAfter, type Closing } from './closing.ts'
import { openSecrets } from './secret-key.ts'
import { hidden, listOf, settingsGroup, withDefault, type Settings } from './settings.ts'
import { countFrom, databaseUrl, duration, durationFrom, text } from './values.ts'

export const databaseSettings = settingsGroup('PostgreSQL, data and secrets', {
  'database-url': {
    ...databaseUrl(
      'PostgreSQL 15 to 18 to keep the journal in; without it, the embedded one of --data-dir',
    ),
    env: 'DATABASE_URL',
    shown: redactedUrl,
  },
  'data-dir': withDefault(
    text(
      'DIR',
      'where the embedded PostgreSQL keeps its data; processes with the same one share it',
    ),
    '.reprise',
  ),
  'secret-key': {
    expects: 'KEY (32 bytes, base64 or hex)',
    help: 'with which secrets are encrypted at rest; without it, secret.key in --data-dir, made at the first start',
    parse: parseKey,
    shown: hidden,
  },
  'secret-key-file': text(
    'FILE',
    'that holds it where it is not given: one a line, the key of today first, former ones after it',
  ),
  'old-secret-keys': listOf(
    {
      expects: 'KEY',
      help: 'former keys besides: what they sealed can be opened (see reprise keys)',
      parse: parseKey,
      shown: hidden,
    },
    [],
    'none',
  ),
  'secret-headers': listOf(
    text('NAME', 'fields whose values are secrets, besides those that always are'),
    [],
    'Authorization, Proxy-Authorization, Cookie, Set-Cookie',
  ),
  'secret-fields': listOf(
    text(
      'NAME',
      'parameters of queries, fields of forms and members of JSON whose values are secrets, besides those ' +
        'that always are; none: not even those',
    ),
    [],
    SECRET_NAMES.join(', '),
  ),
  connections: withDefault(countFrom(1, 'connections to PostgreSQL at most'), 4),
  'statement-timeout': withDefault(
    durationFrom(100, 'how long a statement may take'),
    60_000,
    '1m',
  ),
  'lock-timeout': withDefault(
    durationFrom(100, 'how long a statement may wait for a lock'),
    10_000,
    '10s',
  ),
  'database-wait': withDefault(
    duration('how long to wait at the start for a PostgreSQL that is away'),
    30_000,
    '30s',
  ),
})

export type DatabaseSettings = Settings<typeof databaseSettings>

/** As openJournal takes it. */
export interface Database {
  url: string
  secrets: Secrets
  connections: number
  limits: Limits
  /** Names of the migrations that were applied. */
  migrated: string[]
  /** Leaves an embedded server. */
  close(): Promise<void>
}

/**
 * Finds or starts PostgreSQL and brings its schema up to date. Where it is away it is waited for,
 * then given up; or it is not waited for (`go_on`), and whoever uses it migrates when it is back.
 */
export async function openDatabase(
  settings: DatabaseSettings,
  signal: AbortSignal,
  say: Say,
  whenAway: 'wait' | 'go_on' = 'wait',
): Promise<Database> {
  // First: what is wrong with the key must leave no server behind.
  const secrets = openSecrets(settings, say)
  const given = settings['database-url']
  const server = given === undefined ? await openEmbedded({ dataDir: settings['data-dir'] }) : null
  const url = server?.url ?? given!
  try {
    const patience = whenAway === 'wait' ? settings['database-wait'] : 0
    const reached = await reach(url, patience, signal, say).catch((error: unknown) => {
      if (whenAway === 'go_on' && isAway(error)) return UNREACHED
      throw error
    })
    return {
      ...{ url, secrets, migrated: reached.migrated, connections: settings.connections },
      limits: {
        statement: settings['statement-timeout'],
        lock: settings['lock-timeout'],
        keptBy: reached.keptBy,
      },
      close: async () => server?.close(),
    }
  } catch (error) {
    await server?.close()
    throw error
  }
}

/** The same journal, for whoever may have started without PostgreSQL: it migrates when it is back. */
export function migratingFirst<J extends JournalWriter>(journal: J, url: string): J {
  return {
    ...journal,
    async enrol(recorder, lease) {
      await migrate({ url })
      return journal.enrol(recorder, lease)
    },
  }
}

/** Opens the journal for as long as `use` takes. */
export async function withJournal<T>(
  settings: DatabaseSettings,
  signal: AbortSignal,
  say: Say,
  use: (journal: Journal, database: Database) => Promise<T>,
): Promise<T> {
  return closedAfter(async (opened) => {
    const { journal, database } = await openedJournal(settings, signal, say, opened)
    return use(journal, database)
  })
}

/** Opens the journal until what was opened is closed. */
export async function openedJournal(
  settings: DatabaseSettings,
  signal: AbortSignal,
  say: Say,
  opened: Closing,
): Promise<{ journal: Journal; database: Database }> {
  const database = await openDatabase(settings, signal, say)
  opened.push(() => database.close())
  const journal = openJournal(database)
  opened.push(() => journal.close())
  await tellOfNames(journal, database, say)
  return { journal, database }
}

/**
 * Says which secrets of the recording this process was not told of: in the answers of a replay they would
 * stand as they are.
 */
export async function tellOfNames(
  journal: Pick<Journal, 'secretNames'>,
  { secrets }: Pick<Database, 'secrets'>,
  say: Say,
): Promise<void> {
  const known = new Set(secrets.names.listed)
  const missing = (await journal.secretNames()).filter((name) => !known.has(name))
  if (missing.length === 0) return
  say(
    `what was recorded has secrets that are called ${missing.join(', ')}, and here they are none: give ` +
      'the same --secret-fields as to the proxy, or they are kept and shown where a replay meets them',
    'warn',
  )
}

interface Reached {
  migrated: string[]
  keptBy: Limits['keptBy']
}

/** Limits that any server lets pass. */
const UNREACHED: Reached = { migrated: [], keptBy: 'client' }

async function reach(
  url: string,
  patience: number,
  signal: AbortSignal,
  say: Say,
): Promise<Reached> {
  const deadline = Date.now() + patience
  for (let told = false; ; told = true) {
    try {
      const keptBy = await limitsKeptBy(url)
      if (keptBy === 'client') say(CLIENT_LIMITS)
      return { migrated: await migrate({ url }), keptBy }
    } catch (error) {
      if (!isAway(error) || Date.now() > deadline || signal.aborted) throw error
      if (!told) say(`waiting for PostgreSQL: ${messageOf(error)}`, 'info')
      await delay(500, undefined, { signal })
    }
  }
}

const CLIENT_LIMITS =
  'there is a pooler before PostgreSQL that takes no time-outs: to have PostgreSQL itself end ' +
  'statements that hang, set statement_timeout and lock_timeout for the role'

function isAway(error: unknown): boolean {
  return error instanceof Problem && error.retryable
}
