import { once } from 'node:events'
import net from 'node:net'
import { messageOf } from '../journal/problem.ts'
import type { Check } from './readiness.ts'

/** How long the upstream may take to accept a connection, in ms. */
const PATIENCE = 1_000

/**
 * Whether the upstream was there yet. Once it was, it is not asked again: a backend that is away for a
 * while is what this proxy is for, and clients are told so by 502.
 */
export function upstreamCheck(target: URL): () => Promise<Check> {
  let wasThere = false
  return async () => {
    if (!wasThere) {
      const failure = await connectOnce(target)
      if (failure !== null) return { name: 'upstream', state: 'not_ready', detail: failure }
      wasThere = true
    }
    return { name: 'upstream', state: 'ready' }
  }
}

/** Answers why it does not come to a connection, or null. */
async function connectOnce({ hostname, port, protocol, host }: URL): Promise<string | null> {
  const socket = net.connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
  })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE) })
    return null
  } catch (error) {
    const isLate = (error as Error).name === 'AbortError'
    return isLate ? `${host} does not accept a connection` : messageOf(error)
  } finally {
    socket.destroy()
  }
}
