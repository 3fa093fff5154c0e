import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { BlockList } from 'node:net'
import { clientAddress } from '../../../wire/client-address.ts'
import type { Role } from './role.ts'

/** Whoever asks, once it is known. */
export interface Caller {
  name: string
  role: Role
  /** `machine`: somebody on this machine, where nothing more is asked for. */
  by: 'machine' | 'token'
  address: string
}

/** What the door tells the routes. */
export interface DoorEnv {
  Variables: { caller: Caller }
}

/** Where a request came from; `unknown` where the connection is gone already. */
export function addressOf(c: Context, trustedProxies: BlockList | null): string {
  const peer = getConnInfo(c).remote.address
  if (peer === undefined) return 'unknown'
  const forwardedFor = c.req.header('x-forwarded-for')
  return clientAddress(trustedProxies, peer, forwardedFor === undefined ? [] : [forwardedFor])
}
