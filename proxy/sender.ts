import type { BlockList } from 'node:net'
import type { Sender } from '../journal/entry.ts'
import { clientAddress } from '../wire/client-address.ts'
import { fieldValue, fieldValues, type RawFields } from '../wire/fields.ts'

/** How a request's sender is told. */
export interface SenderRules {
  /** Peers whose X-Forwarded-For is believed, or null where there are none. */
  trustedProxies: BlockList | null
  /** Field that names the user, in lower case (`x-remote-user`), or null. */
  userField: string | null
  /** Claim of a bearer JWT that names the user, or null. */
  userClaim: string | null
}

/** Who sent a request. Takes names out of credentials, never the credentials. */
export function senderOf(rules: SenderRules, peer: string | undefined, fields: RawFields): Sender {
  return {
    address:
      peer === undefined
        ? null
        : clientAddress(rules.trustedProxies, peer, fieldValues(fields, 'x-forwarded-for')),
    agent: fieldValue(fields, 'user-agent') ?? null,
    user: userName(rules, fields),
  }
}

function userName(rules: SenderRules, fields: RawFields): string | null {
  const named = rules.userField === null ? undefined : fieldValue(fields, rules.userField)
  if (named !== undefined) return storable(Buffer.from(named, 'latin1').toString('utf8'))
  const authorization = fieldValue(fields, 'authorization')
  if (authorization === undefined) return null
  const space = authorization.indexOf(' ')
  const credentials = authorization.slice(space + 1).trim()
  switch (authorization.slice(0, Math.max(space, 0)).toLowerCase()) {
    case 'basic':
      return basicUser(credentials)
    case 'bearer':
      return rules.userClaim === null ? null : jwtClaim(credentials, rules.userClaim)
    default:
      return null
  }
}

/** RFC 7617: base64 of `user:password`. Without a colon there is no telling which it is. */
function basicUser(credentials: string): string | null {
  const pair = Buffer.from(credentials, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? null : storable(pair.slice(0, colon))
}

/** RFC 7519: the second of three base64url parts is a JSON object. It is not verified. */
function jwtClaim(token: string, claim: string): string | null {
  const parts = token.split('.')
  if (parts.length !== 3) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1]!, 'base64url').toString('utf8'))
    if (typeof claims !== 'object' || claims === null || !Object.hasOwn(claims, claim)) return null
    const value = (claims as Record<string, unknown>)[claim]
    return typeof value === 'string' || typeof value === 'number' ? storable(String(value)) : null
  } catch {
    return null
  }
}

/** PostgreSQL's text holds no NUL and no half of a surrogate pair; a longer name is none. */
function storable(name: string): string | null {
  const clean = Buffer.from(name.replaceAll('\0', '').slice(0, 256)).toString('utf8')
  return clean === '' ? null : clean
}
