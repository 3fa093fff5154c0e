import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Problem, codeOf, messageOf } from '../problem.ts'
import { endClient, newClient, type Client } from '../postgres/database.ts'
import { accountFor, type Account } from './account.ts'
import { findBinaries, type Binaries } from './binaries.ts'
import { layOut, makeCluster, urlOf, type Place } from './cluster.ts'
import { isAlive, readPidFile } from './pid-file.ts'

// The embedded PostgreSQL of a data directory.
//
// Several processes may use one data directory (a proxy and a replay, say), start in any order and
// end in any order, by kill -9 too. So the server belongs to none of them: it runs in a session of
// its own, whoever comes first starts it, and whoever leaves last stops it. Who is there is known
// by PostgreSQL itself: each user holds a shared advisory lock on a connection of its own, which
// the server lets go when the process dies. Whoever leaves gives its share back and asks for the
// same lock exclusively; it gets it only when nobody else is there. If all were killed, the server
// stays up and the next one finds it.

export interface EmbeddedServer {
  url: string
  /** Leaves the server; stops it if nobody else uses it. */
  close(): Promise<void>
}

export interface EmbeddedOptions {
  /** Holds `pg/` (the cluster) and `postgres.log`. Made if missing. */
  dataDir: string
  /** Further server settings, for tests. */
  settings?: Readonly<Record<string, string>>
  /** How long to wait for the server. Default: 60,000 ms. */
  timeout?: number
}

export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const place = layOut(options.dataDir)
  const binaries = findBinaries()
  const account = accountFor([place.cluster, binaries.postgres], place.cluster)
  await makeCluster(place, binaries, account)
  const find = (portOf: () => Promise<number>) =>
    findServer(place, binaries, account, options, portOf)
  const { port, lease } = await find(freePort)
  const keeper = keepRunning(lease, async () => (await find(async () => port)).lease)
  return {
    url: urlOf(place, port, 'reprise'),
    close: async () => leave(place, await keeper.stop()),
  }
}

/** A share of the server that runs, or of one that is started, on a port that is asked for at each try. */
async function findServer(
  place: Place,
  binaries: Binaries,
  account: Account,
  { settings = {}, timeout = 60_000 }: EmbeddedOptions,
  portOf: () => Promise<number>,
): Promise<{ port: number; lease: Client }> {
  const deadline = Date.now() + timeout
  for (;;) {
    const running = readPidFile(place)
    if (running === undefined) {
      const port = String(await portOf())
      await startServer(place, binaries, account, { port, ...settings }, deadline)
    } else if (running.ready) {
      const lease = await takeLease(place, running.port)
      if (lease !== undefined) return { port: running.port, lease }
    }
    if (Date.now() > deadline) throw failed(place, 'it did not become ready in time')
    await delay(30)
  }
}

/**
 * Whoever uses the server brings it back when it was killed: on the same port, so that the
 * connections made anew find it.
 */
function keepRunning(first: Client, again: () => Promise<Client>): { stop(): Promise<Client> } {
  let lease = first
  let stopped = false
  let reviving: Promise<void> = Promise.resolve()
  const watch = () => lease.once('end', () => void (reviving = revive()))
  const revive = async () => {
    while (!stopped) {
      try {
        lease = await again()
        watch()
        return
      } catch {
        // Its log says why; there may be room on the disk, or a free port, in a moment.
        await delay(1_000)
      }
    }
  }
  watch()
  return {
    async stop() {
      stopped = true
      await reviving
      return lease
    },
  }
}

