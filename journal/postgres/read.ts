import type { ClientForm } from '../client-form.ts'
import type {
  Capture,
  Delivery,
  Entry,
  EntrySummary,
  Reading,
  Settlement,
  Verdict,
} from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import type { EntryOrder, EntryPage, RecorderHost, StreamSummary, WholePage } from '../contract.ts'
import { Problem } from '../problem.ts'
import type { Secrets } from '../secrets.ts'
import { openedFields, type StoredFields } from './headers.ts'
import { placeOfEntry } from './mask-entry.ts'
import { readParts, type StoredPart } from './parts.ts'
import { readForm } from './stored-form.ts'
import { whereEntry } from './where.ts'
import { micros, numberOrNull, timestamp } from './moment.ts'
import type { Queryable } from './database.ts'
import { KNOWN_STREAMS } from './streams.ts'
import { TALLY } from './tally.ts'
import { isStorable } from './text.ts'

/** In the place of the upstream of a recorder that came with a file: files do not tell of it. */
export const NO_UPSTREAM = 'a journal file'

export async function listStreams(db: Queryable): Promise<StreamSummary[]> {
  const { rows } = await db.query<{
    stream: string
    targets: string[] | null
    first_at: string | null
    last_at: string | null
    verdicts: Partial<Record<Verdict, number>> | null
    unsettled: number | null
    body_bytes: number | null
  }>(STREAMS)
  return rows.map((row) => {
    const byVerdict = row.verdicts ?? {}
    return {
      stream: row.stream,
      targets: (row.targets ?? []).filter((target) => target !== NO_UPSTREAM),
      entries: Object.values(byVerdict).reduce((sum, n) => sum + n, 0),
      byVerdict,
      unsettled: row.unsettled ?? 0,
      bodyBytes: row.body_bytes,
      firstAt: numberOrNull(row.first_at),
      lastAt: numberOrNull(row.last_at),
    }
  })
}

/** Of so many entries at most the bytes of the bodies are added up. */
const FEW = 20_000

const STREAMS = `
with known as (${KNOWN_STREAMS}), counted as (
  select stream, verdict, sum(entries)::float8 as n, min(first_at) as first_at, max(last_at) as last_at
  from (${TALLY}) parts group by stream, verdict
), summed as (
  select stream, json_object_agg(verdict, n) as verdicts,
    min(first_at) as first_at, max(last_at) as last_at, sum(n) as n
  from counted group by stream
), seen as (
  -- A recorder that recorded nothing says nothing of where the stream comes from.
  select stream, array_agg(target order by started_at desc) filter (where recorded) as targets
  from (
    select stream, target, max(started_at) as started_at, bool_or(exists (
      select from reprise.entry e where e.stream = r.stream and e.recorder = r.id)) as recorded
    from reprise.recorder r group by 1, 2) r
  group by stream
)
select stream, targets, ${micros('first_at')}, ${micros('last_at')}, verdicts,
  (select count(*)::float8 from reprise.entry e
    where e.stream = stream_of.stream and verdict = 'in_doubt' and settled is null) as unsettled,
  case when n <= ${FEW} then (select sum(request_length + coalesce(response_length, 0))::float8
    from reprise.entry e where e.stream = stream_of.stream) end as body_bytes
from (select * from summed full join seen using (stream)) stream_of order by stream`

export async function countEntries(
  db: Queryable,
  filter: EntryFilter,
): Promise<Partial<Record<Verdict, number>>> {
  const where = whereEntry(filter)
  const { rows } = await db.query<{ verdict: Verdict; n: number }>(
    `select verdict, count(*)::float8 as n from reprise.entry where ${where.sql} group by verdict`,
    where.values,
  )
  return Object.fromEntries(rows.map((row) => [row.verdict, row.n]))
}

export async function listEntries(
  db: Queryable,
  secrets: Secrets,
  filter: EntryFilter,
  page: EntryPage,
): Promise<EntrySummary[]> {
  const { from, tail, values } = pageOf(filter, page)
  const { rows } = await db.query<SummaryRow>(`select ${SUMMARY} from ${from} ${tail}`, values)
  return rows.map((row) => toSummary(row, secrets))
}

