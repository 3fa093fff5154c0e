import { createHash } from 'node:crypto'
import type { SealedRecord } from '../contract.ts'
import { RECORDER_LOST } from '../entry.ts'
import type { Queryable } from './database.ts'
import { timestamp } from './moment.ts'
import { ENTRY_MEMBERS } from './entry-json.ts'
import { countAnew } from './tally.ts'

/** Whether a session keeps prepared statements: behind a pooler it may not. */
export type Statements = 'prepared' | 'plain'

/**
 * Appends a batch in one statement, and so in one commit. Answers false, and changes nothing,
 * where the recorder was closed and does not say that it knows.
 *
 * The rows travel as JSON, which is what Node encodes fastest (a quarter of the time that an array
 * per column takes); the bytes of all bodies as one binary value, with an offset and a length per
 * row, which spares them the doubling of bytea's text form.
 */
export async function appendRecords(
  db: Queryable,
  stream: string,
  recorder: string,
  records: readonly SealedRecord[],
  as: 'open' | 'former',
  statements: Statements,
): Promise<boolean> {
  if (records.length === 0) return true
  const batch = arrange(records)
  const run = async (text: string, values: unknown[]) => {
    const query =
      statements === 'prepared' ? { name: prepared(text), text, values } : { text, values }
    return (await db.query(query)).rowCount
  }
  if (as === 'open' && batch.entries.length === records.length && batch.ended.length === 0) {
    const values = [stream, recorder, Buffer.concat(batch.bytes), jsonOf(batch.entries)]
    if ((await run(ENTRIES_ALONE, values)) === records.length) return true
    // Some are there already, or the recorder was closed: the statement below tells which.
  }
  const values: unknown[] = [stream, recorder]
  const place = (value: unknown) => `$${values.push(value)}`
  const rows = (list: Row[]) => `json_to_recordset(${place(jsonOf(list))}::json)`
  const parts = [`standing as (${STANDING[as]})`]
  // A parameter that nothing refers to has no type, which PostgreSQL refuses.
  const hasBytes = batch.entries.length + batch.intents.length + batch.chunks.length > 0
  const bytes = hasBytes ? `${place(Buffer.concat(batch.bytes))}::bytea` : ''
  if (batch.entries.length > 0) {
    const from = `standing, ${rows(batch.entries)} as row(at integer, ${ENTRY_MEMBERS})`
    const source = { stream: '$1', recorder: '$2::uuid', bytes, at: 'row.at', from }
    parts.push(`entries as (${insertEntries(source)} ${ON_CONFLICT[as]})`)
    if (as === 'former') parts.push(`counts as (${countAnew('$1')})`)
  }
  if (batch.intents.length > 0)
    parts.push(`intents as (${insertIntents(rows(batch.intents), bytes)})`)
  if (batch.chunks.length > 0) parts.push(`chunks as (${insertChunks(rows(batch.chunks), bytes)})`)
  if (batch.notes.length > 0) parts.push(`notes as (${insertNotes(rows(batch.notes), NOTED[as])})`)
  if (batch.ended.length > 0) parts.push(`ended as (${endIntents(place(batch.ended))})`)
  if (batch.dropped.length > 0) {
    const numbers = place(batch.dropped)
    parts.push(`dropped as (${dropChunks(numbers)})`)
    if (as === 'former') parts.push(`doubts as (${dropDoubts(numbers)})`)
  }
  const sql = `with ${parts.join(',\n')}\nselect from standing`
  return (await run(sql, values)) !== 0
}

/**
 * A prepared statement, which spares PostgreSQL planning it anew each time: that costs more than a
 * batch of ten. Its name is a digest of its text, so that through a pooler nobody gets another's.
 */
function prepared(sql: string): string {
  let name = NAMES.get(sql)
  if (name === undefined) {
    name = `reprise_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`
    NAMES.set(sql, name)
  }
  return name
}

/** One for each combination of parts. */
const NAMES = new Map<string, string>()

/** A row of a batch as JSON, and the number that it is of. */
interface Row {
  number: number
  json: string
}

interface Batch {
  entries: Row[]
  intents: Row[]
  chunks: Row[]
  notes: Row[]
  /** Numbers whose intents go. */
  ended: number[]
  /** Numbers whose chunks go. */
  dropped: number[]
  /** End to end; offsets count from 1, as SQL's substring does. */
  bytes: Buffer[]
}

