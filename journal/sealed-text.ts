import { SECRET_FIELDS, type Secrets, type StoredValue } from './secrets.ts'

// Secret text that stands in no header field, such as a token in a JSON body: sealed as the first of
// the secret fields would be.

/** The name that it is sealed under. */
export const AS = SECRET_FIELDS[0]!

export function sealText(secrets: Secrets, text: string): StoredValue {
  return secrets.seal(AS, Buffer.from(text, 'utf8').toString('latin1'))
}

/** The text as it was, or null where it was left out, or sealed with another key. */
export function openText(secrets: Secrets, stored: StoredValue): string | null {
  if (typeof stored === 'string') return stored
  const opened = secrets.open(AS, stored)
  return opened === null ? null : Buffer.from(opened, 'latin1').toString('utf8')
}
