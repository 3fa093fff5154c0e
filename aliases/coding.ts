import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib'
import { codingsOf, isZlib } from '../wire/content-coding.ts'
import type { RawFields } from '../wire/fields.ts'

/** Bytes of a decoded body beyond which it is not looked into. */
const LARGEST = 4 * 1024 * 1024

/** A body without its content codings (RFC 9110 section 8.4), and the way back. */
export interface Decoded {
  bytes: Buffer
  encode: (bytes: Buffer) => Buffer
}

/** `larger` than is looked into; `unreadable`: of a coding that is not known, or not what it says. */
export function decodedBody(body: Buffer, fields: RawFields): Decoded | 'larger' | 'unreadable' {
  const codings = codingsOf(fields)
  if (codings.length > 3) return 'unreadable'
  if (body.length > LARGEST) return 'larger'
  let decoded: Decoded = { bytes: body, encode: (bytes) => bytes }
  for (const coding of codings.reverse()) {
    const inner = undone(coding, decoded.bytes)
    if (typeof inner === 'string') return inner
    const { encode } = decoded
    decoded = { bytes: inner.bytes, encode: (bytes) => encode(inner.encode(bytes)) }
  }
  return decoded
}

/** Its default takes seconds for a body of a MiB. */
export const QUICKLY = { [constants.BROTLI_PARAM_QUALITY]: 5 }

function undone(coding: string, body: Buffer): Decoded | 'larger' | 'unreadable' {
  const limit = { maxOutputLength: LARGEST }
  try {
    switch (coding) {
      case 'gzip':
      case 'x-gzip':
        return { bytes: gunzipSync(body, limit), encode: (bytes) => gzipSync(bytes) }
      case 'br':
        return {
          bytes: brotliDecompressSync(body, limit),
          encode: (bytes) => brotliCompressSync(bytes, { params: QUICKLY }),
        }
      case 'deflate':
        return isZlib(body)
          ? { bytes: inflateSync(body, limit), encode: (bytes) => deflateSync(bytes) }
          : { bytes: inflateRawSync(body, limit), encode: (bytes) => deflateRawSync(bytes) }
      default:
        return 'unreadable'
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? 'larger'
      : 'unreadable'
  }
}
