import { maskUrl } from './masking/masking.ts'
import { secretNames, SECRET_NAMES, type SecretNames } from './masking/names.ts'
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'

// Secrets in header fields, targets and bodies: encrypted at rest where a key is given, left out where none is.
// AES-256-GCM with a random 96-bit nonce per value; the field's name, or the place in a target or body, is
// authenticated with it, so that a sealed value cannot be moved to another one (NIST SP 800-38D).

/** The fields whose values are secrets, unless the settings name more. */
export const SECRET_FIELDS: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
]

/** A value in the journal: as it came, sealed, or (null) left out. */
export type StoredValue = string | { sealed: string } | null

export interface Secrets {
  /**
   * Whether the values of a field are secrets. Any case. With one: whether it is, also for what stands in
   * it, as in the query of a URL.
   */
  isSecret: (name: string, value?: string) => boolean
  /** What is stored in place of a secret value. */
  seal: (name: string, value: string) => StoredValue
  /** The value as it came, or null where it was left out, tampered with, or sealed with a key that is not known. */
  open: (name: string, stored: StoredValue) => string | null
  /** The same value sealed with the key of today, or null where it cannot be opened. */
  reseal: (name: string, stored: { sealed: string }) => { sealed: string } | null
  /** Which parameters, fields of forms and members of JSON are secrets. */
  names: SecretNames
  /** The same as `seal` of bytes at a place, which is no name of a field: it has spaces. */
  sealBytes: (place: string, value: Buffer) => { sealed: string } | null
  /** Null as of `open`. */
  openBytes: (place: string, stored: { sealed: string } | null) => Buffer | null
  /**
   * By which a sealed value is found again: keyed, so that nobody can find a short one by trying. Of the key
   * of today first, then of each former one; empty where there is none.
   */
  digestsOf: (value: string) => readonly Buffer[]
  /** Whether the key is known that sealed it. */
  knowsKeyOf: (stored: { sealed: string } | null) => boolean
  /** Of the key of today; it tells nothing of the key. Null: there is none. */
  keyId: string | null
}

/**
 * `key` is 32 bytes, or null where there is none: secrets are left out then. `former` are keys that were
 * used before: what they sealed can be opened, and nothing is sealed with them any more. `fields` are those of
 * heads, `memberNames` what is called so in queries, forms and JSON.
 */
export function createSecrets(
  key: Buffer | null,
  fields: readonly string[] = SECRET_FIELDS,
  former: readonly Buffer[] = [],
  memberNames: readonly string[] = SECRET_NAMES,
): Secrets {
  const names = new Set(fields.map((name) => name.toLowerCase()))
  const lengths = new Set(fields.map((name) => name.length))
  const id = key === null ? '' : keyId(key)
  const known = [...former, ...(key === null ? [] : [key])]
  const byId = new Map(known.map((one) => [keyId(one), one]))
  const named = secretNames(memberNames)
  const isSecret = (name: string, value?: string) =>
    (lengths.has(name.length) && names.has(name.toLowerCase())) ||
    (value !== undefined && holdsSecret(value, named))
  const sealBytes = (name: string, value: Buffer) =>
    key === null
      ? null
      : { sealed: `${id}.${sealWith(key, name, value, randomBytes(NONCE_BYTES))}` }
  const seal = (name: string, value: string) => sealBytes(name, Buffer.from(value, 'latin1'))
  const openWhatever = (name: string, stored: { sealed: string }) => {
    const [sealedWith = '', text = ''] = stored.sealed.split('.')
    const itsKey = byId.get(sealedWith)
    return itsKey === undefined ? null : openWith(itsKey, name, text)
  }
  const latin1 = (value: Buffer | null) => value && value.toString('latin1')
  return {
    isSecret,
    seal,
    open(name, stored) {
      if (stored === null || typeof stored === 'string') return stored
      const value = latin1(openWhatever(name, stored))
      // Who does not know that it is a secret would show it.
      return value !== null && isSecret(name, value) ? value : null
    },
    reseal(name, stored) {
      if (key === null) return null
      if (stored.sealed.startsWith(`${id}.`)) return stored
      const value = openWhatever(name, stored)
      return value === null ? null : sealBytes(name, value)
    },
    names: named,
    sealBytes,
    openBytes: (place, stored) => stored && openWhatever(place, stored),
    digestsOf: (value) => known.toReversed().map((one) => keyedDigest(one, value)),
    knowsKeyOf: (stored) => stored !== null && byId.has(stored.sealed.split('.', 1)[0]!),
    keyId: key === null ? null : id,
  }
}

/** Whether it may be a URL, or hold one, with a secret in its query or fragment. */
function holdsSecret(value: string, names: SecretNames): boolean {
  return /[?#]/.test(value) && maskUrl(value, names) !== value
}

/** No two values may be sealed with the same key and nonce, of 12 bytes. */
export function sealWith(key: Buffer, name: string, value: Buffer, nonce: Buffer): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(name.toLowerCase(), 'latin1'))
  const text = Buffer.concat([cipher.update(value), cipher.final()])
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url')
}

function keyedDigest(key: Buffer, value: string): Buffer {
  const own = createHmac('sha256', key).update('reprise lookup').digest()
  return createHmac('sha256', own).update(value).digest()
}

/** Null: it was tampered with. */
export function openWith(key: Buffer, name: string, text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  try {
    const nonce = bytes.subarray(0, NONCE_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(name.toLowerCase(), 'latin1'))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const value = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
    return Buffer.concat([value, decipher.final()])
  } catch {
    return null
  }
}

/** 32 bytes as base64 or hex; throws a RangeError that says what was expected. */
export function parseKey(text: string): Buffer {
  const hex = /^[0-9a-f]{64}$/i.test(text)
  const bytes = Buffer.from(text, hex ? 'hex' : 'base64')
  if (bytes.length !== 32) {
    throw new RangeError(
      'expected 32 bytes as base64 or hex, such as `openssl rand -base64 32` prints',
    )
  }
  return bytes
}

/** Tells keys apart without telling them: the start of a digest. */
export function keyId(key: Buffer): string {
  return createHash('sha256').update('reprise key id').update(key).digest('hex').slice(0, 8)
}

const NONCE_BYTES = 12
const TAG_BYTES = 16
