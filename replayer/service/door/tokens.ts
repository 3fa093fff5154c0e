import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { parseRole, type Role } from './role.ts'

// Bearer tokens (RFC 6750). The service knows only their SHA-256: a token is 256 random bits, so
// that nothing slower is needed to keep it from being found.

/** A token as the service knows it. */
export interface KnownToken {
  /** Of whoever has it, for the trail. */
  name: string
  role: Role
  hash: Buffer
}

/** The mark by which programs that look for leaked secrets know one of ours. */
const PREFIX = 'reprise_'

/** A token that nobody has had before. */
export function newToken(): string {
  return PREFIX + randomBytes(32).toString('base64url')
}

export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** As a setting holds it: `NAME:ROLE:SHA256`. */
export function describeToken({ name, role, hash }: KnownToken): string {
  return `${name}:${role}:${hash.toString('hex')}`
}

/** Throws a RangeError that says what was expected; what was given is not repeated. */
export function parseToken(text: string): KnownToken {
  const match = /^(.+):([^:]*):([^:]*)$/s.exec(text)
  if (match === null)
    throw new RangeError('expected NAME:ROLE:SHA256, as `reprise token` prints it')
  const [, name, role, hash] = match
  if (!/^[0-9a-f]{64}$/i.test(hash!)) {
    throw new RangeError(
      `expected the SHA-256 of a token in hex after '${name}:', see 'reprise token'`,
    )
  }
  return { name: parseTokenName(name!), role: parseRole(role!), hash: Buffer.from(hash!, 'hex') }
}

/** Throws a RangeError that says what was expected. */
export function parseTokenName(name: string): string {
  if (/^[\w.@-]{1,100}$/.test(name)) return name
  throw new RangeError(`expected a name of letters, digits, '.', '@', '_' and '-', got '${name}'`)
}

/** Who has a token, or null. Takes as long for one as for another: all are compared, each in full. */
export function ownerOf(known: readonly KnownToken[], token: string): KnownToken | null {
  const hash = hashOf(token)
  let owner: KnownToken | null = null
  for (const one of known) {
    if (timingSafeEqual(one.hash, hash)) owner = one
  }
  return owner
}
