import { readdirSync } from 'node:fs'
import { packageFile } from '../package-file.ts'
import { Problem, codeOf, messageOf } from '../problem.ts'
import { databaseProblem, newClient, type DatabaseOptions, type Queryable } from './database.ts'

/**
 * Brings the schema up to what this program knows and answers the names of the migrations that
 * it applied. Several processes may start at once: one migrates, the others wait for it (an
 * advisory lock). A schema that is newer than this program is refused and left alone.
 */
export async function migrate(options: DatabaseOptions): Promise<string[]> {
  const client = newClient(options)
  try {
    await client.connect()
    if ((await pendingMigrations(client)).length === 0) return []
    // Loaded here: nearly every start finds the schema as it should be, and it is slow to load.
    const { runner } = await import('node-pg-migrate')
    const applied = await runner({
      dbClient: client,
      dir: MIGRATIONS,
      direction: 'up',
      migrationsSchema: 'reprise',
      migrationsTable: 'migration',
      createMigrationsSchema: true,
      advisoryLockMode: 'wait',
      checkOrder: true,
      log: () => {},
    })
    await pendingMigrations(client)
    return applied.map((migration) => migration.name)
  } catch (error) {
    throw databaseProblem(asRefusal(error), 'migrating the schema')
  } finally {
    await client.end()
  }
}

/** The runner wraps some of PostgreSQL's refusals in errors without a code, stack and all. */
function asRefusal(error: unknown): unknown {
  const [first = ''] = messageOf(error).split('\n')
  const isWrapped = /^(Unable to ensure migrations table|Error loading|Not run migration)/
  if (codeOf(error) !== undefined || !isWrapped.test(first)) return error
  return new Problem('journal_refused', `migrating the schema: ${first}`, {
    source: 'journal',
    hint: 'the role needs the right to create tables, or another role must migrate first',
    cause: error,
  })
}

/** Names of the known migrations that are not applied yet; throws for a newer schema. */
export async function pendingMigrations(db: Queryable): Promise<string[]> {
  const known = readdirSync(MIGRATIONS)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort()
  const applied = await appliedMigrations(db)
  const unknown = applied.filter((name) => !known.includes(name))
  if (unknown.length > 0) {
    throw new Problem(
      'journal_newer',
      `the schema has migrations that this program does not know: ${unknown.join(', ')}`,
      { source: 'journal', hint: 'use the version of reprise that migrated it, or a later one' },
    )
  }
  return known.filter((name) => !applied.includes(name))
}

/** Resolves where the schema is the one that this program knows; rejects with what is wrong with it. */
export async function checkSchema(db: Queryable): Promise<void> {
  const pending = await pendingMigrations(db)
  if (pending.length === 0) return
  throw new Problem('journal_missing', `the schema lacks migrations: ${pending.join(', ')}`, {
    source: 'journal',
    hint: 'run `reprise migrate` against this database',
  })
}

async function appliedMigrations(client: Queryable): Promise<string[]> {
  try {
    const { rows } = await client.query<{ name: string }>('select name from reprise.migration')
    return rows.map((row) => row.name)
  } catch (error) {
    const code = codeOf(error)
    if (code === '42P01' || code === '3F000') return []
    throw error
  }
}

const MIGRATIONS = packageFile('migrations')
