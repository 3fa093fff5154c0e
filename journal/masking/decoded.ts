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

/** What does not begin as RFC 1952 says is no gzip, whatever it is called: it is looked at as it is. */
function gunzipped(bytes: Buffer): Buffer {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, GZIP) : bytes
}

const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gunzipped,
  'x-gzip': gunzipped,
  br: (bytes) => brotliDecompressSync(bytes, BROTLI),
  // Some send what RFC 1951 says without the envelope of RFC 1950. Its low bits tell.
  deflate: (bytes) =>
    ((bytes[0] ?? 0) & 0x0f) === 8 ? inflateSync(bytes, GZIP) : inflateRawSync(bytes, GZIP),
}
