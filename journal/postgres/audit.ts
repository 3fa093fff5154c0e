import { createHash } from 'node:crypto'
import type { Gap, RecorderAudit } from '../standing.ts'
import type { Side } from '../entry.ts'
import type { Queryable } from './database.ts'
import { micros, numberOrNull } from './moment.ts'
import { RECORDER_STATE } from './standing.ts'

/** What the journal knows of each recorder of a stream, or of all streams. */
export async function auditJournal(db: Queryable, stream?: string): Promise<RecorderAudit[]> {
  const { rows: sums } = await db.query<SumRow>(SUMS, [stream ?? null])
  const damaged = await damagedBodies(db, stream)
  const audits: RecorderAudit[] = []
  for (const sum of sums) {
    const { lost = 0, ...excluded } = sum.unrecorded ?? {}
    audits.push({
      stream: sum.stream,
      recorder: sum.recorder,
      host: sum.host,
      durability: sum.durability,
      state: sum.state,
      startedAt: Number(sum.started_at),
      lastNumber: Number(sum.highest),
      recorded: sum.recorded,
      context: sum.context,
      inDoubt: sum.in_doubt,
      unsettled: sum.unsettled,
      excluded,
      lost,
      open: sum.open,
      gaps: sum.gaps === '{}' ? [] : await gapsOf(db, sum),
      duplicates: sum.has_duplicates ? await duplicatesOf(db, sum) : [],
      damaged: damaged
        .filter((body) => body.stream === sum.stream && body.recorder === sum.recorder)
        .map(({ entry, side }) => ({ entry, side })),
      spooledRecords: Number(sum.spooled_records),
      spooledBytes: Number(sum.spooled_bytes),
    })
  }
  return audits
}

interface SumRow {
  stream: string
  recorder: string
  host: string
  durability: RecorderAudit['durability']
  state: RecorderAudit['state']
  started_at: string
  highest: string
  recorded: number
  context: number
  in_doubt: number
  unsettled: number
  unrecorded: Record<string, number> | null
  open: number
  /** A multirange, `{[4,6)}`. */
  gaps: string
  has_duplicates: boolean
  spooled_records: string
  spooled_bytes: string
}

/**
 * The numbers of entries, of reasons why there is none, and of intents, laid together: what is
 * missing between 1 and the highest one is a gap. An intent whose number has its place already is
 * not open: a statement that came late announced it again.
 *
 * Neighbours are made ranges before they are aggregated: a range for each number takes twice as long.
 */
const SUMS = `
with counted as (
  select stream, recorder, count(*) as entries,
    count(*) filter (where verdict = 'in_doubt') as in_doubt,
    count(*) filter (where verdict = 'context') as context,
    count(*) filter (where verdict = 'in_doubt' and settled is null) as unsettled
  from reprise.entry where $1::text is null or stream = $1 group by 1, 2
), islands as (
  select stream, recorder, int8range(min(number), max(number) + 1) as numbers
  from (
    select stream, recorder, number,
      number - dense_rank() over (partition by stream, recorder order by number) as island
    from reprise.entry where $1::text is null or stream = $1) numbered
  group by stream, recorder, island
), numbered as (
  select stream, recorder, range_agg(numbers) as numbers from islands group by 1, 2
), by_reason as (
  select stream, recorder, reason, range_agg(numbers) as numbers
  from reprise.unrecorded where $1::text is null or stream = $1 group by 1, 2, 3
), notes as (
  select stream, recorder, range_agg(numbers) as numbers,
    json_object_agg(reason, reprise.range_size(numbers) order by reason) as counts,
    sum(reprise.range_size(numbers)) as noted
  from by_reason group by 1, 2
), intents as (
  select stream, recorder, range_agg(int8range(number, number + 1)) as numbers
  from reprise.intent where $1::text is null or stream = $1 group by 1, 2
), known as (
  select r.*, coalesce(e.numbers, '{}') + coalesce(n.numbers, '{}') as placed,
    coalesce(i.numbers, '{}') as intents, coalesce(entries, 0) as entries,
    coalesce(in_doubt, 0) as in_doubt, coalesce(context, 0) as context, coalesce(unsettled, 0) as unsettled,
    n.counts, coalesce(noted, 0) as noted
  from reprise.recorder r
    left join counted c on c.stream = r.stream and c.recorder = r.id
    left join numbered e on e.stream = r.stream and e.recorder = r.id
    left join notes n on n.stream = r.stream and n.recorder = r.id
    left join intents i on i.stream = r.stream and i.recorder = r.id
  where $1::text is null or r.stream = $1
), ranged as (
  select *, greatest(last_number, upper(placed + intents) - 1, 0) as highest from known
)
select stream, id as recorder, host, durability,
  ${RECORDER_STATE} as state,
  ${micros('started_at')}, highest,
  (entries - in_doubt)::float8 as recorded, context::float8, in_doubt::float8, unsettled::float8,
  counts as unrecorded, reprise.range_size(intents - placed)::float8 as open,
  (int8multirange(int8range(1, highest + 1)) - placed - intents)::text as gaps,
  entries + noted > reprise.range_size(placed) as has_duplicates, spooled_records, spooled_bytes
from ranged order by stream, ranged.started_at, id`

