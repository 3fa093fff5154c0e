import { hashOf, newToken, type KnownToken } from '../../../../replayer/service/door/tokens.ts'
import { ROLES, type Role } from '../../../../replayer/service/door/role.ts'

/** A token for each role, and what the service knows of them. */
export function people(): {
  tokens: KnownToken[]
  secretOf: Record<Role, string>
  bearerOf: Record<Role, { Authorization: string }>
} {
  const secrets = ROLES.map((role) => [role, newToken()] as const)
  const bearers = secrets.map(([role, secret]) => [role, { Authorization: `Bearer ${secret}` }])
  return {
    tokens: secrets.map(([role, secret]) => ({ name: `one-${role}`, role, hash: hashOf(secret) })),
    secretOf: Object.fromEntries(secrets) as Record<Role, string>,
    bearerOf: Object.fromEntries(bearers) as Record<Role, { Authorization: string }>,
  }
}
