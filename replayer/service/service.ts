import { serve, type ServerType } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { isLoopback } from '../target.ts'
import { Problem } from '../../journal/problem.ts'
import { createApi, type ApiOptions } from './api.ts'
import { isOpen } from './door/door.ts'
import { MOST_CONNECTIONS, SERVER_LIMITS } from './door/limits.ts'
import { keepCaughtUp } from './catching-up.ts'
import { RestoreControl, type Restoring } from './restore-control.ts'
import { RunControl, type Replaying } from './run-control.ts'

export interface ServiceOptions extends Omit<ApiOptions, 'hosts' | 'control' | 'restores'> {
  replaying: Replaying
  restoring: Restoring
  host: string
  /** 0 takes a free one. */
  port: number
  /** Names that it is called by, besides those of this machine. */
  allowedHosts: readonly string[]
}

export interface RunningService {
  url: string
  close(): Promise<void>
}

/** How long what was asked already may take to be answered at the end, in ms. */
const CLOSE_DEADLINE = 2_000

/** Starts the replayer's service; rejects with the code of the system call when it cannot listen. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const control = new RunControl(options.journal, options.replaying)
  const restores = new RestoreControl(options.journal, options.restoring, options.say)
  const reachedBy = isLoopback(options.host) ? 'this_machine' : 'others'
  const hosts = { reachedBy, named: options.allowedHosts } as const
  const api = createApi({ ...options, control, restores, hosts })
  const server = await new Promise<ServerType>((resolve, reject) => {
    const started = serve(
      {
        fetch: api.fetch,
        hostname: options.host,
        port: options.port,
        overrideGlobalObjects: false,
        serverOptions: SERVER_LIMITS,
      },
      () => resolve(started),
    )
    ;(started as Server).maxConnections = MOST_CONNECTIONS
    started.once('error', reject)
  })
  const { address, family, port } = server.address() as AddressInfo
  if (isOpen(options.door) && !isLoopback(address)) {
    // A name said that it was this machine's own, and was another's.
    server.close()
    throw openToOthers(address)
  }
  const stopCounting = keepCaughtUp(options.journal, options.say ?? (() => {}))
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await stopCounting()
      // Who watches a run is let go with it.
      await Promise.all([control.close(), restores.close()])
      const timer = setTimeout(() => (server as Server).closeAllConnections(), CLOSE_DEADLINE)
      await closed
      clearTimeout(timer)
      // What a connection that was kept had begun meanwhile.
      await Promise.all([control.close(), restores.close()])
    },
  }
}

function openToOthers(address: string): Problem {
  return new Problem('settings_invalid', `${address} is not this machine's alone`, {
    source: 'user',
    hint: 'say who may come in: --tokens, or listen on 127.0.0.1',
  })
}