/** The bytes of the page are summed from the lengths alone: no body is read to be left out. */
export async function listWholeEntries(
  db: Queryable,
  secrets: Secrets,
  filter: EntryFilter,
  page: WholePage,
  reading: Reading = 'masked',
): Promise<Entry[]> {
  // Whoever reads from the beginning reads on. Without statistics each page is sorted out of all that follow.
  // It is no harm where that may not be: on a standby, or by a role without the right.
  if (page.after === undefined) await db.query('select reprise.analyze_entries()').catch(() => {})
  return (await readWholeRows(db, filter, page)).map((row) => toEntry(row, secrets, reading))
}

/** A page of rows as they are stored. */
export async function readWholeRows(
  db: Queryable,
  filter: EntryFilter,
  page: WholePage,
): Promise<WholeRow[]> {
  const order = page.order ?? 'order'
  const { from, tail, values } = pageOf(filter, { ...page, order })
  const { direction } = ORDERS[order]
  const own = 'coalesce(octet_length(request_body), 0) + coalesce(octet_length(response_body), 0)'
  const { rows } = await db.query<WholeRow>(
    `select ${SUMMARY}, request_body, response_body, client_form from (
       select entry.*, sum(${own}) over (order by ordered_at ${direction}, id ${direction}
         rows between unbounded preceding and 1 preceding) as before
       from (select entry.* from ${from} ${tail}) entry
     ) entry where before is null or before < $${values.length + 1}
     order by entry.ordered_at ${direction}, entry.id ${direction}`,
    [...values, page.bytes],
  )
  return rows
}

/** What a page is read from, and how it is cut. */
export function pageOf({ labels, ...filter }: EntryFilter, page: EntryPage) {
  const where = whereEntry(filter)
  const { keys, direction } = ORDERS[page.order]
  const past = direction === 'asc' ? '>' : '<'
  let sql = where.sql
  const values = [...where.values]
  if (page.after !== undefined) {
    const place = (value: number) => `$${values.push(value)}`
    const marks = keys.map((key) =>
      key === 'id'
        ? `${place(page.after!.id)}::bigint`
        : timestamp(`${place(page.after!.orderedAt)}::bigint`),
    )
    sql += ` and (${keys.join(', ')}) ${past} (${marks.join(', ')})`
  }
  // Every index begins with the stream, and one has the label behind it: over all streams, and labels,
  // each one gives its part by its index.
  const parts: string[] = []
  if (filter.stream === undefined) {
    parts.push(`(${KNOWN_STREAMS}) known`)
    sql = `stream = known.name and ${sql}`
  }
  if (labels !== undefined) {
    const list = `$${values.push([...new Set(labels.filter(isStorable))])}`
    parts.push(`unnest(${list}::text[]) as wanted(word)`)
    sql = `entry.label = wanted.word and ${sql}`
  }
  // Named with its table: a bare `ordered_at` would be the output column of that name, which is
  // an expression and has no index.
  const order = keys.map((key) => `entry.${key} ${direction}`).join(', ')
  const tail = `order by ${order} limit $${values.push(page.limit)}`
  const from =
    parts.length === 0
      ? `reprise.entry where ${sql}`
      : `${parts.join(' cross join ')}
         cross join lateral (select * from reprise.entry where ${sql} ${tail}) entry`
  return { from, tail, values, order }
}

const ORDERS: Record<EntryOrder, { keys: readonly string[]; direction: 'asc' | 'desc' }> = {
  order: { keys: ['ordered_at', 'id'], direction: 'asc' },
  '-order': { keys: ['ordered_at', 'id'], direction: 'desc' },
  id: { keys: ['id'], direction: 'asc' },
  '-id': { keys: ['id'], direction: 'desc' },
}

export async function readEntry(
  db: Queryable,
  secrets: Secrets,
  id: number,
  reading: Reading = 'masked',
): Promise<Entry> {
  if (!Number.isSafeInteger(id)) throw unknownEntry(id)
  const { rows } = await db.query<WholeRow>(
    `select ${SUMMARY}, request_body, response_body, client_form from reprise.entry
     where id = $1 and stream = any(array(select distinct stream from reprise.recorder))`,
    [id],
  )
  const row = rows[0]
  if (row === undefined) throw unknownEntry(id)
  return toEntry(row, secrets, reading)
}

export async function listRecorders(db: Queryable, stream: string): Promise<RecorderHost[]> {
  if (!isStorable(stream)) return []
  const { rows } = await db.query<RecorderHost>(
    'select id, host from reprise.recorder where stream = $1 order by started_at, id',
    [stream],
  )
  return rows.map(({ id, host }) => ({ id, host }))
}

