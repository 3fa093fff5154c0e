import type { Finder } from './finder.ts'

/** A secret value, or a part of it, as it came: where it stands, and its bytes. */
export interface SecretPart {
  offset: number
  value: Buffer
}

/** Bytes with masks in the place of secret values, each as long as what it stands for. */
export interface Masked {
  /** A copy where there is a mask; the bytes that were given where there is none. */
  bytes: Buffer
  parts: readonly SecretPart[]
}

const NO_PARTS: readonly SecretPart[] = []

/** A piece with masks. `undecided`: so many bytes at its end belong to the next piece. */
export function maskPiece(
  bytes: Buffer,
  finder: Finder,
  place: 'more' | 'last',
): Masked & { undecided: number } {
  let masked: Buffer | null = null
  const parts: SecretPart[] = []
  const undecided = finder.find(
    bytes,
    (from, to, mask) => {
      masked ??= Buffer.from(bytes)
      if (mask.length === 1) masked.fill(mask, from, to)
      else masked.write(mask, from, to - from, 'latin1')
      parts.push({ offset: from, value: Buffer.from(bytes.subarray(from, to)) })
    },
    place,
  )
  const decided = (masked ?? bytes).subarray(0, bytes.length - undecided)
  return { bytes: decided, parts: parts.length === 0 ? NO_PARTS : parts, undecided }
}

/** All of it is a secret. */
export function maskWhole(bytes: Buffer): Masked {
  if (bytes.length === 0) return { bytes, parts: NO_PARTS }
  return {
    bytes: Buffer.alloc(bytes.length, '*'),
    parts: [{ offset: 0, value: Buffer.from(bytes) }],
  }
}

/** What `maskPiece` made of it, undone. Parts whose values are not known stay as they are. */
export function unmasked(
  bytes: Buffer,
  parts: readonly { offset: number; value: Buffer | null }[],
): Buffer {
  const known = parts.filter(
    (part): part is SecretPart =>
      part.value !== null && part.offset + part.value.length <= bytes.length,
  )
  if (known.length === 0) return bytes
  const opened = Buffer.from(bytes)
  for (const { offset, value } of known) value.copy(opened, offset)
  return opened
}
