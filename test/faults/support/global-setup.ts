import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { CLI } from './proxy-process.ts'
import { makeCluster, PostgresServer } from './postgres-server.ts'
import { drawTable, type TableRow } from './table.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated cluster that is stopped: each round runs on a copy. */
    cluster: string
    /** The rows of the table, as JSON lines. */
    faultRows: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-faults-'))
  // PostgreSQL does not run as root, and must be able to pass.
  await chmod(folder, 0o755)
  const cluster = join(folder, 'cluster')
  await makeCluster(cluster)
  const server = await PostgresServer.on({ cluster })
  await server.start()
  await server.query('create database reprise', [], 'postgres')
  await promisify(execFile)(process.execPath, [CLI, 'migrate', '--database-url', server.url])
  await server.stop()
  const rows = join(folder, 'rows.jsonl')
  await writeFile(rows, '')
  project.provide('cluster', cluster)
  project.provide('faultRows', rows)
  return async () => {
    const lines = (await readFile(rows, 'utf8')).split('\n').filter((line) => line !== '')
    process.stdout.write(`\n${drawTable(lines.map((line) => JSON.parse(line) as TableRow))}\n`)
    await rm(folder, { recursive: true, force: true })
  }
}
