import type { RecorderInfo, Standing } from '../standing.ts'
import type { Closed, Enrolled } from '../contract.ts'
import type { Micros } from '../entry.ts'
import { Problem, codeOf } from '../problem.ts'
import { insertEntries } from './append.ts'
import type { Queryable } from './database.ts'
import { micros, numberOrNull, timestamp } from './moment.ts'
import { ENTRY_MEMBERS } from './entry-json.ts'

// Who records, and whether it is alive.
//
// A recorder holds a lease that it prolongs. When it has run out, another recorder of the stream
// closes it: what it had announced and left open becomes an entry in doubt, and it is fenced, so
// that it cannot announce anything more that nobody would close. It may only have been slow, or cut
// off: then it finds itself fenced, goes on under a new id, and still says what became of the
// numbers of the old one. Only the clock of PostgreSQL counts.

export async function enrolRecorder(
  db: Queryable,
  recorder: RecorderInfo,
  lease: number,
): Promise<Enrolled> {
  await db.query(
    `insert into reprise.recorder
       (stream, id, target, durability, when_unrecordable, host, pid, version, started_at, lease_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, ${timestamp('$9::bigint')}, ${fromNow('$10')})
     on conflict (stream, id) do nothing`,
    [
      recorder.stream,
      recorder.id,
      recorder.target,
      recorder.durability,
      recorder.whenUnrecordable,
      recorder.host,
      recorder.pid,
      recorder.version,
      recorder.startedAt,
      lease,
    ],
  )
  const { rows } = await db.query<{ journal: string; latest: string | null }>(
    `select id as journal, ${micros('latest')} from reprise.journal left join (
       select ordered_at as latest from reprise.entry where stream = $1
       order by ordered_at desc, id desc limit 1) e on true`,
    [recorder.stream],
  )
  const { journal, latest } = rows[0]!
  await makePartitions(db, Math.max(recorder.startedAt, Number(latest ?? 0)))
  return { journal, latest: numberOrNull(latest) }
}

export async function renewLease(
  db: Queryable,
  stream: string,
  id: string,
  lease: number,
  standing: Standing,
): Promise<void> {
  const { rowCount } = await db.query(
    `update reprise.recorder set lease_until = ${fromNow('$6')}, ${STANDING}
     where stream = $1 and id = $2 and closed_at is null`,
    [stream, id, ...standingValues(standing), lease],
  )
  if (rowCount === 0) throw fenced(id)
}

/** Closes those whose lease has run out. */
export function closeExpired(db: Queryable, stream: string, by: string): Promise<Closed> {
  return close(
    db,
    `closed_at is null and stopped_at is null and lease_until < clock_timestamp() and id <> $2`,
    [stream, by],
  )
}

/** Closes one that is known to have ended. */
export async function closeEnded(
  db: Queryable,
  stream: string,
  ended: { id: string; lastNumber: number; how: 'dead' | 'damaged' | 'succeeded' },
  by: string,
): Promise<Closed> {
  const closed = await close(db, `id = $3`, [stream, by, ended.id, ended.lastNumber])
  if (ended.how === 'succeeded') return closed
  if (ended.how === 'dead') await noteUnannounced(db, stream, ended.id)
  // Nothing more will come of it: what it had spooled when it last said so has been moved.
  await db.query(
    `update reprise.recorder set spooled_records = 0, spooled_bytes = 0
     where stream = $1 and id = $2`,
    [stream, ended.id],
  )
  await dropOrphans(db, stream, ended.id)
  return closed
}

/** Pieces of bodies that came without their entry, or before what was known of it at the end. */
async function dropOrphans(db: Queryable, stream: string, id: string): Promise<void> {
  await db.query(
    `delete from reprise.body_chunk c where stream = $1 and recorder = $2 and not exists (
       select from reprise.entry e
       where e.stream = c.stream and e.recorder = c.recorder and e.number = c.number
         and e.arrived_at = c.arrived_at and (e.request_chunks > 0 or e.response_chunks > 0))`,
    [stream, id],
  )
}

/**
 * In `intent` nothing that is to be recorded is forwarded before its intent is durable. So a number
 * of a dead recorder that has no place was given and never used (or its exclusion not noted yet).
 */
