import type { MiddlewareHandler } from 'hono'
import type { DoorEnv } from './caller.ts'
import { insufficient } from './refusals.ts'
import { isEnough, type Role } from './role.ts'

/** How callers show who they are, by the names under which the document has it. */
export const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of --tokens. Its role must be the one named with the route, or one with more rights.',
  },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'reprise',
    description:
      'A session of POST /api/session; `__Host-reprise` with https. Requests that change something ' +
      'must come from a page of this service, or bear the field Reprise-Request.',
  },
} as const

/**
 * The role that a route needs, for its `createRoute`: it is asked for, and the document says so
 * (OpenAPI 3.1 lets a requirement name roles).
 */
export function needs(role: Role) {
  return { security: [{ token: [role] }, { session: [role] }], middleware: requireRole(role) }
}

function requireRole(needed: Role): MiddlewareHandler<DoorEnv> {
  return async (c, next) => {
    const { name, role, by } = c.get('caller')
    if (role !== null && isEnough(role, needed)) return next()
    if (by === 'token') {
      c.header('WWW-Authenticate', `Bearer realm="reprise", error="insufficient_scope"`)
    }
    return insufficient(c, name, role, needed)
  }
}