function arrange(records: readonly SealedRecord[]): Batch {
  const batch: Batch = {
    ...{ entries: [], intents: [], chunks: [], notes: [], ended: [], dropped: [], bytes: [] },
  }
  let at = 1
  for (const { kind, number, json, bytes, ends } of records) {
    const size = bytes.reduce((sum, { length }) => sum + length, 0)
    switch (kind) {
      case 'entry':
        batch.entries.push({ number, json: `{"at":${at},${json.slice(1)}` })
        break
      case 'intent': {
        const place = `"at":${at},"size":${size},"number":${number}`
        batch.intents.push({ number, json: `{${place},"entry":${json}}` })
        break
      }
      case 'chunk': {
        const place = `"at":${at},"size":${size},"number":${number}`
        batch.chunks.push({ number, json: `{${place},${json.slice(1)}` })
        break
      }
      case 'unrecorded':
        batch.notes.push({ number, json: `{"number":${number},${json.slice(1)}` })
        batch.dropped.push(...ends)
        break
    }
    batch.ended.push(...ends)
    batch.bytes.push(...bytes)
    at += size
  }
  return withoutEnded(batch)
}

function jsonOf(rows: readonly Row[]): string {
  return `[${rows.map(({ json }) => json).join(',')}]`
}

/** A statement does not see what it inserts itself: what ends in it is left out of it. */
function withoutEnded(batch: Batch): Batch {
  if (batch.ended.length === 0) return batch
  return {
    ...batch,
    intents: withoutNumbers(batch.intents, batch.ended),
    chunks: withoutNumbers(batch.chunks, batch.dropped),
  }
}

function withoutNumbers(rows: Row[], numbers: readonly number[]): Row[] {
  if (rows.length === 0 || numbers.length === 0) return rows
  const gone = new Set(numbers)
  return rows.filter(({ number }) => !gone.has(number))
}

/**
 * A database or role may be set to answer commits before they are on disk; what is promised here
 * is that they are. Made true for this transaction only, and evaluated once; never null and ''.
 */
const DURABLE = `(select case current_setting('synchronous_commit')
  when 'off' then set_config('synchronous_commit', 'on', true) end) is distinct from ''`

/**
 * One row where the batch is to be appended, none where not. Whoever closes the recorder waits for
 * the statement, or the statement for it and then finds it closed.
 */
const STANDING = {
  open: `select 1 from reprise.recorder
    where stream = $1 and id = $2 and closed_at is null and ${DURABLE} for key share`,
  former: `select 1 where ${DURABLE}`,
}

interface EntrySource {
  stream: string
  recorder: string
  /** The bytes of the bodies, and where those of an entry begin in them, from 1. */
  bytes: string
  at: string
  /** Tables; one of them is called `row` and has ENTRY_MEMBERS. */
  from: string
  /** Columns besides, and the value of each. Default: none. */
  also?: Readonly<Record<string, string>>
}

/** SQL that inserts entries; what is left out in their JSON has the usual value. */
export function insertEntries(source: EntrySource): string {
  const { stream, recorder, bytes, at, from, also = {} } = source
  const more = (list: readonly string[]) => list.map((one) => `, ${one}`).join('')
  return `
insert into reprise.entry (
  stream, recorder, number, verdict, cause, delivery, arrived_at, answered_at, ordered_at,
  client_address, user_agent, user_name, method, target, path, http_version, content_type,
  request_headers, request_trailers, request_body, request_length, request_capture,
  request_digest, request_chunks,
  status, reason, response_headers, response_trailers, response_body, response_length,
  response_capture, response_digest, response_chunks, sealed, client_form${more(Object.keys(also))})
select
  ${stream}, ${recorder}, row.number, row.verdict, row.cause, row.delivery,
  ${timestamp('row.arrived')}, ${timestamp('(row.arrived + row.answered_after)')},
  ${timestamp('(row.arrived + coalesce(row.answered_after, 0))')},
  client_address, user_agent, user_name, method, target,
  coalesce(row.path, split_part(row.target, '?', 1)), coalesce(row.http_version, '1.1'),
  content_type, request_headers, request_trailers,
  case when row.request_chunks is null
    then substring(${bytes} from ${at} for coalesce(row.request_bytes, 0)) end,
  coalesce(row.request_length, row.request_bytes, 0), coalesce(row.request_capture, 'complete'),
  decode(row.request_digest, 'hex'), coalesce(row.request_chunks, 0),
  status, reason, response_headers, response_trailers,
  case when row.status is not null and row.response_chunks is null
    then substring(${bytes} from ${at} + coalesce(row.request_bytes, 0)
      for coalesce(row.response_bytes, 0)) end,
  case when row.status is not null
    then coalesce(row.response_length, row.response_bytes, 0) end,
  case when row.status is not null then coalesce(row.response_capture, 'complete') end,
  decode(row.response_digest, 'hex'), coalesce(row.response_chunks, 0), row.sealed,
  row.client_form${more(Object.values(also))}
from ${from}`
}

