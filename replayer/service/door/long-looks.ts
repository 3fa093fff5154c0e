import type { Context } from 'hono'
import { problem } from '../problems.ts'
import type { DoorEnv } from './caller.ts'
import { Places } from './places.ts'

/**
 * What reads all of the journal holds one of the few connections to it (--connections, 4) for as long as
 * that takes, also when its client has left. So many at once, so that one is left for all else: runs note
 * what came of their requests by it.
 */
const MOST = { ofOne: 2, ofAll: 3 }

/** Takes a long look in its turn, or answers why not. */
export type TakeLongLook = <T>(c: Context<DoorEnv>, look: () => Promise<T>) => Promise<T | Response>

export function longLooks(): TakeLongLook {
  const places = new Places(MOST, 'requests under way that read all of the journal')
  return async (c, look) => {
    const { address } = c.get('caller')
    const refusal = places.refusal(address)
    if (refusal !== null) {
      c.header('Retry-After', '5')
      return problem(c, 429, 'requests_exceeded', refusal)
    }
    const leave = places.take(address)
    try {
      return await look()
    } finally {
      leave()
    }
  }
}
