import { createHmac } from 'node:crypto'
import { keyId, openWith, sealWith } from '../../secrets.ts'

// Secrets in files: as those of the journal (AES-256-GCM, the place authenticated with the value), but for the
// nonce, which is made of the key, the place and the value. So the same selection gives the same bytes, which a
// random nonce would not; two values are never sealed with one nonce, and what it tells is that the same
// secret stands at the same place of two files (as of RFC 5297, a synthetic one).

export interface Sealer {
  keyId: string
  /** `key id.base64url`. */
  seal: (place: string, value: Buffer) => string
}

export function fileSealer(key: Buffer): Sealer {
  const nonces = createHmac('sha256', key).update('reprise file nonce').digest()
  const id = keyId(key)
  return {
    keyId: id,
    seal(place, value) {
      const nonce = createHmac('sha256', nonces)
        .update(`${Buffer.byteLength(place)} ${place} `)
        .update(value)
        .digest()
      return `${id}.${sealWith(key, place, value, nonce.subarray(0, 12))}`
    },
  }
}

/** Opens what one of the keys sealed at that place; null: none did, or it was tampered with. */
export function fileOpener(
  keys: readonly Buffer[],
): (place: string, text: string) => Buffer | null {
  const byId = new Map(keys.map((key) => [keyId(key), key]))
  return (place, text) => {
    const [id = '', sealed = ''] = text.split('.')
    const key = byId.get(id)
    return key === undefined ? null : openWith(key, place, sealed)
  }
}
