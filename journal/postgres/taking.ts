import type { Side } from '../entry.ts'
import type { FiledEntry, FiledPiece } from '../files/filed.ts'
import type { FileStore, NewFiledRecorder } from '../files/store.ts'
import type { Secrets } from '../secrets.ts'
import { insertEntries } from './append.ts'
import type { Pool, Queryable } from './database.ts'
import { ENTRY_MEMBERS } from './entry-json.ts'
import { NO_UPSTREAM } from './read.ts'
import { readFiledEntries, readFiledShots } from './filed.ts'
import { timestamp } from './moment.ts'
import { isWithoutPartition, makePartitions } from './recorders.ts'
import { noteSecretNames } from './secret-names.ts'
import { entryTaker, partsOfTaken, shotColumns, TAKEN_MEMBERS } from './take-in.ts'
import { isStorable } from './text.ts'

// What comes in from files. Its recorders are known as `imported`: they never ran here, and have ended.

type Asked = <T>(doing: string, work: (db: Pool) => Promise<T>) => Promise<T>

export function fileStore(
  asked: Asked,
  { secrets }: { secrets: Secrets },
  clear: (stream: string) => Promise<unknown>,
): FileStore {
  const take = entryTaker(secrets)
  return {
    filedEntries: (filter, page, how) =>
      asked('reading entries', (db) => readFiledEntries(db, secrets, filter, page, how)),
    filedShots: (stream, how) =>
      asked('reading the state', (db) => readFiledShots(db, secrets, stream, how)),
    holdsOthers: (stream, recorders) =>
      asked('looking into the stream', (db) => holdsOthers(db, stream, recorders)),
    enrolFiled: (stream, recorders) =>
      asked('making recorders known', async (db) => {
        await noteSecretNames(db, stream, secrets.names.listed)
        await enrolFiled(db, stream, recorders)
      }),
    takeEntries: (stream, entries) =>
      asked('taking entries in', (db) =>
        withRoom(db, entries, () => insertTaken(db, stream, entries.map(take))),
      ),
    takePiece: (stream, entry, at, piece) =>
      asked('taking a body in', (db) =>
        withRoom(db, [entry], () => insertPiece(db, secrets, stream, entry, at, piece)),
      ),
    takeShot: (stream, shot) =>
      asked('taking the state in', async (db) => {
        await db.query(TAKE_SHOT, shotColumns(shot, stream, secrets))
      }),
    placeNumbers: (stream, recorders) =>
      asked('placing numbers', (db) => placeNumbers(db, stream, recorders)),
    dropImported: (stream) =>
      asked('removing a stream', async (db) => {
        if (await holdsOthers(db, stream, await importedRecorders(db, stream))) return
        await clear(stream)
        for (const table of ['unrecorded', 'secret_name', 'recorder']) {
          await db.query(`delete from reprise.${table} where stream = $1`, [stream])
        }
      }),
  }
}

const TAKE_SHOT = `insert into reprise.state
    (stream, probe, taken_at, target, status, headers, body, length, digest, sealed)
  values ($1, $2, ${timestamp('$3::bigint')}, $4, $5, $6, $7, $8, decode($9, 'hex'), $10::json)
  on conflict do nothing`

async function importedRecorders(db: Queryable, stream: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    "select id from reprise.recorder where stream = $1 and version = 'imported'",
    [stream],
  )
  return rows.map(({ id }) => id)
}

async function holdsOthers(
  db: Queryable,
  stream: string,
  recorders: readonly string[],
): Promise<boolean> {
  if (!isStorable(stream)) return false
  const { rows } = await db.query<{ others: boolean }>(
    `select exists (
       select from reprise.recorder r
       where stream = $1 and not (version = 'imported' and id = any($2::uuid[]))
         and exists (select from reprise.entry e where e.stream = r.stream and e.recorder = r.id)
     ) as others`,
    [stream, recorders],
  )
  return rows[0]!.others
}

async function enrolFiled(
  db: Queryable,
  stream: string,
  recorders: readonly NewFiledRecorder[],
): Promise<void> {
  await db.query(
    `insert into reprise.recorder (stream, id, target, durability, when_unrecordable, host, pid,
       version, started_at, stopped_at)
     select $1, id, $3, 'commit', 'refuse', host, 0, 'imported', ${timestamp('since')},
       clock_timestamp()
     from json_to_recordset($2::json) as sent(id uuid, host text, since bigint)
     on conflict (stream, id) do nothing`,
    [stream, JSON.stringify(recorders), NO_UPSTREAM],
  )
}

