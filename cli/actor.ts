import { hostname, userInfo } from 'node:os'
import type { Actor } from '../journal/deed.ts'

/** Whoever runs a command, for the audit trail: PostgreSQL let them in, so they have no role here. */
export function actor(means: 'command_line' | 'program' = 'command_line'): Actor {
  return { who: userName(), role: null, means, address: hostname() }
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`
  }
}
