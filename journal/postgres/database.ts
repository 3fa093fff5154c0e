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
  const max = options.connections ?? 4
  // Idle connections are kept: by one of them it is seen at once that the server goes.
  const pool = new pg.Pool({ ...connectionConfig(options), max, idleTimeoutMillis: 0 })
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

/** The URL without its password, for messages. In doubt (an `@` in it) it leaves out more. */
export function redactedUrl(url: string): string {
  return url
    .replace(/^([a-z]+:\/\/[^:@/?]*):.*@/i, '$1:***@')
    .replaceAll(/([?&]password=)[^&]*/gi, '$1***')
}

/**
 * Turns what the driver throws into a Problem: away (retryable), or refused.
 * Class 08: connection, 53: resources, 57: shutdown or time-out, 58: its disk, 40: rollback,
 * 25006: read-only.
 */
export function databaseProblem(error: unknown, doing: string): Problem {
  if (error instanceof Problem) return error
  const sqlState = sqlStateOf(error)
  const text = `${doing}: ${messageOf(error)}`
  if (sqlState === '42P01' || sqlState === '3F000') {
    return new Problem('journal_missing', text, {
      source: 'journal',
      hint: 'run `reprise migrate` against this database',
      cause: error,
    })
  }
  const away =
    sqlState === undefined ? !isOwnFault(error) : /^(08|53|57|58|40)|^25006$/.test(sqlState)
  if (!away) return new Problem('journal_refused', text, { source: 'journal', cause: error })
  return new Problem('journal_unreachable', text, {
    source: 'journal',
    retryable: true,
    hint: 'check that PostgreSQL runs and that DATABASE_URL is right',
    cause: error,
  })
}

/**
 * The same for a write of values that will not come again: only what is wrong with the values
 * themselves (class 22: data, 23: constraints, 54: limits) is refused for good. A right that was
 * taken away or a schema that is gone may be put back, and the values are kept until then.
 */
export function writingProblem(error: unknown, doing: string): Problem {
  const problem = databaseProblem(error, doing)
  if (problem.retryable || isOwnFault(error) || /^(22|23|54)/.test(sqlStateOf(error) ?? '22')) {
    return problem
  }
  const { code, message, source, cause, hint } = problem
  return new Problem(code, message, { source, cause, retryable: true, ...(hint && { hint }) })
}

function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(error)
  // System errors (EPIPE, ECONNRESET) are no states: those begin with a digit, or F0, HV, P0, XX.
  return code !== undefined && /^(\d|F0|HV|P0|XX)[0-9A-Z]{3,4}$/.test(code) && code.length === 5
    ? code
    : undefined
}

/** A fault of this program, or a value beyond what it can handle; the network throws plain errors. */
function isOwnFault(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
}

function connectionConfig(options: DatabaseOptions): pg.ClientConfig {
  try {
    // Reads the URL; connects to nothing.
    void new pg.Client({ connectionString: options.url })
  } catch {
    // What it throws holds the URL, and so the password.
    throw new Problem('settings_invalid', 'the database URL cannot be read', {
      source: 'user',
      hint: 'expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters %-encoded',
    })
  }
  return {
    connectionString: options.url,
    application_name: options.name ?? 'reprise',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  }
}
