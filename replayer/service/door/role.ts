/**
 * What somebody may do, each with all that stands before it. `read`: look at what was recorded and
 * replayed. `replay`: start replays, settle, label. `admin`: remove, and read the trail of who did what.
 */
export const ROLES = ['read', 'replay', 'admin'] as const

export type Role = (typeof ROLES)[number]

/** Whether a role is enough where another one is needed. */
export function isEnough(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

/** Throws a RangeError that says what was expected. */
export function parseRole(text: string): Role {
  const role = ROLES.find((one) => one === text)
  if (role === undefined) throw new RangeError(`expected ${ROLES.join(', ')}, got '${text}'`)
  return role
}
/** The one that may do the most, or null of none. */
export function highest(roles: readonly Role[]): Role | null {
  return ROLES.findLast((role) => roles.includes(role)) ?? null
}
