import type { ForeignItem } from '../../journal/foreign.ts'
import type { Write } from './exported.ts'
import { readGor } from './gor-in.ts'
import { writeHar } from './har-out.ts'
import { readHar } from './har-in.ts'
import { writeHttpFile } from './http-file.ts'
import { writeK6 } from './k6-out.ts'
import { readMitmproxy } from './mitmproxy-in.ts'
import { writeOpenapi } from './openapi-out.ts'
import { writePostman } from './postman-out.ts'
import { writeShell } from './shell-out.ts'

// The formats of other programs, by the names that the command line has for them.

/** Reads a file while it comes. Rejects with `file_invalid`. */
export type Read = (pieces: AsyncIterable<Buffer>) => AsyncIterable<ForeignItem>

export const FOREIGN_WRITERS = {
  har: { write: writeHar, endings: ['.har'] },
  curl: { write: writeShell('curl'), endings: ['.sh'] },
  httpie: { write: writeShell('httpie'), endings: [] },
  http: { write: writeHttpFile, endings: ['.http', '.rest'] },
  k6: { write: writeK6, endings: ['.js', '.mjs'] },
  postman: { write: writePostman, endings: ['.postman_collection.json'] },
  openapi: { write: writeOpenapi, endings: ['.openapi.json'] },
} as const satisfies Readonly<Record<string, { write: Write; endings: readonly string[] }>>

export type ForeignWriter = keyof typeof FOREIGN_WRITERS

export const FOREIGN_READERS = {
  har: readHar,
  gor: readGor,
  mitmproxy: readMitmproxy,
} as const satisfies Readonly<Record<string, Read>>

export type ForeignReader = keyof typeof FOREIGN_READERS

/** By how a file begins; null: it is none that is known here. */
export function guessForeign(start: Buffer): ForeignReader | null {
  const text = start
    .subarray(0, 4096)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
  if (/^\s*\{\s*"log"\s*:/.test(text)) return 'har'
  if (/^[123] [\da-fA-F]{8,} \d+(?: -?\d+)?\r?\n/.test(text)) return 'gor'
  if (/^\d{1,10}:\d{1,10}:/.test(text)) return 'mitmproxy'
  return null
}
