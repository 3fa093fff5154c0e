import type { MaskedSecret, Side } from '../entry.ts'
import type { SecretPart } from '../masking/masked.ts'
import type { Secrets } from '../secrets.ts'

// Secrets of targets and bodies as the journal keeps them, beside what they stand masked in: where each
// stands, and what is sealed. The place tells whose it is, and is sealed with it.

/** Null: there was no key, and it was left out. */
export type StoredPart = [place: string, value: { sealed: string } | null]

type Within = MaskedSecret['in']

/** `of` is what they belong to: `entry 17 1790000000000000`, no two things being the same. */
export function storedParts(
  within: Within,
  parts: readonly SecretPart[],
  of: string,
  secrets: Secrets,
): StoredPart[] {
  return parts.map(({ offset, value }) => {
    const place = `${within} ${offset} ${value.length} of ${of}`
    return [place, secrets.sealBytes(place, value)]
  })
}

/** Says of a body in chunks that there are some; sealed too, so that it is known by which key they are. */
export function chunksMark(side: Side, of: string, secrets: Secrets): StoredPart {
  const place = `${side} chunks of ${of}`
  return [place, secrets.sealBytes(place, NOTHING)]
}

const NOTHING = Buffer.alloc(0)

export interface ReadParts {
  masked: readonly MaskedSecret[]
  maskedChunks: readonly Side[]
  /** In which of them are some that cannot be had. */
  withheld: ReadonlySet<Within>
}

/** `opened`: with the values of those that belong here, were not changed, and whose key is known. */
export function readParts(
  stored: readonly StoredPart[] | null,
  of: string,
  secrets: Secrets,
  reading: 'masked' | 'opened',
): ReadParts {
  if (stored === null) return NONE
  const masked: MaskedSecret[] = []
  const maskedChunks: Side[] = []
  const withheld = new Set<Within>()
  for (const [place, sealed] of stored) {
    const [, within, where, length, whose] = PLACE.exec(place) ?? []
    if (within === undefined) continue
    const isOwn = whose === of
    const value = isOwn && reading === 'opened' ? secrets.openBytes(place, sealed) : null
    const isKnown = reading === 'opened' ? value !== null : secrets.knowsKeyOf(sealed)
    if (!isOwn || !isKnown) withheld.add(within as Within)
    if (where === 'chunks') maskedChunks.push(within as Side)
    else {
      const offset = Number(where)
      masked.push({ in: within as Within, offset, length: Number(length), value })
    }
  }
  return { masked, maskedChunks, withheld }
}

const NONE: ReadParts = { masked: [], maskedChunks: [], withheld: new Set() }

const PLACE = /^(target|request|response) (\d+|chunks)(?: (\d+))? of (.*)$/s
