import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { Load, type Kind, type LoadOptions } from './load.ts'
import { Origin } from './origin.ts'
import { copyCluster, PostgresServer } from './postgres-server.ts'
import { ProxyProcess } from './proxy-process.ts'
import { TcpFaults } from './tcp-faults.ts'
import { Volume } from './volume.ts'

export type Mode = 'commit' | 'intent'

/** Mostly small requests; some have a body that comes in several packets. */
const USUAL: readonly Kind[] = [
  ...Array.from({ length: 18 }, () => ({ name: 'small', bytes: [0, 400] }) as const),
  { name: 'middle', bytes: [4_000, 20_000] },
  { name: 'large', bytes: [60_000, 120_000] },
]

export const CLIENTS = 64

/** From when a commit of PostgreSQL counts as stuck, in ms. */
export const SLOW_COMMIT = 500

export interface ProxyOptions {
  /** Of the upstream. */
  target: string
  database: string
  /** The folder of its spool: who gets the same one finds what was left there. */
  spool: string
  /** Default: a free port. */
  listen?: string
  /** Further flags; of two of the same name the later one counts. */
  flags?: Readonly<Record<string, string>>
  env?: Readonly<Record<string, string>>
}

const running = new Set<Round>()

// Who runs the suite was killed: what was started must not outlive it.
process.once('disconnect', () => {
  const ended = [...running].map((round) => round.end('broken'))
  void Promise.allSettled(ended).then(() => process.exit(1))
})

/** Once through a fault in one mode: a folder, and all processes that were started for it. */
export class Round {
  readonly mode: Mode
  readonly folder: string
  readonly stream = `faults-${randomUUID().slice(0, 8)}`
  readonly loads: Load[] = []
  readonly origins: Origin[] = []
  readonly #endings: (() => unknown)[] = []
  #isOver = false

  constructor(mode: Mode) {
    this.mode = mode
    this.folder = mkdtempSync(join(tmpdir(), 'reprise-round-'))
    chmodSync(this.folder, 0o755)
    running.add(this)
  }

  /** A random whole number from `low` to `high`: the timing of a fault. */
  between(low: number, high: number): number {
    return low + Math.floor(Math.random() * (high - low + 1))
  }

  /** Does it when the round is over, the last one first. */
  atEnd(ending: () => unknown): void {
    if (this.#isOver) void ending()
    else this.#endings.push(ending)
  }

  /** Ends all that it started; keeps the folder for whoever wants to know why it failed. */
  async end(outcome: 'held' | 'broken'): Promise<void> {
    this.#isOver = true
    running.delete(this)
    while (this.#endings.length > 0) await this.#endings.pop()!()
    if (outcome === 'held') rmSync(this.folder, { recursive: true, force: true })
  }

  volume(name: string, megabytes: number): Volume {
    const volume = new Volume(join(this.folder, name), megabytes)
    this.atEnd(() => volume.unmount())
    return volume
  }

  /** A migrated PostgreSQL of the round's own, in its folder or on a volume. */
  async postgres(
    settings: Readonly<Record<string, string>> = {},
    folder = this.folder,
  ): Promise<PostgresServer> {
    const cluster = join(folder, 'pg')
    copyCluster(inject('cluster'), cluster)
    return this.anotherServer(cluster, settings)
  }

  /** A server on a cluster that is there, on a port of its own. */
  async anotherServer(
    cluster: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<PostgresServer> {
    const server = await PostgresServer.on({ cluster, settings })
    this.atEnd(() => server.kill())
    await server.start()
    return server
  }

  async tcpFaults(server: PostgresServer): Promise<TcpFaults> {
    const faults = await TcpFaults.before(server.port)
    this.atEnd(() => faults.close())
    return faults
  }

  async origin(program?: 'noting' | 'forgetful' | 'naming'): Promise<Origin> {
    const origin = new Origin(join(this.folder, `origin-${this.origins.length}.notes`), program)
    await origin.start()
    this.origins.push(origin)
    this.atEnd(() => origin.kill())
    return origin
  }

  async proxy(options: ProxyOptions): Promise<ProxyProcess> {
    const { target, database, spool, flags, env } = options
    // So that one which is started in its place finds it free.
    const listen = options.listen ?? `127.0.0.1:${await freePort()}`
    const all = {
      '--target': target,
      '--listen': listen,
      '--admin-listen': '127.0.0.1:0',
      '--database-url': database,
      '--stream': this.stream,
      '--durability': this.mode,
      '--data-dir': join(this.folder, 'data'),
      '--spool-dir': spool,
      '--spool-limit': '256MB',
      '--slow-commit': `${SLOW_COMMIT}ms`,
      '--commit-timeout': '10s',
      '--lease': '3s',
      ...flags,
    }
    const proxy = await ProxyProcess.start(Object.entries(all).flat(), env)
    this.atEnd(() => proxy.kill())
    return proxy
  }

  /** Clients that send until the round stops them. */
  load(url: string, options: Partial<Omit<LoadOptions, 'url' | 'file'>> = {}): Load {
    const name = `c${this.loads.length}`
    const load = new Load({
      url,
      file: join(this.folder, `${name}.answers`),
      name,
      clients: CLIENTS,
      pause: 0,
      kinds: USUAL,
      ...options,
    })
    this.loads.push(load)
    this.atEnd(() => load.kill())
    return load
  }
}