/** When the numbers of a gap must have been given: between the entries beside it. */
async function gapsOf(db: Queryable, sum: SumRow): Promise<Gap[]> {
  const { rows } = await db.query<{
    first: string
    last: string
    after: string | null
    before: string | null
  }>(
    `select lower(gap) as first, upper(gap) - 1 as last, ${micros('after')}, ${micros('before')}
     from unnest($3::int8multirange) as gap,
       lateral (select
         (select arrived_at from reprise.entry where stream = $1 and recorder = $2
            and number < lower(gap) order by number desc limit 1) as after,
         (select arrived_at from reprise.entry where stream = $1 and recorder = $2
            and number >= upper(gap) order by number limit 1) as before) beside
     order by lower(gap)`,
    [sum.stream, sum.recorder, sum.gaps],
  )
  return rows.map((row) => ({
    first: Number(row.first),
    last: Number(row.last),
    after: numberOrNull(row.after),
    before: numberOrNull(row.before),
  }))
}

/** Numbers with two entries, with an entry and a reason why there is none, or with two reasons. */
async function duplicatesOf(db: Queryable, sum: SumRow): Promise<number[]> {
  const { rows } = await db.query<{ number: string }>(
    `select number from (
       select number from reprise.entry where stream = $1 and recorder = $2
       union all
       select number from (
         select distinct reason, generate_series(lower(part), upper(part) - 1) as number
         from reprise.unrecorded, unnest(numbers) as part where stream = $1 and recorder = $2) noted
     ) placed group by number having count(*) > 1 order by number`,
    [sum.stream, sum.recorder],
  )
  return rows.map(({ number }) => Number(number))
}

interface BodyRow {
  stream: string
  recorder: string
  id: string
  number: string
  arrived_at: string
  side: Side
  chunks: number
  digest: Buffer | null
}

interface Damaged {
  stream: string
  recorder: string
  entry: number
  side: Side
}

/** Bodies that are not what their digest says, in one pass over all; those in chunks are read. */
async function damagedBodies(db: Queryable, stream: string | undefined): Promise<Damaged[]> {
  const { rows } = await db.query<BodyRow>(
    `select stream, recorder, id, number, arrived_at::text, side, chunks, digest
     from reprise.entry, lateral (values
       ('request', request_body, request_digest, request_chunks),
       ('response', response_body, response_digest, response_chunks)
     ) as sides(side, body, digest, chunks)
     where ($1::text is null or stream = $1)
       and (chunks > 0 or digest is not null and sha256(coalesce(body, '')) <> digest)
     order by id, side`,
    [stream ?? null],
  )
  const damaged: Damaged[] = []
  for (const row of rows) {
    if (row.chunks > 0 && (await isWhole(db, row))) continue
    const { stream, recorder, side } = row
    damaged.push({ stream, recorder, entry: Number(row.id), side })
  }
  return damaged
}

async function isWhole(db: Queryable, row: BodyRow): Promise<boolean> {
  const hash = createHash('sha256')
  for (let position = 0; position < row.chunks; position++) {
    const { rows } = await db.query<{ bytes: Buffer }>(
      `select bytes from reprise.body_chunk where stream = $1 and recorder = $2 and number = $3
         and side = $4 and position = $5 and arrived_at = $6::timestamptz`,
      [row.stream, row.recorder, row.number, row.side, position, row.arrived_at],
    )
    if (rows[0] === undefined) return false
    hash.update(rows[0].bytes)
  }
  return row.digest !== null && hash.digest().equals(row.digest)
}
