import pg from 'pg'
import { Problem, codeOf, messageOf } from '../problem.ts'

/** The one file that imports the driver. */
export type Queryable = Pick<pg.Pool, 'query'>
export type Pool = pg.Pool
export type Client = pg.Client

export interface DatabaseOptions {
  url: string
  /** Connections at most. Default: 4. */
  connections?: number
  /** Shown in pg_stat_activity. Default: reprise. */
  name?: string
}

/** A pool of connections. Nothing is connected before the first query. */
export function openPool(options: DatabaseOptions): Pool {
  const pool = new pg.Pool({ ...connectionConfig(options), max: options.connections ?? 4 })
  // An idle connection that breaks is replaced at the next query; without a listener the
  // event would end the process.
  pool.on('error', () => {})
  return pool
}

export function newClient(options: DatabaseOptions): Client {
  const client = new pg.Client(connectionConfig(options))
  client.on('error', () => {})
  return client
}

/** The URL without its password, for messages. */
export function redactedUrl(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:@/]*):[^@]*@/i, '$1:***@')
}

/**
 * Turns what the driver throws into a Problem: away (retryable), or refused.
 * Class 08: connection, 53: resources, 57: shutdown or time-out, 25006: read-only, 40: rollback.
 */
export function databaseProblem(error: unknown, doing: string): Problem {
  if (error instanceof Problem) return error
  const code = codeOf(error)
  const sqlState = code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
  const text = `${doing}: ${messageOf(error)}`
  if (sqlState === '42P01' || sqlState === '3F000') {
    return new Problem('journal_missing', text, {
      source: 'journal',
      hint: 'run `reprise migrate` against this database',
      cause: error,
    })
  }
  const away = sqlState === undefined || /^(08|53|57|40)|^25006$/.test(sqlState)
  if (!away) return new Problem('journal_refused', text, { source: 'journal', cause: error })
  return new Problem('journal_unreachable', text, {
    source: 'journal',
    retryable: true,
    hint: 'check that PostgreSQL runs and that DATABASE_URL is right',
    cause: error,
  })
}

function connectionConfig(options: DatabaseOptions): pg.ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.name ?? 'reprise',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  }
}
