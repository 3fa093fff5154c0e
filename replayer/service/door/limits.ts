import type { ServerOptions } from 'node:http'
import type { MiddlewareHandler } from 'hono'
import type { BlockList } from 'node:net'
import { problem } from '../problems.ts'
import { wayOf, type DoorEnv } from './caller.ts'

// How much the service takes of anybody, before it knows who it is. Bounds of single values stand with
// their schemas.

/** Of a request's body; the longest that means anything is a label. */
const MOST_BODY = 64 * 1024
/** Requests and streams of one client at once. */
const MOST_AT_ONCE = 64
/** Connections of all clients together. */
export const MOST_CONNECTIONS = 1_000

/** Heads, and how long a client may take to send what it sends, in ms. */
export const SERVER_LIMITS: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
}

/** A body tells its length before it comes: nothing is read of one that is too long. */
export const requireSmallBody: MiddlewareHandler = async (c, next) => {
  if (c.req.header('transfer-encoding') !== undefined) {
    return problem(c, 411, 'input_invalid', 'expected a body with its Content-Length')
  }
  if (Number(c.req.header('content-length') ?? 0) <= MOST_BODY) return next()
  return problem(c, 413, 'input_too_large', `expected a body of at most ${MOST_BODY} bytes`)
}

/** Requests of each client at once, until the last byte of their answers has gone. */
export function requireTurn(
  trustedProxies: BlockList | null,
  most = MOST_AT_ONCE,
): MiddlewareHandler<DoorEnv> {
  const underWay = new Map<string, number>()
  return async (c, next) => {
    const { address } = wayOf(c, trustedProxies)
    const count = underWay.get(address) ?? 0
    if (count >= most) {
      c.header('Retry-After', '1')
      return problem(c, 429, 'requests_exceeded', `${address} has ${count} requests under way`)
    }
    underWay.set(address, count + 1)
    c.env.outgoing.once('close', () => {
      const left = underWay.get(address)! - 1
      if (left === 0) underWay.delete(address)
      else underWay.set(address, left)
    })
    return next()
  }
}
