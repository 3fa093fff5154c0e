import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { fieldValues, type RawFields } from './fields.ts'

/** Codings of the body of a message (RFC 9110 section 8.4), in the order in which they were applied. */
export function codingsOf(fields: RawFields): string[] {
  const said = fieldValues(fields, 'content-encoding')
  if (said.length === 0) return said
  return said
    .join(',')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
}

export interface Undoing {
  /** In bytes: what makes more is not undone. */
  most: number
  /**
   * Of a body that was cut: nothing, or what there is. Then also what is called gzip and does not begin as
   * RFC 1952 says is looked at as it is.
   */
  cut: 'refused' | 'read'
}

/** A body with its codings undone; null: it cannot be. An empty one has none, whatever the fields say. */
export function withoutCodings(fields: RawFields, bytes: Buffer, undoing: Undoing): Buffer | null {
  if (bytes.length === 0) return bytes
  let decoded = bytes
  for (const coding of codingsOf(fields).reverse()) {
    const undo = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined
    try {
      if (undo === undefined) return null
      decoded = undo(decoded, undoing)
    } catch {
      return null
    }
  }
  return decoded
}

const DECODERS: Readonly<Record<string, (bytes: Buffer, undoing: Undoing) => Buffer>> = {
  gzip: gunzipped,
  'x-gzip': gunzipped,
  br: (bytes, { most: maxOutputLength, cut }) =>
    brotliDecompressSync(bytes, {
      maxOutputLength,
      ...(cut === 'read' && { finishFlush: constants.BROTLI_OPERATION_FLUSH }),
    }),
  deflate: (bytes, undoing) =>
    isZlib(bytes)
      ? inflateSync(bytes, inflating(undoing))
      : inflateRawSync(bytes, inflating(undoing)),
}

/** Of `deflate`: some send what RFC 1951 says without the envelope of RFC 1950. Its low bits tell. */
export function isZlib(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8
}

function gunzipped(bytes: Buffer, undoing: Undoing): Buffer {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  return isGzip || undoing.cut === 'refused' ? gunzipSync(bytes, inflating(undoing)) : bytes
}

function inflating({ most: maxOutputLength, cut }: Undoing) {
  return { maxOutputLength, ...(cut === 'read' && { finishFlush: constants.Z_SYNC_FLUSH }) }
}