async function noteUnannounced(db: Queryable, stream: string, id: string): Promise<void> {
  await db.query(
    `insert into reprise.unrecorded (stream, recorder, reason, first, numbers)
     select $1, $2, 'unannounced', lower(rest), rest
     from reprise.recorder, lateral (
       select int8multirange(int8range(1, last_number + 1)) - coalesce(range_agg(one), '{}') as rest
       from (
         select int8range(number, number + 1) as one
         from reprise.entry where stream = $1 and recorder = $2
         union all
         select unnest(numbers) from reprise.unrecorded where stream = $1 and recorder = $2
       ) placed) r
     where stream = $1 and id = $2 and not isempty(rest)
       and durability = 'intent' and when_unrecordable = 'refuse'
     on conflict do nothing`,
    [stream, id],
  )
}

export async function retireRecorder(
  db: Queryable,
  stream: string,
  id: string,
  standing: Standing,
): Promise<Closed> {
  await db.query(
    `update reprise.recorder set stopped_at = clock_timestamp(), ${STANDING}
     where stream = $1 and id = $2`,
    [stream, id, ...standingValues(standing)],
  )
  return close(db, 'false', [stream, id])
}

export function fenced(id: string): Problem {
  return new Problem('recorder_fenced', `recorder ${id} was closed by another one`, {
    source: 'journal',
    hint: 'it was silent for longer than its lease; it goes on under a new id',
  })
}

/**
 * Closes the recorders that match, and turns into entries in doubt what they and those that ended
 * before left open. A number that has its place meanwhile (a statement that came late announced
 * it again) is let be.
 */
async function close(db: Queryable, which: string, values: unknown[]): Promise<Closed> {
  try {
    return await closeWithRoom(db, which, values)
  } catch (error) {
    if (!isWithoutPartition(error)) throw error
    const { rows } = await db.query<{ arrived: number }>(
      `select distinct on (week) arrived from reprise.intent,
         lateral (select (entry->>'arrived')::float8 as arrived) at,
         -- From Monday on, as partitions are; the epoch was a Thursday.
         lateral (select floor((arrived + 259200e6) / 604800e6) as week) weeks
       where stream = $1`,
      [values[0]],
    )
    for (const { arrived } of rows) await makePartitions(db, arrived)
    return closeWithRoom(db, which, values)
  }
}

async function closeWithRoom(db: Queryable, which: string, values: unknown[]): Promise<Closed> {
  const last = values.length > 3 ? 'greatest(last_number, $4)' : 'last_number'
  const { rows } = await db.query<{ recorders: string[] | null; in_doubt: number }>(
    `with closed as (
       update reprise.recorder set closed_at = coalesce(closed_at, clock_timestamp()),
         closed_by = coalesce(closed_by, $2), last_number = ${last}
       where stream = $1 and id in (
         select id from reprise.recorder where stream = $1 and ${which} for update) returning id
     ), ended as (
       select id from closed union
       select id from reprise.recorder
       where stream = $1 and (closed_at is not null or stopped_at is not null)
     ), opened as (
       delete from reprise.intent where stream = $1 and recorder in (select id from ended) returning *
     ), entries as (
       ${insertEntries({ ...OF_INTENT, from: FROM_INTENTS })}
       on conflict (stream, recorder, number, arrived_at) do nothing returning 1
     )
     select (select array_agg(id::text) from closed) as recorders,
       (select count(*)::float8 from entries) as in_doubt, $2::uuid`,
    values,
  )
  return { recorders: rows[0]!.recorders ?? [], inDoubt: rows[0]!.in_doubt }
}

const OF_INTENT = {
  stream: 'opened.stream',
  recorder: 'opened.recorder',
  bytes: 'opened.body',
  at: '1',
}

const FROM_INTENTS = `opened, json_to_record(opened.entry) as row(${ENTRY_MEMBERS})
  where not exists (
    select from reprise.unrecorded u where u.stream = opened.stream
      and u.recorder = opened.recorder and u.numbers @> opened.number)`

const STANDING = 'last_number = greatest(last_number, $3), spooled_records = $4, spooled_bytes = $5'

function standingValues({ lastNumber, spooledRecords, spooledBytes }: Standing): number[] {
  return [lastNumber, spooledRecords, spooledBytes]
}

export function fromNow(milliseconds: string): string {
  return `clock_timestamp() + ${milliseconds}::float8 * interval '1 millisecond'`
}

/**
 * 23514 without the name of a constraint is what PostgreSQL says when no partition covers a row.
 * (Its text may be in any language.)
 */
export function isWithoutPartition(error: unknown): boolean {
  return codeOf(error) === '23514' && (error as { constraint?: string }).constraint === undefined
}

/** Room for a moment and the four weeks after it. */
export async function makePartitions(db: Queryable, from: Micros): Promise<void> {
  const since = timestamp('$1::bigint')
  await db.query(`select reprise.make_entry_partitions(${since}, ${since} + interval '28 days')`, [
    from,
  ])
}
