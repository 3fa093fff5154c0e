import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import { type HttpBindings, RequestError, getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { createApi } from './api.ts'
import { receiveBody } from './body.ts'
import { Faults } from './faults.ts'
import { CommandQueue, type IdStyle } from './queue.ts'

export interface SimulatorOptions {
  /** The address to listen on. */
  readonly host: string
  /** 0: a free one, to be read from {@link Simulator.url}. */
  readonly port: number
  /** Default `sequential`: a replay in order meets the same ids. `random`: it never does. */
  readonly ids?: IdStyle
  /** Bytes; default 64 KiB. A larger body is refused like any other that is no command. */
  readonly maxBody?: number
  /** Where `assets/build.mjs` put the documentation pages; default `dist/assets`. */
  readonly assetsDir?: string
}

export interface Simulator {
  /** Without a slash at the end. Loopback where the host is a wildcard. */
  readonly url: string
  /** Loses everything, as `POST /api/reboot` does. Open connections stay open. */
  reboot(): void
  /**
   * Frees the port and drops every connection at once: there is nothing here worth
   * waiting for. Delayed requests that were not carried out yet never will be.
   */
  close(): Promise<void>
}

/**
 * Starts the volatile command queue; returns when it listens.
 * @throws Error with the `code` of the system call when it cannot listen.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const queue = new CommandQueue(options.ids ?? 'sequential')
  const faults = new Faults()
  const server = createServer(listenerFor(queue, faults, options))
  await listen(server, options)
  let closed: Promise<void> | undefined
  return {
    url: urlOf(server),
    reboot: () => queue.reboot(),
    close: () => (closed ??= close(server, faults)),
  }
}

const DEFAULT_MAX_BODY = 64 * 1024

function listenerFor(queue: CommandQueue, faults: Faults, options: SimulatorOptions) {
  const api = createApi(queue, options.assetsDir)
  const listener = getRequestListener(
    async (request, bindings) => {
      const wire = bindings as HttpBindings
      const body = await receiveBody(wire.incoming, options.maxBody ?? DEFAULT_MAX_BODY)
      if (body.kind === 'aborted') return RESPONSE_ALREADY_SENT
      return faults.around(wire, async () => api.fetch(request, { body }))
    },
    {
      hostname: options.host,
      // The default replaces the process's global Request and Response by its own.
      overrideGlobalObjects: false,
      errorHandler,
    },
  )
  return (...wire: Parameters<typeof listener>) => void listener(...wire)
}

function errorHandler(error: unknown): Response {
  if (error instanceof RequestError) {
    return Response.json({ error: `The request is malformed: ${error.message}.` }, { status: 400 })
  }
  console.error(error)
  return Response.json({ error: 'Internal error.' }, { status: 500 })
}

async function listen(server: Server, { host, port }: SimulatorOptions): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const reason = code === 'EADDRINUSE' ? 'the port is already in use' : String(cause)
    const message = `The simulator cannot listen on ${host} port ${port}: ${reason}.`
    throw Object.assign(new Error(message, { cause }), { code })
  }
}

function urlOf(server: Server): string {
  const { address, port } = server.address() as AddressInfo
  const host = WILDCARDS[address] ?? address
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

const WILDCARDS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

async function close(server: Server, faults: Faults): Promise<void> {
  faults.close()
  const freed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await freed
}
