import { accessSync, constants, statfsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openEmbedded } from '../../journal/embedded/server.ts'
import { migrate } from '../../journal/postgres/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a database on the tests' own server. */
    adminUrl: string
  }
}

/**
 * A PostgreSQL that runs already, to hold the journal's tests against another version; its
 * role must be a superuser. Default: the embedded one, started for this run.
 */
const GIVEN = process.env['REPRISE_TEST_SERVER_URL']

/**
 * One PostgreSQL for the whole run, on a free port and an empty folder, with a migrated template:
 * each test file makes its own database from it (see database.ts).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Before the processes of the tests are started: they have it from this one.
  const place = await mkdtemp(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), 'reprise-tests-'))
  // As root PostgreSQL runs as somebody else.
  await chmod(place, 0o755)
  process.env['TMPDIR'] = place
  const folder = await mkdtemp(join(place, 'server-'))
  // What nobody asked for, at a time that nobody chose, is none of a test's.
  const quiet = { autovacuum: 'off', fsync: 'off', full_page_writes: 'off' }
  const settings = { ...quiet, max_connections: '200' }
  const server =
    GIVEN === undefined
      ? await openEmbedded({ dataDir: folder, settings })
      : { url: GIVEN, close: async () => {} }
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  if (GIVEN === undefined) await makeSignInCheap(admin, server.url)
  else await dropTemplate(admin)
  await admin.query('create database template_migrated')
  await migrate({ url: server.url.replace(/[^/]*$/, 'template_migrated') })
  await admin.query('alter database template_migrated is_template true')
  await admin.end()
  project.provide('adminUrl', server.url)
  return async () => {
    await server.close()
    // With all that processes left there which were killed.
    await rm(place, { recursive: true, force: true })
  }
}

/**
 * A database is a few hundred files, and each of the tests' has hundreds more for its partitions: on
 * a disk to make and drop them costs five times as much as in memory, which is half of what
 * PostgreSQL does here.
 */
const MEMORY = '/dev/shm'

/** Whether a folder is there, can be written, and has more room than a run ever needs. */
function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize > 4 * 2 ** 30
  } catch {
    return false
  }
}

/** Thousands of connections are made, and stretching the password is a fifth of what each costs. */
async function makeSignInCheap(admin: pg.Client, url: string): Promise<void> {
  await admin.query('set scram_iterations = 1')
  await admin.query(`alter role reprise password ${pg.escapeLiteral(new URL(url).password)}`)
}

/** A given server has that of the run before, maybe of another schema. */
async function dropTemplate(admin: pg.Client): Promise<void> {
  const { rowCount } = await admin.query(
    "update pg_database set datistemplate = false where datname = 'template_migrated'",
  )
  if (rowCount !== 0) await admin.query('drop database template_migrated')
}
