import { serve, type ServerType } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { createApi, type ApiOptions } from './api.ts'

export interface ServiceOptions extends ApiOptions {
  host: string
  /** 0 takes a free one. */
  port: number
}

export interface RunningService {
  url: string
  close(): Promise<void>
}

/** Starts the replayer's service; rejects with the code of the system call when it cannot listen. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const api = createApi(options)
  const server = await new Promise<ServerType>((resolve, reject) => {
    const started = serve(
      {
        fetch: api.fetch,
        hostname: options.host,
        port: options.port,
        overrideGlobalObjects: false,
      },
      () => resolve(started),
    )
    started.once('error', reject)
  })
  const { address, family, port } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        ;(server as Server).closeAllConnections()
      }),
  }
}
