import type { EntryCursor } from '../contract.ts'
import type { Candidate } from './candidate-sources.ts'
import type { EntryFilter } from '../filter.ts'
import { ID_BYTES, SPAN_BYTES, SPAN_ENTRIES } from './chunks.ts'
import type { Queryable } from './database.ts'
import type { Chunk } from './directory.ts'
import { keysOf, sifted } from './postings.ts'
import type { Sieve } from './terms.ts'

/** Of a chunk the entries that may match and were not read yet. */
export interface Pile {
  chunk: Chunk
  /** Where in the chunk they are, in the order in which they are read. */
  at: readonly number[]
  /** All of them stand behind this place. */
  edge: EntryCursor
}

/** What the sieve leaves through of some chunks, without one all, and may have arrived in time. */
export async function piledUp(
  db: Queryable,
  sieve: Sieve | null,
  chunks: readonly Chunk[],
  direction: 1 | -1,
  { since = -Infinity, until = Infinity }: Pick<EntryFilter, 'since' | 'until'>,
): Promise<Pile[]> {
  const postings = sieve === null ? new Map() : await readPostings(db, keysOf(sieve), chunks)
  const isPartly = (chunk: Chunk) => chunk.firstArrived < since || chunk.lastArrived >= until
  const spans = await readSpans(db, chunks.filter(isPartly))
  return chunks
    .map((chunk) => {
      const known = postings.get(nameOf(chunk)) ?? new Map<string, Buffer>()
      const bits = sieve === null ? null : sifted(sieve, known, chunk.entries)
      const own = spans.get(nameOf(chunk))
      const isTimely = (place: number) => {
        const span = Math.floor(place / SPAN_ENTRIES) * SPAN_BYTES
        const [first, last] = [own!.readDoubleBE(span), own!.readDoubleBE(span + SPAN_BYTES / 2)]
        return first < until && last >= since
      }
      const all = placesIn(bits, chunk.entries)
      const at = own === undefined ? all : all.filter(isTimely)
      return { chunk, at: direction === 1 ? at : at.reverse(), edge: chunk.edge }
    })
    .filter(({ at }) => at.length > 0)
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

function placesIn(bits: Uint8Array | null, entries: number): number[] {
  if (bits === null) return Array.from({ length: entries }, (_, i) => i)
  const places: number[] = []
  for (const [i, byte] of bits.entries()) {
    for (let rest = byte; rest !== 0; rest &= rest - 1) {
      places.push(i * 8 + 31 - Math.clz32(rest & -rest))
    }
  }
  while (places.length > 0 && places.at(-1)! >= entries) places.pop()
  return places
}

const nameOf = ({ stream, chunk }: { stream: string; chunk: number }) => `${chunk} ${stream}`

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

export interface Taken {
  candidates: Candidate[]
  left: Pile[]
}

/** About so many of the first: of some piles all, or of one a part. */
export async function candidatesOf(
  db: Queryable,
  piles: readonly Pile[],
  most: number,
): Promise<Taken> {
  const [first] = piles
  if (first !== undefined && first.at.length > most) {
    const part = { ...first, at: first.at.slice(0, most) }
    const candidates = await readIds(db, [part])
    const last = candidates.at(-1)
    const edge = last === undefined ? null : await placeOf(db, last)
    const rest = { ...first, at: first.at.slice(most), edge: edge ?? first.edge }
    return { candidates, left: [rest, ...piles.slice(1)] }
  }
  let [count, size] = [0, 0]
  while (count < piles.length && size + piles[count]!.at.length <= most) {
    size += piles[count]!.at.length
    count++
  }
  return { candidates: await readIds(db, piles.slice(0, count)), left: piles.slice(count) }
}

/** Of each chunk the part of its ids is read in which those that are wanted stand. */
async function readIds(db: Queryable, piles: readonly Pile[]): Promise<Candidate[]> {
  const lows = piles.map(({ at }) => Math.min(at[0]!, at.at(-1)!))
  const { rows } = await db.query<{ ids: Buffer | null }>(
    `select substring(ids from low * ${ID_BYTES} + 1 for count * ${ID_BYTES}) as ids
     from unnest($1::text[], $2::integer[], $3::integer[], $4::integer[])
         with ordinality as part(stream, chunk, low, count, n)
       left join reprise.chunk using (stream, chunk) order by n`,
    [
      piles.map(({ chunk }) => chunk.stream),
      piles.map(({ chunk }) => chunk.chunk),
      lows,
      piles.map(({ at }) => Math.abs(at[0]! - at.at(-1)!) + 1),
    ],
  )
  return piles.flatMap(({ chunk, at }, i) => {
    const { ids } = rows[i]!
    // Its stream was cleared meanwhile.
    if (ids === null) return []
    const { stream, firstArrived: since, lastArrived: until } = chunk
    return at.map((place) => {
      const id = ids.readUIntBE((place - lows[i]!) * ID_BYTES, ID_BYTES)
      return { stream, id, since, until }
    })
  })
}

/** Null: it was removed. */
async function placeOf(db: Queryable, { stream, id }: Candidate): Promise<EntryCursor | null> {
  const { rows } = await db.query<{ at: string }>(
    `select (extract(epoch from ordered_at) * 1000000)::bigint as at
     from reprise.entry where stream = $1 and id = $2`,
    [stream, id],
  )
  return rows[0] === undefined ? null : { orderedAt: Number(rows[0].at), id }
}
