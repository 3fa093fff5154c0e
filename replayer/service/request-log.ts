import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context, MiddlewareHandler } from 'hono'
import type { Say } from '../../telemetry/log.ts'
import type { TellExchanged } from '../../telemetry/exchanged.ts'
import type { DoorEnv } from './door/caller.ts'
import { requestId, traceOf } from '../../telemetry/request-id.ts'

/** `path`: without the query string, which may hold secrets. */
export type Access = 'off' | 'path' | 'whole'

/** Gives each request an id, unless it came with one, and says it in the answer. */
export const nameRequest: MiddlewareHandler = async (c, next) => {
  const named = { id: c.req.header('x-request-id'), traceparent: c.req.header('traceparent') }
  c.set('requestId', requestId(named))
  await next()
  c.header('X-Request-Id', nameOf(c))
}

export function nameOf(c: Context): string {
  return c.get('requestId') as string
}

/** Tells of each request when the last byte of its answer has gone, or its client. */
export function tellOf(tell: TellExchanged): MiddlewareHandler<DoorEnv> {
  return async (c, next) => {
    const beganAt = performance.timeOrigin + performance.now()
    const { incoming, outgoing } = c.env
    outgoing.once('close', () => {
      tell({
        ...{ method: c.req.method, target: incoming.url!, protocol: incoming.httpVersion },
        client: getConnInfo(c).remote.address,
        status: outgoing.headersSent ? outgoing.statusCode : null,
        end: outgoing.writableFinished ? 'whole' : 'cut',
        ...{ beganAt, duration: performance.timeOrigin + performance.now() - beganAt },
        id: nameOf(c),
        traceparent: c.req.header('traceparent'),
        tracestate: c.req.header('tracestate'),
      })
    })
    await next()
  }
}

/** Has one line said of each request. */
export function noteAccess(say: Say, access: Exclude<Access, 'off'>): MiddlewareHandler {
  return async (c, next) => {
    const began = performance.now()
    await next()
    const { method } = c.req
    const { pathname, search } = new URL(c.req.url)
    const target = access === 'whole' ? pathname + search : pathname
    const { status } = c.res
    const trace = traceOf(c.req.header('traceparent'))
    const client = getConnInfo(c).remote.address
    say(`${method} ${target} ${status}`, 'info', {
      ...{ request: nameOf(c), method, target, status },
      ...(trace !== undefined && { trace }),
      ...(client !== undefined && { client }),
      duration: Math.round((performance.now() - began) * 1000) / 1000,
    })
  }
}
