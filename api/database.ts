import { resolve } from 'node:path'
import { databaseSettings } from '../cli/database.ts'
import { settingsProblem } from '../cli/settings.ts'
import { openEphemeral } from '../journal/embedded/ephemeral.ts'
import { openEmbedded } from '../journal/embedded/server.ts'
import { messageOf } from '../journal/problem.ts'
import { unknownOption } from './options.ts'

/** Which PostgreSQL. Nothing given: an ephemeral one. */
export interface DatabaseOptions {
  /** Of a PostgreSQL that runs (15 to 18): `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. */
  readonly url?: string | undefined
  /**
   * A folder for what stands beside the journal: the key of secrets, spools, ledgers of runs. Without `url`
   * it holds the embedded PostgreSQL too, which is shared with every process that names the same folder,
   * and stays. Default with `url`: `.reprise`, as on the command line.
   */
  readonly dataDir?: string | undefined
}

/** A PostgreSQL that is there until it is closed. */
export interface Database {
  readonly url: string
  /** See DatabaseOptions. */
  readonly dataDir: string
  /** Whether it was closed, or is about to be. */
  readonly closed: boolean
  /**
   * Leaves it, when all that used it is closed. An ephemeral one ends, and everything in it is gone; an
   * embedded one ends with the last who uses it.
   */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** One that is open stays open; one that is only named is opened for as long as it is used. */
export type DatabaseSource = Database | DatabaseOptions | string

/**
 * Opens a PostgreSQL for several recorders, replays and journals to share. Without options it is an
 * ephemeral one: embedded, in a folder under the system's temporary one, unsynced, and gone when it is
 * closed or this process ends, however it ends.
 *
 * Rejects with a Problem: `settings_invalid`, `embedded_unavailable`.
 */
export async function openDatabase(options: DatabaseOptions | string = {}): Promise<Database> {
  const { url, dataDir, ...unknown } = typeof options === 'string' ? { url: options } : options
  const wrong = Object.keys(unknown).map((name) =>
    unknownOption(name, 'openDatabase', ['url', 'dataDir']),
  )
  if (wrong.length > 0) throw settingsProblem(wrong)
  if (url !== undefined) {
    return handle(checked(url), resolve(dataDir ?? databaseSettings['data-dir'].fallback), NOTHING)
  }
  if (dataDir === undefined) {
    const server = await openEphemeral()
    return handle(server.url, server.dataDir, () => server.close())
  }
  const server = await openEmbedded({ dataDir })
  return handle(server.url, resolve(dataDir), () => server.close())
}

const NOTHING = async () => {}

/** What was given is not repeated: it may hold a password. */
function checked(url: string): string {
  try {
    return databaseSettings['database-url'].parse(url)
  } catch (error) {
    throw settingsProblem([`the URL of the database: ${messageOf(error)}`])
  }
}

function handle(url: string, dataDir: string, end: () => Promise<void>): Database {
  let closed = false
  const close = onceOnly(() => {
    closed = true
    return end()
  })
  return {
    ...{ url, dataDir, close, [Symbol.asyncDispose]: close },
    get closed() {
      return closed
    },
  }
}

/** Whoever closes a thing twice waits for the same end. */
export function onceOnly(end: () => Promise<void>): () => Promise<void> {
  let ending: Promise<void> | null = null
  return () => (ending ??= end())
}
