import type { Context, MiddlewareHandler } from 'hono'
import type { BlockList } from 'node:net'
import type { DeedStore } from '../../../journal/deed.ts'
import type { Say } from '../../../telemetry/log.ts'
import { actorOf, wayOf, type Caller, type DoorEnv, type Way } from './caller.ts'
import { Failures } from './failures.ts'
import { isChanging, origin } from './foreign.ts'
import { identityOf, type IdentityRules } from './identity.ts'
import { RefusedDeeds } from './refused-deeds.ts'
import * as refusals from './refusals.ts'
import { dropSessionId, sessionId, setSessionId } from './session-cookie.ts'
import { Sessions, type Session } from './sessions.ts'
import { ownerOf, type KnownToken } from './tokens.ts'

export interface DoorOptions {
  tokens: readonly KnownToken[]
  /** What is believed of an identity proxy, or null where there is none. */
  identity: IdentityRules | null
  /** Peers that are believed in what they say of others, or null where there are none. */
  trustedProxies: BlockList | null
}

/** Whether nobody is asked who they are: right where only this machine reaches the service. */
export function isOpen({ tokens, identity }: DoorOptions): boolean {
  return tokens.length === 0 && identity === null
}

/** What needs no credentials: the documentation, which holds nothing of the journal. */
const PUBLIC = /^\/api\/(schema|docs(\/.*)?)$/
/** A bound of what is kept of a path, in characters. */
const MOST_PATH = 200
/** Where credentials are shown for the first time. */
const SIGN_IN = '/api/session'

/**
 * Finds out who asks, or refuses. Whatever is behind `guard` has a caller; which role that needs, each
 * route says itself (see needs.ts).
 */
export class Door {
  readonly #options: DoorOptions
  readonly #failures = new Failures()
  readonly #sessions = new Sessions()
  readonly #deeds: DeedStore
  readonly #refused: RefusedDeeds

  constructor(options: DoorOptions, deeds: DeedStore, say: Say) {
    this.#options = options
    this.#deeds = deeds
    this.#refused = new RefusedDeeds(deeds, say)
  }

  get guard(): MiddlewareHandler<DoorEnv> {
    return async (c, next) => {
      if (PUBLIC.test(c.req.path)) return next()
      const way = wayOf(c, this.#options.trustedProxies)
      if (c.req.path === SIGN_IN && c.req.method === 'POST') {
        return origin(c) === 'foreign' ? refusals.foreign(c) : next()
      }
      const caller = this.#callerOf(c, way)
      if (caller instanceof Response) return caller
      if (!isVouchedFor(c, caller)) return refusals.foreign(c)
      c.set('caller', caller)
      const id = caller.by === 'session' ? sessionId(c, way.scheme)! : null
      c.set('isStillIn', () => id === null || this.#sessions.lasts(id))
      return next()
    }
  }

  /** Begins a session for whoever has the token, or answers why not. */
  async signIn(c: Context<DoorEnv>, token: string): Promise<Caller | Response> {
    const way = wayOf(c, this.#options.trustedProxies)
    const owner = this.#ownerOf(c, way, token)
    if (owner instanceof Response) return owner
    const { name, role } = owner
    const actor = { who: name, role, means: 'token', address: way.address } as const
    await this.#deeds.noteDeed({ ...actor, action: 'sign_in', stream: null, detail: {} })
    const { id, session } = this.#sessions.begin(name, role)
    setSessionId(c, way.scheme, id, Math.round((session.endsAt - Date.now()) / 1000))
    return callerOf(session, way)
  }

  /** Ends the session of a request, if it has one: at once, and whether it can be noted or not. */
  async signOut(c: Context<DoorEnv>): Promise<void> {
    const { scheme } = wayOf(c, this.#options.trustedProxies)
    const id = sessionId(c, scheme)
    if (id !== undefined) this.#sessions.end(id)
    dropSessionId(c, scheme)
    const actor = actorOf(c.get('caller'))
    await this.#deeds.noteDeed({ ...actor, action: 'sign_out', stream: null, detail: {} })
  }

  #callerOf(c: Context<DoorEnv>, way: Way): Caller | Response {
    const { address } = way
    if (isOpen(this.#options)) {
      return { name: 'local', role: 'admin', by: 'machine', address, endsAt: null }
    }
    const authorization = c.req.header('authorization')
    if (authorization !== undefined) {
      const [, token = ''] = /^Bearer +(\S+) *$/i.exec(authorization) ?? []
      const owner = this.#ownerOf(c, way, token)
      if (owner instanceof Response) return owner
      return { name: owner.name, role: owner.role, by: 'token', address, endsAt: null }
    }
    const id = sessionId(c, way.scheme)
    const session = id === undefined ? null : this.#sessions.find(id)
    if (session !== null) return callerOf(session, way)
    return this.#callerByIdentity(way) ?? refusals.missing(c)
  }

  #ownerOf(c: Context<DoorEnv>, { address }: Way, token: string): KnownToken | Response {
    const wait = this.#failures.wait(address)
    if (wait > 0) return refusals.tooMany(c, address, wait)
    const owner = ownerOf(this.#options.tokens, token)
    if (owner !== null) return owner
    this.#failures.note(address)
    this.#refused.note(address, { asked: `${c.req.method} ${c.req.path.slice(0, MOST_PATH)}` })
    return refusals.wrong(c)
  }

  #callerByIdentity({ believed, address }: Way): Caller | null {
    const { identity } = this.#options
    const known = identity && believed && identityOf(identity, believed)
    return known && { ...known, by: 'identity', address, endsAt: null }
  }
}

function callerOf({ name, role, endsAt }: Session, { address }: Way): Caller {
  return { name, role, by: 'session', address, endsAt }
}

/**
 * A token stands in a field that nothing adds by itself. All else a browser would bring along for any
 * page, so what changes something must tell that it is from one of ours; of a program on this machine
 * nothing is asked. Another site's page may not look either: it cannot read the answer, but how long one
 * takes tells whether a search finds something, and its streams would be all that an address may have.
 */
function isVouchedFor(c: Context, { by }: Caller): boolean {
  if (by === 'token') return true
  const from = origin(c)
  return from === 'own' || (from === 'nobody_says' && (by === 'machine' || !isChanging(c)))
}
