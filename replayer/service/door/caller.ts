import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { BlockList } from 'node:net'
import type { Actor } from '../../../journal/deed.ts'
import { clientAddress, isTrusted, withoutMapping } from '../../../wire/client-address.ts'
import { fieldValue, fieldValues, type RawFields } from '../../../wire/fields.ts'
import type { Role } from './role.ts'
import type { Scheme } from './session-cookie.ts'

/** Whoever asks, once it is known. */
export interface Caller {
  name: string
  /** Null: whoever it is may do nothing. */
  role: Role | null
  /** How it is known; `machine`: somebody on this machine, where nothing more is asked for. */
  by: 'machine' | 'token' | 'session' | 'identity'
  address: string
  /** When that ends, in ms since the epoch; null: by itself it does not. */
  endsAt: number | null
}

/** As the audit trail knows them. */
export function actorOf({ name, role, by, address }: Caller): Actor {
  return { who: name, role, means: by, address }
}

/** What the door tells the routes. */
export interface DoorEnv {
  Bindings: HttpBindings
  Variables: {
    caller: Caller
    /** Whether that is so still: a session may end while its client listens to a stream. */
    isStillIn: () => boolean
  }
}

/** The way by which a request came. */
export interface Way {
  /** Of the client; `unknown` where the connection is gone already. */
  address: string
  /** Of the client's own connection, which may end at a proxy. */
  scheme: Scheme
  /** All fields, from a peer that is believed in what it says of others; or null. */
  believed: RawFields | null
}

export function wayOf(c: Context<DoorEnv>, trustedProxies: BlockList | null): Way {
  const { socket, rawHeaders } = c.env.incoming
  const peer = socket.remoteAddress
  if (peer === undefined) return { address: 'unknown', scheme: 'http', believed: null }
  const forwardedFor = fieldValues(rawHeaders, 'x-forwarded-for')
  const isBelieved = trustedProxies !== null && isTrusted(trustedProxies, withoutMapping(peer))
  const isSecure = isBelieved && fieldValue(rawHeaders, 'x-forwarded-proto') === 'https'
  return {
    address: clientAddress(trustedProxies, peer, forwardedFor),
    scheme: isSecure ? 'https' : 'http',
    believed: isBelieved ? rawHeaders : null,
  }
}