/** Starts the server and waits until it is ready, or until somebody else's turns out to run. */
async function startServer(
  place: Place,
  binaries: Binaries,
  account: Account,
  settings: Readonly<Record<string, string>>,
  deadline: number,
): Promise<void> {
  const { log, from } = openLog(place, account)
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    ...settings,
  }
  const { file, args, options } = account.command(binaries.postgres, [
    ...['-D', place.cluster],
    ...Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ])
  // A session of its own: a Ctrl-C in the terminal must not stop it before those who use it.
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  let ended: string | undefined
  child.once('error', (error) => (ended = messageOf(error)))
  child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? code}`))
  child.unref()
  while (ended === undefined) {
    if (readPidFile(place)?.ready) return
    if (Date.now() > deadline) throw failed(place, 'it did not become ready in time')
    await delay(20)
  }
  const said = readFileSync(place.log, 'utf8').slice(from)
  // Somebody else started it a moment earlier, or took the port, or sessions of a server that was
  // killed are still on their way out: look again.
  if (/lock file "postmaster.pid" already exists|could not bind|is still in use/.test(said)) return
  throw failed(place, ended)
}

/** The server's log, opened to append to, and its length so far. */
function openLog(place: Place, account: Account): { log: number; from: number } {
  try {
    if (existsSync(place.log) && statSync(place.log).size > MAX_LOG) truncateSync(place.log)
    const log = openSync(place.log, 'a')
    account.own(place.log)
    return { log, from: statSync(place.log).size }
  } catch (error) {
    throw new Problem('embedded_unavailable', `cannot write its log: ${messageOf(error)}`, {
      source: 'user',
      hint: 'see that the data directory can be written, or name another with --data-dir',
      cause: error,
    })
  }
}

/** A connection that holds a share of the server, or undefined if the server is on its way out. */
async function takeLease(place: Place, port: number): Promise<Client | undefined> {
  const client = newClient({ url: urlOf(place, port, 'postgres'), name: 'reprise lease' })
  try {
    await client.connect()
    const { rows } = await client.query<{ taken: boolean }>(
      `select pg_try_advisory_lock_shared(${LEASE}) as taken`,
    )
    if (!rows[0]?.taken) throw Object.assign(new Error('it is being stopped'), { code: '57P03' })
    await makeDatabase(client)
    return client
  } catch (error) {
    await client.end().catch(() => {})
    const code = codeOf(error) ?? ''
    if (/^57P0|^ECONN|^EPIPE/.test(code) || /terminated/.test(messageOf(error))) return undefined
    throw failed(place, messageOf(error))
  }
}

/** One after the other: of two that find it missing at once, one would fail. */
async function makeDatabase(client: Client): Promise<void> {
  await client.query(`select pg_advisory_lock(${MAKING})`)
  const made = await client.query("select from pg_database where datname = 'reprise'")
  if (made.rowCount === 0) await client.query('create database reprise')
  await client.query(`select pg_advisory_unlock(${MAKING})`)
}

async function leave(place: Place, lease: Client): Promise<void> {
  // A server that is frozen is left as it is: who finds it next stops it.
  const watch = setTimeout(() => void endClient(lease), FROZEN)
  try {
    await lease.query(`select pg_advisory_unlock_shared(${LEASE})`)
    const { rows } = await lease.query<{ alone: boolean }>(
      `select pg_try_advisory_lock(${LEASE}) as alone`,
    )
    const running = readPidFile(place)
    // SIGINT is PostgreSQL's fast shutdown: sessions end, a checkpoint is written.
    if (rows[0]?.alone && running !== undefined) {
      process.kill(running.pid, 'SIGINT')
      const deadline = Date.now() + 30_000
      while (isAlive(running.pid) && Date.now() < deadline) await delay(20)
    }
  } catch {
    // The server is gone already: there is nothing to leave.
  } finally {
    clearTimeout(watch)
    await endClient(lease)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

function failed(place: Place, what: string): Problem {
  const said = existsSync(place.log) ? lastFailure(readFileSync(place.log, 'utf8')) : ''
  return new Problem(
    'embedded_unavailable',
    `the embedded PostgreSQL of ${place.dataDir}: ${what}`,
    {
      source: 'internal',
      hint: `see ${place.log}${said === '' ? '' : `, where it last said: ${said}`}`,
    },
  )
}

/** The last line of the log in which the server says why it ended. */
function lastFailure(log: string): string {
  return log.split('\n').findLast((line) => /\b(FATAL|PANIC):/.test(line)) ?? ''
}

/** How long a server may take to say whether it is used by others, in ms. */
const FROZEN = 3_000

const MAX_LOG = 10 * 1024 * 1024

/** Key of the advisory lock in the database `postgres` that stands for the use of the server. */
const LEASE = 7_236_001

/** The same for making the database. */
const MAKING = 7_236_002
