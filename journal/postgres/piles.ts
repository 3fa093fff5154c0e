import type { EntryCursor } from '../contract.ts'
import type { EntryFilter } from '../filter.ts'
import { SPAN_BYTES, SPAN_ENTRIES } from './chunks.ts'
import type { Queryable } from './database.ts'
import { nameOf, type Chunk } from './directory.ts'
import type { PathSieve } from './path-sieve.ts'
import { placesIn } from './packed.ts'
import { keysOf, sifted } from './postings.ts'
import { readJudged, siftedPaths, toldOf, type Judged } from './shaped.ts'
import type { Sieve } from './terms.ts'

/** Of a chunk the entries that may match and were not read yet. */
export interface Pile {
  chunk: Chunk
  /** Where in the chunk they are, in the order in which they are read. */
  at: readonly number[]
  /** All of them stand behind this place. */
  edge: EntryCursor
}

/** What a filter leaves through at most; null: everything. */
export interface Sieves {
  terms: Sieve | null
  paths: PathSieve | null
}

/** Of some chunks what both sieves leave through, and may have arrived in time. */
export async function piledUp(
  db: Queryable,
  { terms, paths }: Sieves,
  chunks: readonly Chunk[],
  direction: 1 | -1,
  { since = -Infinity, until = Infinity }: Pick<EntryFilter, 'since' | 'until'>,
): Promise<Pile[]> {
  const judged = paths === null ? new Map<string, Judged>() : await readJudged(db, paths, chunks)
  const left = chunks.filter((chunk) => toldOf(judged.get(nameOf(chunk))) !== 'none')
  const byTerms = await siftedTerms(db, terms, left)
  const sieved = paths === null ? byTerms : await siftedPaths(db, paths, left, judged, byTerms)
  const isPartly = (chunk: Chunk) => chunk.firstArrived < since || chunk.lastArrived >= until
  const spans = await readSpans(db, left.filter(isPartly))
  return left
    .map((chunk) => {
      const own = spans.get(nameOf(chunk))
      const isTimely = (place: number) => {
        const span = Math.floor(place / SPAN_ENTRIES) * SPAN_BYTES
        const [first, last] = [own!.readDoubleBE(span), own!.readDoubleBE(span + SPAN_BYTES / 2)]
        return first < until && last >= since
      }
      const all = placesIn(sieved.get(nameOf(chunk))!, chunk.entries)
      const at = own === undefined ? all : all.filter(isTimely)
      return { chunk, at: direction === 1 ? at : at.reverse(), edge: chunk.edge }
    })
    .filter(({ at }) => at.length > 0)
}

/** A bit for each entry of each chunk, and some behind them: whether its terms are left through. */
async function siftedTerms(
  db: Queryable,
  terms: Sieve | null,
  chunks: readonly Chunk[],
): Promise<Map<string, Uint8Array>> {
  const postings: Postings =
    terms === null ? new Map() : await readPostings(db, keysOf(terms), chunks)
  return new Map(
    chunks.map((chunk) => {
      const name = nameOf(chunk)
      const all = () => new Uint8Array(Math.ceil(chunk.entries / 8)).fill(255)
      return [name, terms === null ? all() : sifted(terms, postings.get(name)!, chunk.entries)]
    }),
  )
}

/** Of chunks, when their entries arrived. */
async function readSpans(db: Queryable, chunks: readonly Chunk[]): Promise<Map<string, Buffer>> {
  if (chunks.length === 0) return new Map()
  const { rows } = await db.query<{ stream: string; chunk: number; spans: Buffer }>(
    `select stream, chunk, spans from reprise.chunk
       join unnest($1::text[], $2::integer[]) as part(stream, chunk) using (stream, chunk)`,
    [chunks.map(({ stream }) => stream), chunks.map(({ chunk }) => chunk)],
  )
  return new Map(rows.map((row) => [nameOf(row), row.spans]))
}

type Postings = Map<string, Map<string, Buffer>>

/** By chunk and key. Of each stream a range of chunks is read: they follow each other nearly always. */
async function readPostings(
  db: Queryable,
  keys: readonly string[],
  chunks: readonly Chunk[],
): Promise<Postings> {
  const ranges = new Map<string, { from: number; to: number }>()
  for (const { stream, chunk } of chunks) {
    const { from, to } = ranges.get(stream) ?? { from: chunk, to: chunk }
    ranges.set(stream, { from: Math.min(from, chunk), to: Math.max(to, chunk) })
  }
  const { rows } = await db.query<{ stream: string; chunk: number; key: string; members: Buffer }>(
    `select part.stream, chunk, key, members
     from unnest($1::text[], $2::integer[], $3::integer[]) as part(stream, low, high)
       cross join lateral (select key, chunk, members from reprise.posting
         where stream = part.stream and key = any($4::bigint[]) and chunk between low and high
         offset 0) posting`,
    [
      [...ranges.keys()],
      [...ranges.values()].map(({ from }) => from),
      [...ranges.values()].map(({ to }) => to),
      [...new Set(keys)],
    ],
  )
  const postings: Postings = new Map(chunks.map((chunk) => [nameOf(chunk), new Map()]))
  for (const row of rows) postings.get(nameOf(row))?.set(row.key, row.members)
  return postings
}
