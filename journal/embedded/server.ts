import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Problem, codeOf, messageOf } from '../problem.ts'
import { newClient, type Client } from '../postgres/database.ts'
import { accountFor, type Account } from './account.ts'
import { findBinaries, type Binaries } from './binaries.ts'

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
  const deadline = Date.now() + (options.timeout ?? 60_000)
  const account = accountFor([place.cluster, binaries.postgres])
  await makeCluster(place, binaries, account)
  for (;;) {
    const running = readPidFile(place)
    if (running === undefined)
      await startServer(place, binaries, account, options.settings ?? {}, deadline)
    else if (running.ready) {
      const lease = await takeLease(place, running.port)
      if (lease !== undefined) {
        return { url: urlOf(place, running.port, 'reprise'), close: () => leave(place, lease) }
      }
    }
    if (Date.now() > deadline) throw failed(place, 'it did not become ready in time')
    await delay(30)
  }
}

interface Place {
  dataDir: string
  cluster: string
  pidFile: string
  log: string
}

function layOut(dataDir: string): Place {
  const root = resolve(dataDir)
  try {
    mkdirSync(root, { recursive: true })
  } catch (error) {
    throw new Problem(
      'embedded_unavailable',
      `cannot make the data directory: ${messageOf(error)}`,
      {
        source: 'user',
        hint: 'name another with --data-dir, or set DATABASE_URL',
        cause: error,
      },
    )
  }
  return {
    dataDir: root,
    cluster: join(root, 'pg'),
    pidFile: join(root, 'pg', 'postmaster.pid'),
    log: join(root, 'postgres.log'),
  }
}

/**
 * Makes the cluster if there is none: beside its place, then renamed into it, so that a kill
 * leaves no half-made cluster and of two that start at once one wins.
 */
async function makeCluster(place: Place, binaries: Binaries, account: Account): Promise<void> {
  const versionFile = join(place.cluster, 'PG_VERSION')
  if (existsSync(versionFile)) {
    const major = readFileSync(versionFile, 'utf8').trim()
    if (major === binaries.major) return
    throw new Problem(
      'embedded_unavailable',
      `${place.cluster} was made by PostgreSQL ${major}, this is ${binaries.major}`,
      { source: 'user', hint: 'move the data directory away, or name another with --data-dir' },
    )
  }
  removeAbandonedDrafts(place)
  const draft = join(place.dataDir, `pg.new-${process.pid}-${randomBytes(3).toString('hex')}`)
  const passwordFile = join(draft, 'password')
  mkdirSync(join(draft, 'pg'), { recursive: true, mode: 0o700 })
  writeFileSync(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 })
  account.own(draft)
  account.own(join(draft, 'pg'))
  account.own(passwordFile)
  try {
    const { file, args, options } = account.command(binaries.initdb, [
      ...['-D', join(draft, 'pg'), '-U', 'reprise', '-A', 'scram-sha-256', '-E', 'UTF8'],
      ...['--locale=C', '--no-instructions', `--pwfile=${passwordFile}`],
    ])
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = collect(child)
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new Error(`initdb ended with ${code}: ${lastLines(output.join(''))}`)
    // The password is kept inside the cluster, so that the two can only appear together.
    renameSync(passwordFile, join(draft, 'pg', 'reprise.password'))
    renameSync(join(draft, 'pg'), place.cluster)
  } catch (error) {
    if (existsSync(versionFile)) return
    throw new Problem('embedded_unavailable', `cannot make a cluster: ${messageOf(error)}`, {
      source: 'internal',
      hint: 'see the message of initdb, or set DATABASE_URL',
      cause: error,
    })
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** What a killed process left of a cluster that it was making. */
function removeAbandonedDrafts(place: Place): void {
  for (const name of readdirSync(place.dataDir)) {
    const pid = /^pg\.new-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    rmSync(join(place.dataDir, name), { recursive: true, force: true })
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
  if (existsSync(place.log) && statSync(place.log).size > MAX_LOG) truncateSync(place.log)
  const log = openSync(place.log, 'a')
  const from = statSync(place.log).size
  const values = {
    port: String(await freePort()),
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
  // Somebody else started it a moment earlier, or took the port: look again.
  if (/lock file "postmaster.pid" already exists|could not bind/.test(said)) return
  throw failed(place, ended)
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
    await client.query('create database reprise').catch((error: unknown) => {
      // It is there, or somebody else is making it right now.
      if (!['42P04', '23505', '55006'].includes(codeOf(error) ?? '')) throw error
    })
    return client
  } catch (error) {
    await client.end().catch(() => {})
    const code = codeOf(error) ?? ''
    if (/^57P0|^ECONN|^EPIPE/.test(code) || /terminated/.test(messageOf(error))) return undefined
    throw failed(place, messageOf(error))
  }
}

async function leave(place: Place, lease: Client): Promise<void> {
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
    await lease.end().catch(() => {})
  }
}

interface Running {
  pid: number
  port: number
  ready: boolean
}

/**
 * What postmaster.pid says (its lines: pid, data directory, start time, port, socket folder,
 * listen address, shared memory, status), or undefined if no server runs. A file that a killed
 * server left is removed where its pid now belongs to some other program; PostgreSQL itself sees
 * to the case where it belongs to nobody.
 */
function readPidFile(place: Place): Running | undefined {
  let lines: string[]
  try {
    lines = readFileSync(place.pidFile, 'utf8').split('\n')
  } catch {
    return undefined
  }
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined
  if (isOtherProgram(pid)) {
    rmSync(place.pidFile, { force: true })
    return undefined
  }
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function isOtherProgram(pid: number): boolean {
  try {
    return !/postgres|setpriv/.test(readFileSync(`/proc/${pid}/comm`, 'utf8'))
  } catch {
    return false
  }
}

function urlOf(place: Place, port: number, database: string): string {
  const password = readFileSync(join(place.cluster, 'reprise.password'), 'utf8').trim()
  return `postgres://reprise:${password}@127.0.0.1:${port}/${database}`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

function collect(child: ChildProcess): string[] {
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => output.push(text))
  }
  child.once('error', (error) => {
    output.push(messageOf(error))
    child.emit('close', null)
  })
  return output
}

function failed(place: Place, what: string): Problem {
  const said = existsSync(place.log) ? lastLines(readFileSync(place.log, 'utf8')) : ''
  return new Problem(
    'embedded_unavailable',
    `the embedded PostgreSQL of ${place.dataDir}: ${what}`,
    {
      source: 'internal',
      hint: `see ${place.log}${said === '' ? '' : `, which ends with: ${said}`}`,
    },
  )
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ')
}

const MAX_LOG = 10 * 1024 * 1024

/** Key of the advisory lock in the database `postgres` that stands for the use of the server. */
const LEASE = 7_236_001
