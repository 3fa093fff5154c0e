import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, inject } from 'vitest'

/** Where the tests' server makes databases. */
export function adminUrl(): string {
  return inject('adminUrl')
}

/**
 * A database of the calling file's own, with the schema or without anything. It is dropped after
 * the file's tests, which fails if a connection to it was left open.
 */
export async function createDatabase(kind: 'migrated' | 'empty' = 'migrated'): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const template = kind === 'migrated' ? 'template_migrated' : 'template0'
  // Half the work of the usual way, which goes through the log; nor has the drop so much to write then.
  await admin(`create database ${name} template ${template} strategy file_copy`)
  const url = adminUrl().replace(/[^/]*$/, name)
  const endings: Ending[] = []
  ENDINGS.set(url, endings)
  afterAll(async () => {
    ENDINGS.delete(url)
    for (const ending of endings) await ending()
    await dropWhenUnused(name)
  })
  return url
}

type Ending = () => Promise<void>
const ENDINGS = new Map<string, Ending[]>()

/** Has it done before a database of the file is dropped; false where the URL is of no such one. */
export function beforeDrop(url: string, ending: Ending): boolean {
  return ENDINGS.get(url)?.push(ending) !== undefined
}

/** A server process sees that its client left a moment after the client has. */
async function dropWhenUnused(name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await admin(`drop database if exists ${name}`)
      return
    } catch (error) {
      if (attempt === 40) {
        await admin(`drop database if exists ${name} with (force)`)
        throw error
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** One statement as the server's owner. */
export async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl() })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** Rows of one query on a database. */
export async function query<T extends pg.QueryResultRow>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<T>(sql, values)).rows
  } finally {
    await client.end()
  }
}