/** Makes room for the weeks in which entries arrived, where there is none. */
async function withRoom<T>(
  db: Queryable,
  entries: readonly Pick<FiledEntry, 'arrivedAt'>[],
  insert: () => Promise<T>,
): Promise<T> {
  try {
    return await insert()
  } catch (error) {
    if (!isWithoutPartition(error)) throw error
    const weeks = new Map(entries.map(({ arrivedAt }) => [Math.floor(arrivedAt / WEEK), arrivedAt]))
    for (const at of weeks.values()) await makePartitions(db, at)
    return insert()
  }
}

/** In microseconds. From wherever a week is counted: room is made for four more of them. */
const WEEK = 7 * 24 * 3600 * 1_000_000

async function insertTaken(
  db: Queryable,
  stream: string,
  entries: readonly { json: string; bytes: readonly Buffer[] }[],
): Promise<number> {
  if (entries.length === 0) return 0
  let at = 1
  const rows = entries.map(({ json, bytes }) => {
    const row = `{"at":${at},${json.slice(1)}`
    for (const { length } of bytes) at += length
    return row
  })
  const bytes = Buffer.concat(entries.flatMap((entry) => entry.bytes))
  const { rows: counted } = await db.query<{ taken: string }>(TAKE, [
    ...[stream, `[${rows.join(',')}]`, bytes],
  ])
  return Number(counted[0]!.taken)
}

const TAKE = `with taken as (
  ${insertEntries({
    ...{ stream: '$1', recorder: 'row.recorder', bytes: '$3::bytea', at: 'row.at' },
    from: `json_to_recordset($2::json) as row(at integer, ${ENTRY_MEMBERS}, ${TAKEN_MEMBERS})`,
    also: {
      ...{ label: 'row.label', settled: 'row.settled', settled_by: 'row.settled_by' },
      settled_at: timestamp('row.settled_at'),
    },
  })}
  on conflict (stream, recorder, number, arrived_at) do nothing returning 1
) select count(*) as taken from taken`

async function insertPiece(
  db: Queryable,
  secrets: Secrets,
  stream: string,
  entry: Pick<FiledEntry, 'recorder' | 'number' | 'arrivedAt'>,
  at: { side: Side; position: number },
  piece: FiledPiece,
): Promise<void> {
  const parts = partsOfTaken(piece, entry, at, secrets)
  await db.query(
    `insert into reprise.body_chunk (stream, recorder, number, side, position, arrived_at, bytes,
       sealed)
     values ($1, $2, $3, $4, $5, ${timestamp('$6::bigint')}, $7, $8::json)
     on conflict do nothing`,
    [
      ...[stream, entry.recorder.id, entry.number, at.side, at.position, entry.arrivedAt],
      ...[piece.bytes, parts.length === 0 ? null : JSON.stringify(parts)],
    ],
  )
}

/** Numbers whose entries are there now are in no other place; of recorders from files, all others are. */
async function placeNumbers(
  db: Queryable,
  stream: string,
  recorders: readonly string[],
): Promise<void> {
  for (const recorder of recorders) {
    await db.query(FREE, [stream, recorder])
    await db.query(PLACE, [stream, recorder])
  }
}

const NUMBERED = `select range_agg(int8range(number, number + 1)) as there, max(number) as highest
  from reprise.entry where stream = $1 and recorder = $2`

const FREE = `with numbered as (${NUMBERED}), notes as (
    delete from reprise.unrecorded using numbered
    where stream = $1 and recorder = $2 and reason in ('not_in_file', 'cleared')
      and (reason = 'not_in_file' or numbers && there)
    returning reason, numbers - there as rest
  )
  insert into reprise.unrecorded (stream, recorder, reason, first, numbers)
  select $1, $2, reason, lower(rest), rest from notes
  where reason = 'cleared' and not isempty(rest)`

const PLACE = `with numbered as (${NUMBERED}), known as (
    update reprise.recorder set last_number = greatest(last_number, highest) from numbered
    where stream = $1 and id = $2 and version = 'imported' and highest is not null
    returning last_number
  )
  insert into reprise.unrecorded (stream, recorder, reason, first, numbers)
  select $1, $2, 'not_in_file', lower(rest), rest
  from known, numbered, lateral (
    select int8multirange(int8range(1, last_number + 1)) - there - coalesce((
      select range_agg(one) from reprise.unrecorded, unnest(numbers) as one
      where stream = $1 and recorder = $2), '{}') as rest) others
  where not isempty(rest)
  on conflict do nothing`
