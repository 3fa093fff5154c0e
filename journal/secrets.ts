import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

// Secrets in header fields: encrypted at rest where a key is given, left out where none is.
// AES-256-GCM with a random 96-bit nonce per value; the field's name is authenticated with it, so
// that a sealed value cannot be moved under another name (NIST SP 800-38D).

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
  /** Whether the values of a field are secrets. Any case. */
  isSecret: (name: string) => boolean
  /** What is stored in place of a secret value. */
  seal: (name: string, value: string) => StoredValue
  /** The value as it came, or null where it was left out, tampered with, or sealed with another key. */
  open: (name: string, stored: StoredValue) => string | null
}

/** `key` is 32 bytes, or null where there is none: secrets are left out then. */
export function createSecrets(
  key: Buffer | null,
  fields: readonly string[] = SECRET_FIELDS,
): Secrets {
  const names = new Set(fields.map((name) => name.toLowerCase()))
  const lengths = new Set(fields.map((name) => name.length))
  const id = key === null ? '' : keyId(key)
  const isSecret = (name: string) => lengths.has(name.length) && names.has(name.toLowerCase())
  return {
    isSecret,
    seal(name, value) {
      if (key === null) return null
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(Buffer.from(name.toLowerCase(), 'latin1'))
      const text = Buffer.concat([cipher.update(value, 'latin1'), cipher.final()])
      const bytes = Buffer.concat([nonce, text, cipher.getAuthTag()])
      return { sealed: `${id}.${bytes.toString('base64url')}` }
    },
    open(name, stored) {
      if (stored === null || typeof stored === 'string') return stored
      const [sealedWith, text = ''] = stored.sealed.split('.')
      // Who does not know that it is a secret would show it.
      if (key === null || sealedWith !== id || !isSecret(name)) return null
      const bytes = Buffer.from(text, 'base64url')
      try {
        const nonce = bytes.subarray(0, NONCE_BYTES)
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
        decipher.setAAD(Buffer.from(name.toLowerCase(), 'latin1'))
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
        const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
        return Buffer.concat([opened, decipher.final()]).toString('latin1')
      } catch {
        return null
      }
    },
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
function keyId(key: Buffer): string {
  return createHash('sha256').update('reprise key id').update(key).digest('hex').slice(0, 8)
}

const NONCE_BYTES = 12
const TAG_BYTES = 16
