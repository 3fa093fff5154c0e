import type { EntryCursor } from '../contract.ts'
import type { Micros } from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import type { Queryable } from './database.ts'
import { micros, timestamp } from './moment.ts'
import { KNOWN_STREAMS } from './streams.ts'

/** A chunk that is not looked through yet. */
export interface Chunk {
  stream: string
  chunk: number
  entries: number
  firstArrived: Micros
  lastArrived: Micros
  /** All its entries stand behind this place. */
  edge: EntryCursor
}

/** Among chunks of all streams. */
export function nameOf({ stream, chunk }: Pick<Chunk, 'stream' | 'chunk'>): string {
  return `${chunk} ${stream}`
}

/** The chunks that may have something behind a place, in the order, and how far they are made. */
export interface Directory {
  chunks: readonly Chunk[]
  marks: readonly Mark[]
}

/** Of a stream the highest id that is in a chunk. */
export interface Mark {
  stream: string
  mark: string
}

export async function readDirectory(
  db: Queryable,
  filter: EntryFilter,
  from: EntryCursor,
  direction: 1 | -1,
): Promise<Directory> {
  const { stream, since, until, before, idFrom } = filter
  const values: unknown[] = [stream ?? null]
  const conditions: string[] = []
  const at = (moment: Micros) => timestamp(`$${values.push(moment)}::bigint`)
  if (since !== undefined) conditions.push(`last_arrived >= ${at(since)}`)
  if (until !== undefined) conditions.push(`first_arrived < ${at(until)}`)
  if (before !== undefined) conditions.push(`first_place <= ${at(before.orderedAt)}`)
  if (idFrom !== undefined) conditions.push(`last_id >= $${values.push(idFrom)}`)
  conditions.push(
    direction === 1
      ? `last_place >= ${at(from.orderedAt)}`
      : `first_place <= ${at(from.orderedAt)}`,
  )
  const { rows } = await db.query<DirectoryRow>(directorySql(conditions, direction), values)
  const marks = new Map(rows.map((row) => [row.stream, row.mark]))
  return {
    chunks: rows.filter(isChunk).map((row) => toChunk(row, direction)),
    marks: [...marks].map(([name, mark]) => ({ stream: name, mark })),
  }
}

interface DirectoryRow {
  stream: string
  mark: string
  chunk: number | null
  entries: number
  place: string
  first_arrived: string
  last_arrived: string
}

function isChunk(row: DirectoryRow): row is DirectoryRow & { chunk: number } {
  return row.chunk !== null
}

function toChunk(row: DirectoryRow & { chunk: number }, direction: 1 | -1): Chunk {
  return {
    ...{ stream: row.stream, chunk: row.chunk, entries: row.entries },
    ...{ firstArrived: Number(row.first_arrived), lastArrived: Number(row.last_arrived) },
    edge: {
      orderedAt: Number(row.place),
      id: direction === 1 ? 0 : Number.MAX_SAFE_INTEGER,
    },
  }
}

function directorySql(conditions: readonly string[], direction: 1 | -1): string {
  const place = direction === 1 ? 'first_place' : 'last_place'
  return `
with marks as materialized (
  select known.name as stream, coalesce(last.chunk, 0) as chunk, coalesce(last_id, 0) as mark
  from (${KNOWN_STREAMS} where $1::text is null or stream = $1) known
    left join lateral (select chunk, last_id from reprise.chunk where stream = known.name
      order by chunk desc limit 1) last on true)
select marks.stream, mark, chunk.chunk, entries, ${micros(place).replace(/ as .*/, '')} as place,
  ${micros('first_arrived')}, ${micros('last_arrived')}
from marks left join reprise.chunk on chunk.stream = marks.stream and chunk.chunk <= marks.chunk
  and entries > 0 and ${conditions.join(' and ')}
order by chunk.${place} ${direction === 1 ? 'asc' : 'desc'}`
}
