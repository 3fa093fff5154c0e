import type { MiddlewareHandler } from 'hono'
import { problem } from '../problems.ts'
import type { DoorEnv } from './caller.ts'
import { isEnough, type Role } from './role.ts'

/** How callers show who they are, by the names under which the document has it. */
export const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of --tokens. Its role must be the one named with the route, or a later one.',
  },
} as const

/**
 * The role that a route needs, for its `createRoute`: it is asked for, and the document says so
 * (OpenAPI 3.1 lets a requirement name roles).
 */
export function needs(role: Role) {
  return { security: [{ token: [role] }], middleware: requireRole(role) }
}

function requireRole(needed: Role): MiddlewareHandler<DoorEnv> {
  return async (c, next) => {
    const { name, role, by } = c.get('caller')
    if (isEnough(role, needed)) return next()
    if (by === 'token') {
      c.header('WWW-Authenticate', `Bearer realm="reprise", error="insufficient_scope"`)
    }
    return problem(
      c,
      403,
      'role_insufficient',
      `this needs the role ${needed}; ${name} has the role ${role}`,
    )
  }
}
