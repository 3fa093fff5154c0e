import { isIP, type BlockList } from 'node:net'
import type { Sender } from '../journal/entry.ts'
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
    address: peer === undefined ? null : clientAddress(rules.trustedProxies, peer, fields),
    agent: fieldValue(fields, 'user-agent') ?? null,
    user: userName(rules, fields),
  }
}

/** Parses `10.0.0.0/8`, `::1`; throws a RangeError that says what was expected. */
export function addTrustedProxy(list: BlockList, text: string): void {
  const [address = '', prefix] = text.split('/')
  const version = isIP(address)
  const bits = version === 6 ? 128 : 32
  const length = prefix === undefined ? bits : /^\d+$/.test(prefix) ? Number(prefix) : -1
  if (version === 0 || length < 0 || length > bits) {
    throw new RangeError(`expected an address or a CIDR block such as 10.0.0.0/8, got '${text}'`)
  }
  list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The client's address: the peer's, or, where the peer is a trusted proxy, the last address in
 * X-Forwarded-For that is not one. What stands before it may be anybody's invention.
 */
function clientAddress(trusted: BlockList | null, peer: string, fields: RawFields): string {
  let address = withoutMapping(peer)
  if (trusted === null) return address
  const forwarded = fieldValues(fields, 'x-forwarded-for')
  if (forwarded.length === 0 || !isTrusted(trusted, address)) return address
  for (const hop of forwarded.join(',').split(',').reverse()) {
    const candidate = withoutMapping(hop.trim())
    if (isIP(candidate) === 0) return address
    address = candidate
    if (!isTrusted(trusted, address)) return address
  }
  return address
}

/** A zone (`fe80::1%eth0`) is nothing that a BlockList takes. */
export function isTrusted(trusted: BlockList, address: string): boolean {
  const [bare = ''] = address.split('%')
  return trusted.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4')
}

/** `::ffff:127.0.0.1` is how an IPv6 socket shows an IPv4 peer. */
export function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
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
