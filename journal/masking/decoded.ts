import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { fieldValues, type RawFields } from '../../wire/fields.ts'

/** Bytes that a coding may make of a body; what makes more is not looked into. */
const MOST = 4 * 1024 * 1024

/** What stands in a coded body (RFC 9110 section 8.4), as far as it goes; null: it cannot be read. */
export function decodedToLook(fields: RawFields, bytes: Buffer): Buffer | null {
  const codings = fieldValues(fields, 'content-encoding')
    .join(',')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  let decoded = bytes
  for (const coding of codings.reverse()) {
    const decode = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined
    try {
      if (decode === undefined) return null
      decoded = decode(decoded)
    } catch {
      return null
    }
  }
  return codings.length === 0 ? null : decoded
}

// A body that was cut is read up to there.
const GZIP = { maxOutputLength: MOST, finishFlush: constants.Z_SYNC_FLUSH }
const BROTLI = { maxOutputLength: MOST, finishFlush: constants.BROTLI_OPERATION_FLUSH }

const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: (bytes) => gunzipSync(bytes, GZIP),
  'x-gzip': (bytes) => gunzipSync(bytes, GZIP),
  br: (bytes) => brotliDecompressSync(bytes, BROTLI),
  // Some send what RFC 1951 says without the envelope of RFC 1950. Its low bits tell.
  deflate: (bytes) =>
    ((bytes[0] ?? 0) & 0x0f) === 8 ? inflateSync(bytes, GZIP) : inflateRawSync(bytes, GZIP),
}
