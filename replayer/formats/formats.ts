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
  har: writeHar,
  curl: writeShell('curl'),
  httpie: writeShell('httpie'),
  http: writeHttpFile,
  k6: writeK6,
  postman: writePostman,
  openapi: writeOpenapi,
} as const satisfies Readonly<Record<string, Write>>

export type ForeignWriter = keyof typeof FOREIGN_WRITERS

export const FOREIGN_READERS = {
  har: readHar,
  gor: readGor,
  mitmproxy: readMitmproxy,
} as const satisfies Readonly<Record<string, Read>>

export type ForeignReader = keyof typeof FOREIGN_READERS
