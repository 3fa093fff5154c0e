import { bytesOfFile } from '../journal/files/opening.ts'
import type { ForeignReader, ForeignWriter } from '../replayer/formats/formats.ts'
import { guessForeign } from '../replayer/formats/guess.ts'

export type ForeignName = ForeignReader | ForeignWriter
export type ForeignWay = 'export' | 'import'

interface ListedForeign {
  /** One line: what it is. */
  summary: string
  /** Endings of file names by which it is known where no format is named; `.gz` may stand behind. */
  endings: readonly string[]
  ways: readonly ForeignWay[]
}

/** Formats of other programs, by name (docs/formats.md). They have no secrets, and less than a journal. */
const LISTED: Readonly<Record<ForeignName, ListedForeign>> = {
  har: {
    summary: 'HTTP Archive 1.2, as browsers have it',
    ...{ endings: ['.har'], ways: ['export', 'import'] },
  },
  gor: { summary: 'what GoReplay recorded', endings: ['.gor'], ways: ['import'] },
  mitmproxy: {
    summary: 'flows of mitmproxy 6 to 12',
    ...{ endings: ['.flows', '.mitm'], ways: ['import'] },
  },
  curl: { summary: 'a script of curl commands', endings: ['.sh'], ways: ['export'] },
  httpie: { summary: 'a script of HTTPie commands', endings: [], ways: ['export'] },
  http: {
    summary: 'requests for the HTTP clients of JetBrains and VS Code',
    ...{ endings: ['.http', '.rest'], ways: ['export'] },
  },
  k6: { summary: 'a module for k6', endings: ['.k6.js'], ways: ['export'] },
  postman: {
    summary: 'a collection of Postman 2.1',
    ...{ endings: ['.postman_collection.json'], ways: ['export'] },
  },
  openapi: {
    summary: 'a sketch of OpenAPI 3.1, inferred from what was recorded',
    ...{ endings: ['.openapi.json'], ways: ['export'] },
  },
}

const NAMES = Object.keys(LISTED) as ForeignName[]

/** The endings of all of them. */
export const FOREIGN_ENDINGS: readonly string[] = NAMES.flatMap((name) => LISTED[name].endings)

export function foreignNames(way: 'export'): ForeignWriter[]
export function foreignNames(way: 'import'): ForeignReader[]
export function foreignNames(way: ForeignWay): ForeignName[] {
  return NAMES.filter((name) => LISTED[name].ways.includes(way))
}

/** The one that a file is to be written in, by its name; null: none of these. */
export function foreignWriterOf(file: string): ForeignWriter | null {
  const plain = file.replace(/\.gz$/i, '').toLowerCase()
  const fits = (name: ForeignName) => LISTED[name].endings.some((one) => plain.endsWith(one))
  return foreignNames('export').find(fits) ?? null
}

/** The one that a file is written in, by its content; null: none of these. Rejects as reading it does. */
export async function foreignReaderOf(place: string): Promise<ForeignReader | null> {
  let start = Buffer.alloc(0)
  for await (const piece of bytesOfFile(place)) {
    start = Buffer.concat([start, piece])
    if (start.length >= ENOUGH) break
  }
  return guessForeign(start)
}

const ENOUGH = 4096

/** Lines for the help of a command. */
export function foreignHelp(way: ForeignWay): string {
  const names = NAMES.filter((name) => LISTED[name].ways.includes(way))
  const width = Math.max(...names.map((name) => name.length))
  return names.map((name) => `  ${name.padEnd(width)}  ${LISTED[name].summary}`).join('\n')
}
