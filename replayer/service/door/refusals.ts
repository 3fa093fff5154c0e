import type { Context } from 'hono'
import { problem } from '../problems.ts'
import { OWN_FIELD } from './foreign.ts'
import type { Role } from './role.ts'

// What is said at the door (RFC 6750 section 3, RFC 6585 section 4).

export function missing(c: Context): Response {
  c.header('WWW-Authenticate', 'Bearer realm="reprise"')
  return problem(
    c,
    401,
    'credentials_missing',
    'expected `Authorization: Bearer` with a token of this service, or a session',
    'sign in with POST /api/session',
  )
}

export function wrong(c: Context): Response {
  c.header('WWW-Authenticate', 'Bearer realm="reprise", error="invalid_token"')
  return problem(c, 401, 'credentials_wrong', 'the token is none that this service knows')
}

export function tooMany(c: Context, address: string, wait: number): Response {
  c.header('Retry-After', String(wait))
  return problem(
    c,
    429,
    'failures_exceeded',
    `wrong credentials came from ${address} too often: nothing is asked of it for ${wait} s`,
  )
}

export function foreign(c: Context): Response {
  return problem(
    c,
    403,
    'origin_refused',
    'another site may have made a browser send this',
    `what is no browser says so with the field ${OWN_FIELD}: 1, or shows a token`,
  )
}

export function insufficient(c: Context, name: string, role: Role | null, needed: Role): Response {
  return problem(
    c,
    403,
    'role_insufficient',
    `this needs the role ${needed}; ${name} has ${role === null ? 'none' : `the role ${role}`}`,
  )
}
