import type { Transform } from 'node:stream'
import {
  constants,
  createBrotliCompress,
  createBrotliDecompress,
  createDeflate,
  createDeflateRaw,
  createGunzip,
  createGzip,
  createInflate,
  createInflateRaw,
} from 'node:zlib'
import { codingsOf, isZlib } from '../../wire/content-coding.ts'
import type { RawFields } from '../../wire/fields.ts'
import { QUICKLY } from '../coding.ts'

/** Undoes a content coding as a body streams, and does it again. */
export interface CodingStreams {
  undo: Transform
  redo: Transform
}

/** A coding that can be undone as a body streams; null: it has none; undefined: of another one, or several. */
export function streamedCoding(fields: RawFields): string | null | undefined {
  const [coding, ...more] = codingsOf(fields)
  if (coding === undefined) return null
  return more.length === 0 && CODINGS.has(coding) ? coding : undefined
}

const CODINGS = new Set(['gzip', 'x-gzip', 'br', 'deflate'])

/** `first`: how the body begins. Undefined: it is not what it is called. */
export function codingStreams(coding: string, first: Buffer): CodingStreams | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return first[0] === 0x1f
        ? { undo: createGunzip(LARGE), redo: createGzip(AT_ONCE) }
        : undefined
    case 'br':
      return {
        undo: createBrotliDecompress(LARGE),
        redo: createBrotliCompress({ flush: constants.BROTLI_OPERATION_FLUSH, params: QUICKLY }),
      }
    default:
      return isZlib(first)
        ? { undo: createInflate(LARGE), redo: createDeflate(AT_ONCE) }
        : { undo: createInflateRaw(LARGE), redo: createDeflateRaw(AT_ONCE) }
  }
}

const LARGE = { chunkSize: 64 * 1024 }
/** What came goes on, and does not wait for more: somebody may follow it. */
const AT_ONCE = { flush: constants.Z_SYNC_FLUSH }
