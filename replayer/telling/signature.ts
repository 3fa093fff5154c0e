import { createHash, createHmac } from 'node:crypto'
import type { Telling } from '../../journal/lives.ts'

// As the Standard Webhooks specification has it, so that its libraries verify what is sent: the HMAC of
// SHA-256 over id, moment and body, with the secret's bytes as the key.

const SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/

/** The key of a secret `whsec_BASE64` of 24 to 64 bytes. Throws a RangeError that does not repeat it. */
export function parseWebhookSecret(text: string): Buffer {
  const key = Buffer.from(SECRET.exec(text)?.[1] ?? '', 'base64')
  if (key.length >= 24 && key.length <= 64) return key
  throw new RangeError(
    'expected whsec_ and base64 of 24 to 64 bytes: echo "whsec_$(openssl rand -base64 32)"',
  )
}

/** The same each time that it is tried: whoever was told twice knows it by this. */
export function idOf({ stream, number, event, at }: Omit<Telling, 'receiver'>): string {
  const name = JSON.stringify([stream, number, event, at])
  return `msg_${createHash('sha256').update(name).digest('hex').slice(0, 32)}`
}

/** The fields that a receiver verifies; `seconds`: now, since 1970. */
export function signedFields(
  { id, body, seconds }: { id: string; body: string; seconds: number },
  key: Buffer,
): Record<string, string> {
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  }
}
