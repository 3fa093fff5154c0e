import type { EntryCursor } from '../contract.ts'
import type { Candidate } from './candidate-sources.ts'
import { ID_BYTES } from './chunks.ts'
import type { Queryable } from './database.ts'
import type { Pile } from './piles.ts'

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
