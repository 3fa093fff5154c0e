import type { NewEntry } from '../entry.ts'
import { orderedAt, pathOf } from '../entry.ts'
import { fieldValue } from '../../wire/fields.ts'
import { fieldsJson, trailersJson } from './headers.ts'
import { timestamp } from './moment.ts'
import { storable, storableOrNull } from './text.ts'
import type { Queryable } from './database.ts'

/**
 * Appends a batch in one statement, and so in one commit.
 *
 * Short values travel as one array per column; the bytes of all bodies as one binary value with
 * an offset and a length per entry, which spares them the doubling of bytea's text form.
 */
export async function appendEntries(
  db: Queryable,
  stream: string,
  recorder: string,
  entries: readonly NewEntry[],
): Promise<void> {
  const blob = new Blob()
  const rows = entries.map((entry) => row(entry, blob))
  const columns = COLUMNS.map((_, column) => rows.map((values) => values[column]))
  await db.query(APPEND, [stream, recorder, blob.bytes(), ...columns])
}

type Value = string | number | null

function row(entry: NewEntry, blob: Blob): Value[] {
  const { request, response, sender } = entry
  const target = storable(request.target)
  return [
    entry.number,
    entry.verdict,
    storableOrNull(entry.cause),
    entry.arrivedAt,
    entry.answeredAt,
    orderedAt(entry),
    storableOrNull(sender.address),
    storableOrNull(sender.agent),
    storableOrNull(sender.user),
    storable(request.method),
    target,
    pathOf(target),
    request.httpVersion,
    storableOrNull(fieldValue(request.fields, 'content-type') ?? null),
    fieldsJson(request.fields),
    trailersJson(request.body.trailers),
    ...blob.add(request.body.bytes),
    request.body.length,
    request.body.capture,
    response === null ? null : response.status,
    response === null ? null : storable(response.reason),
    response === null ? null : fieldsJson(response.fields),
    response === null ? null : trailersJson(response.body.trailers),
    ...(response === null ? NO_BYTES : blob.add(response.body.bytes)),
    response === null ? null : response.body.length,
    response === null ? null : response.body.capture,
  ]
}

const NO_BYTES: [null, null] = [null, null]

/** Name of each array parameter and its type; the order of `row`. */
const COLUMNS: readonly (readonly [string, string])[] = [
  ['number', 'bigint'],
  ['verdict', 'text'],
  ['cause', 'text'],
  ['arrived', 'bigint'],
  ['answered', 'bigint'],
  ['ordered', 'bigint'],
  ['client_address', 'text'],
  ['user_agent', 'text'],
  ['user_name', 'text'],
  ['method', 'text'],
  ['target', 'text'],
  ['path', 'text'],
  ['http_version', 'text'],
  ['content_type', 'text'],
  ['request_headers', 'json'],
  ['request_trailers', 'json'],
  ['request_from', 'integer'],
  ['request_for', 'integer'],
  ['request_length', 'bigint'],
  ['request_capture', 'text'],
  ['status', 'smallint'],
  ['reason', 'text'],
  ['response_headers', 'json'],
  ['response_trailers', 'json'],
  ['response_from', 'integer'],
  ['response_for', 'integer'],
  ['response_length', 'bigint'],
  ['response_capture', 'text'],
]

/**
 * A database or role may be set to answer commits before they are on disk; what is promised here
 * is that they are. Made true for this transaction only, and evaluated once; never null and ''.
 */
const DURABLE = `(select case current_setting('synchronous_commit')
  when 'off' then set_config('synchronous_commit', 'on', true) end)`

const APPEND = `
insert into reprise.entry (
  stream, recorder, number, verdict, cause, arrived_at, answered_at, ordered_at,
  client_address, user_agent, user_name, method, target, path, http_version, content_type,
  request_headers, request_trailers, request_body, request_length, request_capture,
  status, reason, response_headers, response_trailers, response_body, response_length, response_capture)
select
  $1, $2, number, verdict, cause,
  ${timestamp('arrived')},
  ${timestamp('answered')},
  ${timestamp('ordered')},
  client_address, user_agent, user_name, method, target, path, http_version, content_type,
  request_headers, request_trailers, substring($3::bytea from request_from for request_for),
  request_length, request_capture,
  status, reason, response_headers, response_trailers,
  substring($3::bytea from response_from for response_for), response_length, response_capture
from unnest(${COLUMNS.map(([, type], i) => `$${i + 4}::${type}[]`).join(', ')})
  as batch(${COLUMNS.map(([name]) => name).join(', ')})
where ${DURABLE} is distinct from ''
on conflict (stream, recorder, number, arrived_at) do nothing`

/** The bodies of a batch, end to end. Offsets count from 1, as SQL's substring does. */
class Blob {
  #parts: Buffer[] = []
  #length = 0

  add(bytes: Buffer): [from: number, length: number] {
    const from = this.#length + 1
    this.#parts.push(bytes)
    this.#length += bytes.length
    return [from, bytes.length]
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts, this.#length)
  }
}
