import { RECORDER_LOST, type Micros, type Verdict } from '../entry.ts'
import type { Queryable } from './database.ts'
import { micros, timestamp } from './moment.ts'
import { packed } from './packed.ts'
import { postingsOf } from './postings.ts'
import { END, shapesOf } from './shapes.ts'
import { KNOWN_STREAMS } from './streams.ts'
import type { Posted } from './terms.ts'

// Chunks of some thousand entries that follow each other by id, each with its postings. They are made by
// who reads, of what the tally has passed, so that no lower id can come any more, and never changed: they
// say of an entry all that may become of it. What was removed since is not found when it is read.

/** How many entries are in a chunk. What is behind the last is looked at one by one. */
export const CHUNK = 4_096

/** Of `Chunk.ids`. */
export const ID_BYTES = 6

/** Makes the next chunk of a stream, if it is full; answers whether it was. */
export async function postEntries(db: Queryable, stream: string, size = CHUNK): Promise<boolean> {
  const { rows } = await db.query<Next>(NEXT, [stream, size - 1])
  const [next] = rows
  if (next === undefined) return false
  const { rows: found } = await db.query<PostedRow>(MEMBERS, [stream, next.past, next.last])
  const members = found.filter((row) => !isLoose(row)).sort(byPlace)
  const loose = found.filter(isLoose).map(({ id }) => id)
  const postings = postingsOf(members.map(toPosted))
  const shapes = shapesOf(members.map(({ path }) => path))
  // Whoever makes the same one at the same time is first or last: it is made once.
  await db.query(
    `with made as (insert into reprise.chunk (stream, chunk, last_id, entries, first_place, last_place,
         first_arrived, last_arrived, ids, spans, loose, shapes)
       values ($1, $2, $3, $4, ${moments(5)}, $9, $10, $11, $12) on conflict do nothing returning chunk),
     shaped as (insert into reprise.shaped (stream, chunk, shape, members, filling)
       select $1, made.chunk, shape, members, filling
       from made, unnest($13::smallint[], $14::bytea[], $15::text[]) as own(shape, members, filling))
     insert into reprise.posting (stream, key, chunk, members)
     select $1, key, made.chunk, members
     from made, unnest($16::bigint[], $17::bytea[]) as posting(key, members)`,
    [
      ...[stream, next.chunk, next.last, members.length],
      ...bounds(members.map(({ ordered_at: at }) => Number(at))),
      ...bounds(found.map(({ arrived_at: at }) => Number(at))),
      ...[idsOf(members), spansOf(members), loose.length === 0 ? null : loose],
      ...[shapes.map(({ text }) => text + END).join(''), [...shapes.keys()]],
      ...[shapes.map((shape) => packed(shape.members, members.length))],
      ...[shapes.map(({ filling }) => filling)],
      ...[postings.map(({ key }) => key), postings.map((posting) => posting.members)],
    ],
  )
  return true
}

interface Next {
  chunk: number
  past: string
  last: string
}

const NEXT = `
with mark as (
  select coalesce(max(chunk), 0) as chunk, coalesce(max(last_id), 0) as past
  from (select chunk, last_id from reprise.chunk where stream = $1 order by chunk desc limit 1) last)
select chunk + 1 as chunk, past, last
from mark, reprise.tallied, lateral (
  select id as last from reprise.entry where stream = $1 and id > mark.past and id <= tallied.upto
  order by entry.id offset $2 limit 1) full_chunk
where tallied.stream = $1`

interface PostedRow {
  id: string
  verdict: Verdict
  is_doubted: boolean
  cause: string | null
  ordered_at: string
  arrived_at: string
  method: string
  status: number | null
  user_name: string | null
  client_address: string | null
  path: string
}

const MEMBERS = `select id, verdict, verdict = 'in_doubt' or settled is not null as is_doubted, cause,
  ${micros('ordered_at')}, ${micros('arrived_at')}, method, status, user_name, client_address, path
from reprise.entry where stream = $1 and id > $2 and id <= $3`

/** The word of its recorder may still come, and change its place and all that was answered. */
function isLoose({ is_doubted: isDoubted, cause }: PostedRow): boolean {
  return isDoubted && cause === RECORDER_LOST
}

function byPlace(a: PostedRow, b: PostedRow): number {
  return Number(a.ordered_at) - Number(b.ordered_at) || Number(a.id) - Number(b.id)
}

function toPosted(row: PostedRow): Posted {
  const { verdict, is_doubted: isDoubted, method, status, path } = row
  return {
    verdict,
    isDoubted,
    method,
    status,
    user: row.user_name,
    client: row.client_address,
    path,
  }
}

function moments(from: number): string {
  return Array.from({ length: 4 }, (_, i) => timestamp(`$${from + i}::bigint`)).join(', ')
}

/** Of a chunk without any, a time in which there is none. */
function bounds(moments: readonly Micros[]): [Micros, Micros] {
  return moments.length === 0 ? [1, 0] : [Math.min(...moments), Math.max(...moments)]
}

function idsOf(members: readonly { id: string }[]): Buffer {
  const ids = Buffer.alloc(members.length * ID_BYTES)
  for (const [i, { id }] of members.entries()) ids.writeUIntBE(Number(id), i * ID_BYTES, ID_BYTES)
  return ids
}

/** How many entries share one of `Chunk.spans`, which are pairs of doubles. */
export const SPAN_ENTRIES = 64
export const SPAN_BYTES = 16

function spansOf(members: readonly { arrived_at: string }[]): Buffer {
  const spans = Buffer.alloc(Math.ceil(members.length / SPAN_ENTRIES) * SPAN_BYTES)
  for (let at = 0; at < spans.length; at += SPAN_BYTES) {
    const first = (at / SPAN_BYTES) * SPAN_ENTRIES
    const own = members.slice(first, first + SPAN_ENTRIES)
    const [since, until] = bounds(own.map(({ arrived_at: arrived }) => Number(arrived)))
    spans.writeDoubleBE(since, at)
    spans.writeDoubleBE(until, at + SPAN_BYTES / 2)
  }
  return spans
}

/** SQL of the entries that arrived in [since, until), of a stream or ($1 is null) of all. */
export function arrivedIn(since: string, until: string): string {
  return `(select entry.* from (${KNOWN_STREAMS} where $1::text is null or stream = $1) known
    cross join lateral (
      select coalesce((select last_id from reprise.chunk before
        where stream = known.name and before.chunk = chunk.chunk - 1), 0) as past, last_id as upto
      from reprise.chunk
      where stream = known.name and last_arrived >= ${since} and first_arrived < ${until}
      union all
      select coalesce(max(last_id), 0), ${Number.MAX_SAFE_INTEGER} from (select last_id
        from reprise.chunk where stream = known.name order by chunk desc limit 1) last) part
    cross join lateral (
      select * from reprise.entry where stream = known.name and id > past and id <= upto
        and arrived_at >= ${since} and arrived_at < ${until} offset 0) entry) entry`
}