/** What is known better than when the recorder was closed. */
const LATER = [
  ...['verdict', 'cause', 'delivery', 'answered_at', 'ordered_at', 'request_headers'],
  ...['request_trailers', 'request_body', 'request_length', 'request_capture', 'request_digest'],
  ...['request_chunks', 'status', 'reason', 'response_headers', 'response_trailers'],
  ...['response_body', 'response_length', 'response_capture', 'response_digest'],
  'response_chunks',
  'sealed',
  'client_form',
]

/** An entry that stands only for what its recorder did not say yet. */
const PROVISIONAL = `entry.verdict = 'in_doubt' and entry.cause = '${RECORDER_LOST}' and entry.settled is null`

const ON_CONFLICT = {
  open: 'on conflict (stream, recorder, number, arrived_at) do nothing',
  former: `on conflict (stream, recorder, number, arrived_at) do update
    set ${LATER.map((name) => `${name} = excluded.${name}`).join(', ')}
    where ${PROVISIONAL}`,
}

/** What nearly every batch is. It takes an eighth less time than as a part of a larger statement. */
const ENTRIES_ALONE = `${insertEntries({
  ...{ stream: '$1', recorder: '$2::uuid', bytes: '$3::bytea', at: 'row.at' },
  from: `(${STANDING.open}) standing, json_to_recordset($4::json) as row(at integer, ${ENTRY_MEMBERS})`,
})} ${ON_CONFLICT.open}`

function insertIntents(rows: string, bytes: string): string {
  return `insert into reprise.intent (stream, recorder, number, entry, body)
    select $1, $2::uuid, number, entry, substring(${bytes} from at for size)
    from standing, ${rows} as sent(number bigint, entry json, at integer, size integer)
    on conflict do nothing`
}

function insertChunks(rows: string, bytes: string): string {
  return `insert into reprise.body_chunk (stream, recorder, number, side, position, arrived_at, bytes,
      sealed)
    select $1, $2::uuid, number, side, position, ${timestamp('arrived')},
      substring(${bytes} from at for size), sealed
    from standing, ${rows} as sent(
      number bigint, side text, position integer, arrived bigint, sealed json, at integer,
      size integer)
    on conflict do nothing`
}

function insertNotes(rows: string, noted: string): string {
  return `insert into reprise.unrecorded (stream, recorder, reason, first, numbers)
    select $1, $2::uuid, reason, number, noted
    from standing, ${rows} as sent(
        reason text, number bigint, numbers int8multirange, begun json), ${noted}
    where not isempty(noted)
    on conflict do nothing`
}

/** Numbers that stand in an entry already, which somebody settled, do not get a second place. */
const NOTED = {
  open: 'lateral (select numbers as noted) all_of_them',
  former: `lateral (
    select numbers - coalesce(range_agg(int8range(settled.number, settled.number + 1)), '{}') as noted
    from json_array_elements_text(begun) as one, reprise.entry as settled
    where settled.stream = $1 and settled.recorder = $2 and settled.number = one::bigint
      and settled.settled is not null) rest`,
}

function endIntents(numbers: string): string {
  return `delete from reprise.intent using standing
    where stream = $1 and recorder = $2 and number = any(${numbers}::bigint[])`
}

function dropChunks(numbers: string): string {
  return `delete from reprise.body_chunk using standing
    where stream = $1 and recorder = $2 and number = any(${numbers}::bigint[])`
}

function dropDoubts(numbers: string): string {
  return `delete from reprise.entry using standing
    where stream = $1 and recorder = $2 and number = any(${numbers}::bigint[]) and ${PROVISIONAL}`
}
