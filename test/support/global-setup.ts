import { mkdtemp, rm } from 'node:fs/promises'
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
 * One PostgreSQL for the whole run, on a free port and an empty folder, with a migrated template:
 * each test file makes its own database from it (see database.ts).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-test-'))
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' }
  const server = await openEmbedded({ dataDir: folder, settings })
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query('create database template_migrated')
  await migrate({ url: server.url.replace(/[^/]*$/, 'template_migrated') })
  await admin.query('alter database template_migrated is_template true')
  await admin.end()
  project.provide('adminUrl', server.url)
  return async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}
