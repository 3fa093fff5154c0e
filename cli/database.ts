import { setTimeout as delay } from 'node:timers/promises'
import type { Journal } from '../journal/contract.ts'
import { openEmbedded } from '../journal/embedded/server.ts'
import { openJournal } from '../journal/postgres/journal.ts'
import { migrate } from '../journal/postgres/migrate.ts'
import { Problem } from '../journal/problem.ts'
import { parseKey, type Secrets } from '../journal/secrets.ts'
import { openSecrets } from './secret-key.ts'
import { listOf, settingsTable, withDefault, type Settings } from './settings.ts'
import { databaseUrl, duration, text } from './values.ts'

export const databaseSettings = settingsTable({
  'database-url': {
    ...databaseUrl(
      'PostgreSQL 15 to 18 to keep the journal in; without it, the embedded one of --data-dir',
    ),
    env: 'DATABASE_URL',
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
  },
  'secret-headers': listOf(
    text('NAME', 'fields whose values are secrets, besides those that always are'),
    [],
    'Authorization, Proxy-Authorization, Cookie, Set-Cookie',
  ),
  'database-wait': withDefault(
    duration('how long to wait at the start for a PostgreSQL that is away'),
    30_000,
    '30s',
  ),
})

export type DatabaseSettings = Settings<typeof databaseSettings>

export interface Database {
  url: string
  secrets: Secrets
  /** Names of the migrations that were applied. */
  migrated: string[]
  /** Leaves an embedded server. */
  close(): Promise<void>
}

/** Finds or starts PostgreSQL and brings its schema up to date. */
export async function openDatabase(
  settings: DatabaseSettings,
  signal: AbortSignal,
  say: (message: string) => void,
): Promise<Database> {
  const given = settings['database-url']
  const server = given === undefined ? await openEmbedded({ dataDir: settings['data-dir'] }) : null
  const url = server?.url ?? given!
  const secrets = openSecrets(settings, say)
  try {
    const migrated = await migrateWithPatience(url, settings['database-wait'], signal, say)
    return { url, secrets, migrated, close: async () => server?.close() }
  } catch (error) {
    await server?.close()
    throw error
  }
}

/** Opens the journal for as long as `use` takes. */
export async function withJournal<T>(
  settings: DatabaseSettings,
  signal: AbortSignal,
  say: (message: string) => void,
  use: (journal: Journal, database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(settings, signal, say)
  const journal = openJournal({ url: database.url, secrets: database.secrets })
  try {
    return await use(journal, database)
  } finally {
    await journal.close()
    await database.close()
  }
}

async function migrateWithPatience(
  url: string,
  patience: number,
  signal: AbortSignal,
  say: (message: string) => void,
): Promise<string[]> {
  const deadline = Date.now() + patience
  for (let told = false; ; told = true) {
    try {
      return await migrate({ url })
    } catch (error) {
      const isAway = error instanceof Problem && error.retryable
      if (!isAway || Date.now() > deadline || signal.aborted) throw error
      if (!told) say(`waiting for PostgreSQL: ${error.message}`)
      await delay(500, undefined, { signal })
    }
  }
}
