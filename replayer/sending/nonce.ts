import { createHash } from 'node:crypto'
import type { Request } from '../request.ts'

/** What becomes of values that a client made to be used once, such as Idempotency-Key. */
export interface NonceRules {
  /** Names of fields, in any case. */
  fields: readonly string[]
  /**
   * What new ones are made of, beside the old: another run has another seed, a run that is resumed
   * has its own again.
   */
  seed: string
}

/** The request with new nonces: the same old one becomes the same new one, as long as the seed is. */
export function withNewNonces(request: Request, { fields, seed }: NonceRules): Request {
  const names = new Set(fields.map((name) => name.toLowerCase()))
  const changed = request.fields.map((text, i, all) =>
    i % 2 === 1 && names.has(all[i - 1]!.toLowerCase()) ? newNonce(text, seed) : text,
  )
  return { ...request, fields: changed }
}

/** Of the form of the old one where it has one that may be asked for: a UUID, digits, hex; in quotes or not. */
export function newNonce(old: string, seed: string): string {
  const [, quote = '', inner = ''] = /^("?)(.*)\1$/s.exec(old) ?? []
  const digest = createHash('sha512').update(`${seed}\0${inner}`).digest('hex')
  return quote + inForm(inner, digest) + quote
}

function inForm(old: string, digest: string): string {
  if (UUID.test(old)) return old === old.toUpperCase() ? uuid(digest).toUpperCase() : uuid(digest)
  if (/^\d{6,64}$/.test(old)) return digits(digest).slice(0, old.length)
  if (/^[\da-f]{8,128}$/.test(old)) return digest.slice(0, old.length)
  if (/^[\dA-F]{8,128}$/.test(old)) return digest.slice(0, old.length).toUpperCase()
  return uuid(digest)
}

/** It says that it is of version 4, by chance: some backends take no other (RFC 9562 section 5.4). */
function uuid(digest: string): string {
  const variant = ((parseInt(digest[16]!, 16) & 3) | 8).toString(16)
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `4${digest.slice(13, 16)}`]
  return [...parts, variant + digest.slice(17, 20), digest.slice(20, 32)].join('-')
}

/** No zero in front: a number that is read as one keeps its length. */
function digits(digest: string): string {
  return Array.from(digest, (hex) => String(parseInt(hex, 16) % 10))
    .join('')
    .replace(/^0/, '1')
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
