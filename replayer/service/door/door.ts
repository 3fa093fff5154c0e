import type { Context, MiddlewareHandler } from 'hono'
import type { BlockList } from 'node:net'
import { problem } from '../problems.ts'
import { addressOf, type Caller, type DoorEnv } from './caller.ts'
import { Failures } from './failures.ts'
import { ownerOf, type KnownToken } from './tokens.ts'

export interface DoorOptions {
  tokens: readonly KnownToken[]
  /** Peers that are believed in what they say of others, or null where there are none. */
  trustedProxies: BlockList | null
}

/** Whether nobody is asked who they are: right where only this machine reaches the service. */
export function isOpen({ tokens }: DoorOptions): boolean {
  return tokens.length === 0
}

/** What needs no credentials: the documentation, which holds nothing of the journal. */
const PUBLIC = /^\/api\/(schema|docs(\/.*)?)$/

/**
 * Finds out who asks, or refuses. What is behind it has a caller; which role that needs, each route
 * says itself (see needs.ts).
 */
export function createDoor(options: DoorOptions): MiddlewareHandler<DoorEnv> {
  const failures = new Failures()
  return async (c, next) => {
    if (PUBLIC.test(c.req.path)) return next()
    const address = addressOf(c, options.trustedProxies)
    if (isOpen(options)) {
      c.set('caller', { name: 'local', role: 'admin', by: 'machine', address })
      return next()
    }
    const authorization = c.req.header('authorization')
    if (authorization === undefined) return missing(c)
    const wait = failures.wait(address)
    if (wait > 0) return tooMany(c, address, wait)
    const caller = callerByToken(options.tokens, authorization, address)
    if (caller === null) {
      failures.note(address)
      return wrong(c)
    }
    c.set('caller', caller)
    return next()
  }
}

function callerByToken(
  tokens: readonly KnownToken[],
  authorization: string,
  address: string,
): Caller | null {
  const [, token] = /^Bearer +(\S+) *$/i.exec(authorization) ?? []
  const owner = token === undefined ? null : ownerOf(tokens, token)
  return owner && { name: owner.name, role: owner.role, by: 'token', address }
}

function missing(c: Context): Response {
  c.header('WWW-Authenticate', 'Bearer realm="reprise"')
  return problem(
    c,
    401,
    'credentials_missing',
    'expected `Authorization: Bearer` with a token of this service',
  )
}

function wrong(c: Context): Response {
  c.header('WWW-Authenticate', 'Bearer realm="reprise", error="invalid_token"')
  return problem(c, 401, 'credentials_wrong', 'the token is none that this service knows')
}

function tooMany(c: Context, address: string, wait: number): Response {
  c.header('Retry-After', String(wait))
  return problem(
    c,
    429,
    'failures_exceeded',
    `wrong credentials came from ${address} too often: nothing is asked of it for ${wait} s`,
  )
}
