import type { Say } from '../../telemetry/log.ts'
import cluster from 'node:cluster'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { packageFile } from '../../journal/package-file.ts'
import { Problem } from '../../journal/problem.ts'
import type { RenewableIdentity } from '../../proxy/server.ts'
import { beginTime, monotonic, stepPast, type ClockStep } from '../../proxy/shared-clock.ts'
import { listening } from '../listening.ts'
import type { Address } from '../values.ts'
import { KeptWorker } from './kept-worker.ts'
import type { Answers, Begin, Question, ToWorker } from './messages.ts'

// Several workers on one port, each a process and a recorder of its own: own numbers, own slot and
// spool, own connections to PostgreSQL. What they share is the port and the time. This process, the
// primary, serves nobody: it hands out connections, keeps the workers running, and ends them.

export interface GroupOptions {
  count: number
  /** The same for all. */
  begin: Pick<Begin, 'settings' | 'target' | 'database'>
  identity: RenewableIdentity | undefined
  log: Say
  /** Once aborted, a primary that ends takes what is left of its workers with it. */
  signal: AbortSignal
}

export interface WorkerGroup {
  /** Where all of them serve. */
  url: string
  /** By worker; null for one that is not there, or does not answer in `limit` ms. */
  ask<Q extends Question>(question: Q, limit: number): Promise<Map<number, Answers[Q] | null>>
  /** Ends all of them in order. */
  close(): Promise<void>
}

/** How much longer than `--shutdown-timeout` the end of a worker may take, in ms: it settles then. */
const SETTLING = 15_000

/** How often a free port is looked for, where somebody else was faster. */
const TRIES = 3

/** Resolves when all of them serve. Rejects with the first error of any, when the others have ended. */
export async function startGroup(options: GroupOptions): Promise<WorkerGroup> {
  const { listen } = options.begin.settings
  for (let tries = 1; ; tries++) {
    try {
      return await startOn(await certainAddress(listen), options)
    } catch (error) {
      const isTaken = error instanceof Problem && error.code === 'listen_failed'
      if (!isTaken || listen.port !== 0 || tries === TRIES) throw error
    }
  }
}

/** Workers that are started again must find the port where clients know it, whoever is left of them. */
async function certainAddress(listen: Address): Promise<Address> {
  if (listen.port !== 0) return listen
  const server = createServer()
  await listening('--listen', listen, async () => {
    server.listen(0, listen.host)
    await once(server, 'listening')
  })
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return { ...listen, port }
}

async function startOn(listen: Address, options: GroupOptions): Promise<WorkerGroup> {
  const { count, identity, log } = options
  const settings = { ...options.begin.settings, listen }
  const time: [ClockStep, ...ClockStep[]] = [...beginTime()]
  // Each gets the next connection in turn. Where workers take what they can get, nothing is handed
  // out, but a pool of kept connections that opens at once falls to 56 and 8 of two, and stays so.
  // It costs this process 0.12 ms a connection, a quarter of what a worker spends on one with a
  // single request, and nothing for what is asked on it later.
  cluster.schedulingPolicy = cluster.SCHED_RR
  cluster.setupPrimary({
    exec: packageFile('dist/cli/workers/worker.js'),
    args: [],
    // Settings hold Infinity and bytes.
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const workers = Array.from({ length: count }, (_, index) => {
    const number = index + 1
    const begin = (): Begin => ({
      ...{ kind: 'begin', worker: number, ...options.begin, settings, time },
      identity: identity?.current ?? null,
    })
    return new KeptWorker({ number, begin, onPass, log })
  })
  identity?.onRenewal((renewed) => sendAll({ kind: 'identity', identity: renewed }))
  const killAll = () => {
    if (options.signal.aborted) for (const worker of workers) worker.kill()
  }
  process.on('exit', killAll)
  try {
    const [url] = await Promise.all(workers.map((worker) => worker.start()))
    return { url: url!, ask, close }
  } catch (error) {
    // What kept the first from serving is what must be told.
    await close().catch(() => {})
    throw error
  }

  function onPass(moment: number): number {
    const step = stepPast(time, moment, monotonic())
    if (step === null) return 0
    const moved = step.zero - time.at(-1)!.zero
    time.push(step)
    sendAll({ kind: 'step', step })
    return moved
  }

  function sendAll(message: ToWorker): void {
    for (const worker of workers) worker.send(message)
  }

  async function ask<Q extends Question>(question: Q, limit: number) {
    const answers = workers.map(
      async (worker, index) => [index + 1, await worker.ask(question, limit)] as const,
    )
    return new Map(await Promise.all(answers))
  }

  async function close(): Promise<void> {
    const limit = settings['shutdown-timeout'] + SETTLING
    const ended = await Promise.allSettled(workers.map((worker) => worker.end(limit)))
    process.off('exit', killAll)
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }
}
