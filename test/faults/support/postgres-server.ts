import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { accountFor } from '../../../journal/embedded/account.ts'
import { findBinaries } from '../../../journal/embedded/binaries.ts'
import { isAlive } from '../../../journal/embedded/pid-file.ts'
import { freePort } from '../../support/free-port.ts'

export interface ServerOptions {
  /** The data directory; its log is beside it. */
  cluster: string
  settings?: Readonly<Record<string, string>>
}

/** A PostgreSQL with fsync on, whose processes can be killed, stopped and started again. */
export class PostgresServer {
  readonly port: number
  readonly #options: ServerOptions
  #child: ChildProcess | undefined

  private constructor(port: number, options: ServerOptions) {
    this.port = port
    this.#options = options
  }

  /** Of a cluster that is there; it is not started yet. */
  static async on(options: ServerOptions): Promise<PostgresServer> {
    return new PostgresServer(await freePort(), options)
  }

  /** Of the journal, on this server and past whatever stands between it and the proxy. */
  get url(): string {
    return urlAt(this.port)
  }

  get cluster(): string {
    return this.#options.cluster
  }

  get log(): string {
    return readFileSync(`${this.cluster}.log`, 'utf8')
  }

  get isRunning(): boolean {
    const pid = this.#child?.pid
    return pid !== undefined && isAlive(pid)
  }

  /** Starts it, always on the same port, and waits until it answers. */
  async start(): Promise<void> {
    const { cluster, settings } = this.#options
    const values = {
      port: String(this.port),
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      shared_buffers: '32MB',
      max_connections: '40',
      ...settings,
    }
    const { postgres } = findBinaries()
    const log = openSync(`${cluster}.log`, 'a')
    const { file, args, options } = accountFor([cluster, postgres], cluster).command(postgres, [
      ...['-D', cluster],
      ...Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ])
    this.#child = spawn(file, args, { ...options, stdio: ['ignore', log, log] })
    closeSync(log)
    await this.untilAnswers()
  }

  /** Waits until it takes connections, through a recovery too; throws if it ends instead. */
  async untilAnswers(): Promise<void> {
    const deadline = performance.now() + 60_000
    for (;;) {
      try {
        await this.query('select 1', [], 'postgres')
        return
      } catch (error) {
        if (!this.isRunning || performance.now() > deadline) {
          throw new Error(`PostgreSQL does not start:\n${this.log.slice(-2_000)}`, { cause: error })
        }
        await delay(20)
      }
    }
  }

  /** kill -9 of all its processes at once. */
  async kill(): Promise<void> {
    const pids = this.freeze()
    for (const pid of pids) signal(pid, 'SIGKILL')
    while (pids.some(isAlive)) await delay(5)
  }

  /** Stops all its processes as they are (SIGSTOP): connections stay, nothing answers. */
  freeze(): number[] {
    // The first process makes the others: once it stands still, none is added.
    const first = this.#child?.pid
    if (first === undefined || !isAlive(first)) return []
    signal(first, 'SIGSTOP')
    const pids = [first, ...childrenOf(first)]
    for (const pid of pids) signal(pid, 'SIGSTOP')
    return pids
  }

  thaw(): void {
    const first = this.#child?.pid
    if (first === undefined) return
    for (const pid of [...childrenOf(first), first]) signal(pid, 'SIGCONT')
  }

  /** PostgreSQL's own fast shutdown. */
  async stop(): Promise<void> {
    const pid = this.#child?.pid
    if (pid === undefined) return
    this.thaw()
    signal(pid, 'SIGINT')
    while (isAlive(pid)) await delay(10)
  }

  /** Rows of one statement, on a connection of its own. */
  async query<T extends pg.QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
    database = 'reprise',
  ): Promise<T[]> {
    const client = await this.connect(database)
    try {
      return (await client.query<T>(sql, [...values])).rows
    } finally {
      await client.end()
    }
  }

  /** A session of the server's owner. */
  async connect(database = 'reprise'): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: urlAt(this.port, database) })
    // It may be killed under the session.
    client.on('error', () => {})
    await client.connect()
    return client
  }
}

export function urlAt(port: number, database = 'reprise'): string {
  return `postgres://reprise@127.0.0.1:${port}/${database}?sslmode=disable`
}

/** Makes an empty cluster, small: its WAL comes in files of a megabyte. */
export async function makeCluster(cluster: string): Promise<void> {
  mkdirSync(cluster, { mode: 0o700 })
  const { initdb } = findBinaries()
  const account = accountFor([cluster, initdb], cluster)
  account.own(cluster)
  const { file, args, options } = account.command(initdb, [
    ...['-D', cluster, '-U', 'reprise', '-A', 'trust', '-E', 'UTF8', '--locale=C'],
    ...['--wal-segsize=1', '--no-instructions'],
  ])
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`initdb ended with ${code}`)
}

/** A copy of a stopped cluster, of the same owner. */
export function copyCluster(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to])
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  try {
    // The name, in brackets, may hold anything.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '')
    return Number(text.split(' ')[1])
  } catch {
    return undefined
  }
}

/** Tells a process, if it is still there. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
