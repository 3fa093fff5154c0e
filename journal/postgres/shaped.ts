import type { Queryable } from './database.ts'
import { nameOf, type Chunk } from './directory.ts'
import { bitsOf, bytesFor, placesIn, unpacked } from './packed.ts'
import type { PathSieve, Told } from './path-sieve.ts'
import { both, either } from './postings.ts'
import { END } from './shapes.ts'

/** The shapes of a chunk, and what a sieve says of each. */
export interface Judged {
  shapes: readonly string[]
  told: readonly Told[]
}

/**
 * Which entries of a chunk have a shape, and what fills their gaps, by the shape's number; null: all of them
 * match, or none has what each has that matches.
 */
type Shaped = ReadonlyMap<number, { members: Buffer; filling: string | null }>

/** So few entries are sooner read than told by their chunk. */
const FEW = 4

/** How long that is gone on with, in ms: globs that make too many states are told by the entries. */
const PATIENCE = 250

/** Of the bits of chunks those that the sieve leaves through too. */
export async function siftedPaths(
  db: Queryable,
  sieve: PathSieve,
  chunks: readonly Chunk[],
  judged: ReadonlyMap<string, Judged>,
  sieved: ReadonlyMap<string, Uint8Array>,
): Promise<Map<string, Uint8Array>> {
  const open = chunks.filter((chunk) => {
    const name = nameOf(chunk)
    return toldOf(judged.get(name)) === 'some' && hasMany(sieved.get(name)!)
  })
  const shaped = await readShaped(db, sieve, open, judged)
  const left = new Map(sieved)
  const begun = performance.now()
  for (const chunk of open) {
    if (performance.now() - begun > PATIENCE) break
    const name = nameOf(chunk)
    const own = shaped.get(name)
    if (own !== undefined)
      left.set(name, both([sieved.get(name)!, matchedOf(chunk, sieve, judged.get(name)!, own)]))
  }
  return left
}

function hasMany(bits: Uint8Array): boolean {
  let count = 0
  for (let i = 0; i < bits.length && count <= FEW; i++) {
    for (let rest = bits[i]!; rest !== 0; rest &= rest - 1) count++
  }
  return count > FEW
}

/** Of a chunk as a whole; of one without shapes, all. */
export function toldOf(judged: Judged | undefined): Told {
  const [first = 'all', ...others] = new Set(judged?.told)
  return others.length === 0 ? first : 'some'
}

export async function readJudged(
  db: Queryable,
  sieve: PathSieve,
  chunks: readonly Chunk[],
): Promise<Map<string, Judged>> {
  if (chunks.length === 0) return new Map()
  const { rows } = await db.query<{ stream: string; chunk: number; shapes: string }>(
    `select stream, chunk, shapes from reprise.chunk
       join unnest($1::text[], $2::integer[]) as part(stream, chunk) using (stream, chunk)
     where shapes is not null`,
    [chunks.map(({ stream }) => stream), chunks.map(({ chunk }) => chunk)],
  )
  return new Map(
    rows.map((row) => {
      const shapes = row.shapes.split(END).slice(0, -1)
      return [nameOf(row), { shapes, told: shapes.map((shape) => sieve.ofShape(shape)) }]
    }),
  )
}

/** But for those of which none matches. PostgreSQL looks for what must be there sooner than it sends it all. */
async function readShaped(
  db: Queryable,
  sieve: PathSieve,
  chunks: readonly Chunk[],
  judged: ReadonlyMap<string, Judged>,
): Promise<Map<string, Shaped>> {
  const wanted = chunks.flatMap((chunk) => {
    const { shapes, told } = judged.get(nameOf(chunk))!
    return shapes.flatMap((text, shape) => {
      if (told[shape] === 'none') return []
      const needle = told[shape] === 'all' ? null : (sieve.needleIn(text) ?? '')
      return { ...chunk, shape, needle }
    })
  })
  if (wanted.length === 0) return new Map()
  const { rows } = await db.query<ShapedRow>(
    `select part.stream, part.chunk, part.shape, members,
       case when position(needle in filling) > 0 then filling end as filling
     from unnest($1::text[], $2::integer[], $3::smallint[], $4::text[])
         as part(stream, chunk, shape, needle)
       cross join lateral (select members, filling from reprise.shaped where stream = part.stream
         and chunk = part.chunk and shape = part.shape offset 0) shaped`,
    [
      wanted.map(({ stream }) => stream),
      wanted.map(({ chunk }) => chunk),
      wanted.map(({ shape }) => shape),
      wanted.map(({ needle }) => needle),
    ],
  )
  const shaped = new Map<string, Map<number, ShapedRow>>()
  for (const row of rows) {
    const own = shaped.get(nameOf(row)) ?? new Map()
    shaped.set(nameOf(row), own.set(row.shape, row))
  }
  return shaped
}

interface ShapedRow {
  stream: string
  chunk: number
  shape: number
  members: Buffer
  filling: string | null
}

/** A bit for each entry of a chunk: whether its path may match. */
function matchedOf(
  { entries }: Chunk,
  sieve: PathSieve,
  { shapes, told }: Judged,
  shaped: Shaped,
): Uint8Array {
  const parts = [...shaped].map(([shape, { members, filling }]) => {
    if (told[shape] === 'all') return unpacked(members, entries)
    const among = filling === null ? [] : sieve.among(shapes[shape]!, filling)
    if (among.length === 0) return new Uint8Array(bytesFor(entries))
    const places = placesIn(unpacked(members, entries), entries)
    return bitsOf(
      among.map((place) => places[place]!),
      bytesFor(entries),
    )
  })
  return either(parts)
}