function unknownEntry(id: number): Problem {
  return new Problem('entry_unknown', `there is no entry ${id}`, { source: 'user' })
}

export interface WholeRow extends SummaryRow {
  request_body: Buffer | null
  response_body: Buffer | null
  client_form: ClientForm | null
}

export interface SummaryRow {
  stream: string
  id: string
  recorder: string
  number: string
  verdict: Verdict
  cause: string | null
  delivery: Delivery | null
  settled: Settlement | null
  settled_at: string | null
  settled_by: string | null
  label: string | null
  arrived_at: string
  answered_at: string | null
  ordered_at: string
  client_address: string | null
  user_agent: string | null
  user_name: string | null
  method: string
  target: string
  http_version: string
  content_type: string | null
  request_headers: StoredFields
  request_trailers: StoredFields | null
  request_length: string
  request_capture: Capture
  request_digest: string | null
  request_chunks: number
  status: number | null
  reason: string | null
  response_headers: StoredFields | null
  response_trailers: StoredFields | null
  response_length: string | null
  response_capture: Capture | null
  response_digest: string | null
  response_chunks: number
  sealed: StoredPart[] | null
}

export const SUMMARY = `
  stream, id, recorder, number, verdict, cause, delivery, label,
  settled, ${micros('settled_at')}, settled_by,
  ${micros('arrived_at')}, ${micros('answered_at')}, ${micros('ordered_at')},
  client_address, user_agent, user_name, method, target, http_version, content_type,
  request_headers, request_trailers, request_length, request_capture,
  encode(request_digest, 'hex') as request_digest, request_chunks,
  status, reason, response_headers, response_trailers, response_length, response_capture,
  encode(response_digest, 'hex') as response_digest, response_chunks, sealed`

const PARTS = [
  ['target', '(query)'],
  ['request', '(body)'],
] as const

function toEntry(row: WholeRow, secrets: Secrets, reading: Reading): Entry {
  // Not a copy: of each entry of a replay there would be two.
  const of = placeOfEntry(Number(row.number), Number(row.arrived_at))
  return Object.assign(toSummary(row, secrets, reading), {
    clientForm: readForm(row.client_form, row.sealed, of, secrets, reading),
    requestBody: row.request_body ?? NOTHING,
    responseBody: row.status === null ? null : (row.response_body ?? NOTHING),
  })
}

const NOTHING = Buffer.alloc(0)

export function toSummary(
  row: SummaryRow,
  secrets: Secrets,
  reading: Reading = 'masked',
): EntrySummary {
  const open = (stored: StoredFields | null) => openedFields(stored ?? [], secrets)
  const { fields: requestHeaders, withheld: names } = open(row.request_headers)
  const of = placeOfEntry(Number(row.number), Number(row.arrived_at))
  const { masked, maskedChunks, withheld } = readParts(row.sealed, of, secrets, reading)
  return {
    stream: row.stream,
    id: Number(row.id),
    recorder: row.recorder,
    number: Number(row.number),
    verdict: row.verdict,
    cause: row.cause,
    delivery: row.delivery,
    settled: row.settled,
    settledAt: numberOrNull(row.settled_at),
    settledBy: row.settled_by,
    label: row.label,
    arrivedAt: Number(row.arrived_at),
    answeredAt: numberOrNull(row.answered_at),
    orderedAt: Number(row.ordered_at),
    sender: { address: row.client_address, agent: row.user_agent, user: row.user_name },
    method: row.method,
    target: row.target,
    httpVersion: row.http_version,
    contentType: row.content_type,
    requestHeaders,
    requestTrailers: open(row.request_trailers).fields,
    withheld:
      withheld.size === 0
        ? names
        : [...names, ...PARTS.filter(([part]) => withheld.has(part)).map(([, name]) => name)],
    masked,
    maskedChunks,
    requestLength: Number(row.request_length),
    requestCapture: row.request_capture,
    requestDigest: row.request_digest,
    requestChunks: row.request_chunks,
    status: row.status,
    reason: row.reason,
    responseHeaders: row.response_headers === null ? null : open(row.response_headers).fields,
    responseTrailers: row.status === null ? null : open(row.response_trailers).fields,
    responseLength: numberOrNull(row.response_length),
    responseCapture: row.response_capture,
    responseDigest: row.response_digest,
    responseChunks: row.response_chunks,
  }
}
