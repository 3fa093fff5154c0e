import { createHash } from 'node:crypto'
import { fieldPairs, type RawFields } from '../../wire/fields.ts'

// Digests of a body that is another one now (RFC 1864, RFC 3230, RFC 9530): made anew by the algorithms
// that are known; of others they are left out, for they would be wrong.

export function withDigests(fields: RawFields, body: Buffer): string[] {
  return fieldPairs(fields).flatMap(([name, value]) => {
    const now = digestField(name.toLowerCase(), value, body)
    return now === null ? [] : [name, now]
  })
}

export function withoutDigests(fields: RawFields): string[] {
  return fieldPairs(fields).flatMap(([name, value]) => (DIGESTS.test(name) ? [] : [name, value]))
}

const DIGESTS = /^(?:content-md5|digest|content-digest|repr-digest)$/i

function digestField(name: string, value: string, body: Buffer): string | null {
  switch (name) {
    case 'content-md5':
      return digest('md5', body)
    case 'digest':
      return parts(value, (algorithm) => `${algorithm}=${digest(algorithm, body)}`)
    case 'content-digest':
    case 'repr-digest':
      return parts(value, (algorithm) => `${algorithm}=:${digest(algorithm, body)}:`)
    default:
      return value
  }
}

function parts(value: string, made: (algorithm: string) => string): string | null {
  const known = value
    .split(',')
    .map((part) => part.slice(0, Math.max(part.indexOf('='), 0)).trim())
    .filter((algorithm) => HASHES[algorithm.toLowerCase()] !== undefined)
  return known.length === 0 ? null : known.map(made).join(', ')
}

const HASHES: Readonly<Record<string, string>> = {
  md5: 'md5',
  sha: 'sha1',
  'sha-256': 'sha256',
  'sha-512': 'sha512',
}

function digest(algorithm: string, body: Buffer): string {
  return createHash(HASHES[algorithm.toLowerCase()]!).update(body).digest('base64')
}
