import type { Duplex } from 'node:stream'
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
  /** Default: none. */
  limits?: Limits
}

/** How long a statement may take, in ms. */
export interface Limits {
  statement: number
  /** Of that, for each lock it waits for. */
  lock: number
  /**
   * Who ends a statement that takes too long. `server`: PostgreSQL; the limits go with the start of
   * a connection. `client`: only the connection is given up, some time later, as a frozen server's
   * is in either case. See limitsKeptBy.
   */
  keptBy: 'server' | 'client'
}

/** A pool of connections. Nothing is connected before the first query. */
export function openPool(options: DatabaseOptions): Pool {
  const max = options.connections ?? 4
  // Idle connections are kept: by one of them it is seen at once that the server goes.
  const pool = new pg.Pool({ ...connectionConfig(options), max, idleTimeoutMillis: 0 })
  // An idle connection that breaks is replaced at the next query; without a listener the
  // event would end the process.
  pool.on('error', () => {})
  OPEN.set(pool, watch(pool, (options.limits?.statement ?? Infinity) + PATIENCE))
  return pool
}

/** Ends the connections that nobody uses at this moment. */
export async function leaveConnections(pool: Pool): Promise<void> {
  for (let n = pool.idleCount; n > 0; n--) {
    const client = await pool.connect()
    client.release(new Error('left'))
  }
}

/** How long a statement that is under way may take when a pool is closed, in ms. */
const CLOSING = 2_000

/** Closes a pool; a server that says nothing does not keep it open. */
export async function closePool(pool: Pool): Promise<void> {
  const watched = OPEN.get(pool)
  const timer = setTimeout(() => watched?.end(), CLOSING)
  await pool.end()
  clearTimeout(timer)
  watched?.stop()
}

const OPEN = new WeakMap<Pool, { end(): void; stop(): void }>()

/** How much longer than a statement may take its answer is waited for, in ms. */
const PATIENCE = 2_000

/**
 * Ends connections that are in use for longer than so many ms: their server is frozen or cut off.
 * (The driver's own time limit costs a timer and what hangs on it at every statement.)
 */
function watch(pool: Pool, limit: number): { end(): void; stop(): void } {
  const since = new Map<pg.PoolClient, number>()
  const open = new Set<pg.PoolClient>()
  pool.on('connect', (client) => void open.add(client))
  pool.on('acquire', (client) => void since.set(client, performance.now()))
  pool.on('release', (_error, client) => void since.delete(client))
  pool.on('remove', (client) => {
    since.delete(client)
    open.delete(client)
  })
  const endOlder = (age: number) => {
    for (const [client, at] of since) {
      if (performance.now() - at >= age) streamOf(client).destroy()
    }
  }
  const timer = setInterval(() => endOlder(limit), 1_000).unref()
  return {
    // Those too that nobody uses: a server that is frozen does not answer a farewell.
    end: () => open.forEach((client) => streamOf(client).destroy()),
    stop: () => clearInterval(timer),
  }
}

/** Ends a connection; a server that says nothing does not keep it open. */
export async function endClient(client: Client): Promise<void> {
  const timer = setTimeout(() => streamOf(client).destroy(), CLOSING)
  await client.end().catch(() => {})
  clearTimeout(timer)
}

export function newClient(options: DatabaseOptions): Client {
  const client = new pg.Client(connectionConfig(options))
  client.on('error', () => {})
  return client
}

/**
 * Who can keep limits on this database: a pooler between (PgBouncer, in any mode) may refuse
 * connections that ask for them at their start, and `set` would change connections that others get.
 */
export async function limitsKeptBy(url: string): Promise<Limits['keptBy']> {
  const client = newClient({ url, limits: { statement: 1_000, lock: 1_000, keptBy: 'server' } })
  try {
    await client.connect()
    return 'server'
  } catch (error) {
    if (/unsupported startup parameter/.test(messageOf(error))) return 'client'
    throw databaseProblem(error, 'connecting to PostgreSQL')
  } finally {
    await client.end()
  }
}

/** The driver's own field: there is no other way to end a connection whose server says nothing. */
function streamOf(client: pg.ClientBase): Duplex {
  return (client as unknown as { connection: { stream: Duplex } }).connection.stream
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
 * 25006: read-only, 55P03: a lock that took too long.
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
    sqlState === undefined ? !isOwnFault(error) : /^(08|53|57|58|40)|^25006$|^55P03$/.test(sqlState)
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
  } catch (error) {
    if (/^E[A-Z]+$/.test(codeOf(error) ?? '')) {
      throw new Problem('settings_invalid', `the database URL: ${messageOf(error)}`, {
        source: 'user',
        hint: 'sslrootcert, sslcert and sslkey in it name files that this process can read',
      })
    }
    // What else it throws holds the URL, and so the password.
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
    ...(options.limits && limitsConfig(options.limits)),
  }
}

function limitsConfig({ statement, lock, keptBy }: Limits): pg.ClientConfig {
  return keptBy === 'server' ? { statement_timeout: statement, lock_timeout: lock } : {}
}
