import { fieldValue } from '../../wire/fields.ts'
import type { SealedRecord } from '../contract.ts'
import { orderedAt, pathOf, RECORDER_LOST } from '../entry.ts'
import type { CapturedBody, NewEntry, NewIntent, NewRecord, RecordedRequest } from '../entry.ts'
import type { Secrets } from '../secrets.ts'
import { storedFields, storedTrailers } from './headers.ts'

/** Name and type of each column of an entry as it travels, in a row of JSON. */
export const COLUMNS = {
  number: 'bigint',
  verdict: 'text',
  cause: 'text',
  delivery: 'text',
  arrived: 'bigint',
  answered: 'bigint',
  ordered: 'bigint',
  client_address: 'text',
  user_agent: 'text',
  user_name: 'text',
  method: 'text',
  target: 'text',
  path: 'text',
  http_version: 'text',
  content_type: 'text',
  request_headers: 'json',
  request_trailers: 'json',
  request_bytes: 'integer',
  request_length: 'bigint',
  request_capture: 'text',
  request_digest: 'text',
  request_chunks: 'integer',
  status: 'smallint',
  reason: 'text',
  response_headers: 'json',
  response_trailers: 'json',
  response_bytes: 'integer',
  response_length: 'bigint',
  response_capture: 'text',
  response_digest: 'text',
  response_chunks: 'integer',
} as const

/** What is absent is null in the row. `*_bytes` is how many of the record's bytes are that body. */
type EntryRow = { -readonly [name in keyof typeof COLUMNS]?: unknown }

/** A record as rows of JSON and bytes, with secrets sealed: as it is stored, here or in a spool. */
export function sealRecord(record: NewRecord, secrets: Secrets): SealedRecord {
  switch (record.kind) {
    case 'entry': {
      const { entry, had } = record
      const bytes = [entry.request.body.bytes]
      if (entry.response !== null) bytes.push(entry.response.body.bytes)
      const row = { had_intent: had === 'intent', entry: entryRow(entry, secrets) }
      return { kind: 'entry', number: entry.number, row, bytes }
    }
    case 'intent': {
      const { intent } = record
      const row = { entry: entryRow(lostEntry(intent), secrets) }
      return { kind: 'intent', number: intent.number, row, bytes: [intent.request.body.bytes] }
    }
    case 'chunk': {
      const { number, arrivedAt, side, position, bytes } = record.chunk
      const row = { arrived: arrivedAt, side, position }
      return { kind: 'chunk', number, row, bytes: [bytes] }
    }
    case 'unrecorded': {
      const { reason, numbers, begun } = record.unrecorded
      const row = { reason, numbers: multirange(numbers), begun }
      return { kind: 'unrecorded', number: numbers[0]!, row, bytes: [] }
    }
  }
}

/** What an intent becomes when its recorder dies before it knows more. */
function lostEntry(intent: NewIntent): NewEntry {
  return {
    ...intent,
    verdict: 'in_doubt',
    cause: RECORDER_LOST,
    delivery: 'unknown',
    answeredAt: null,
    response: null,
  }
}

function entryRow(entry: NewEntry, secrets: Secrets): EntryRow {
  const { request, response, sender } = entry
  const row: EntryRow = {
    number: entry.number,
    verdict: entry.verdict,
    cause: entry.cause,
    delivery: entry.delivery,
    arrived: entry.arrivedAt,
    answered: entry.answeredAt,
    ordered: orderedAt(entry),
    client_address: sender.address,
    user_agent: sender.agent,
    user_name: sender.user,
    ...requestRow(request, secrets),
  }
  if (response !== null) {
    const { body } = response
    row.status = response.status
    row.reason = response.reason
    row.response_headers = storedFields(response.fields, secrets)
    row.response_trailers = storedTrailers(body.trailers, secrets)
    row.response_bytes = body.bytes.length
    row.response_length = body.length
    row.response_capture = body.capture
    row.response_digest = hex(body)
    row.response_chunks = body.chunks
  }
  return row
}

function requestRow(request: RecordedRequest, secrets: Secrets): EntryRow {
  const { body } = request
  return {
    method: request.method,
    target: request.target,
    path: pathOf(request.target),
    http_version: request.httpVersion,
    content_type: fieldValue(request.fields, 'content-type') ?? null,
    request_headers: storedFields(request.fields, secrets),
    request_trailers: storedTrailers(body.trailers, secrets),
    request_bytes: body.bytes.length,
    request_length: body.length,
    request_capture: body.capture,
    request_digest: hex(body),
    request_chunks: body.chunks,
  }
}

function hex({ digest }: CapturedBody): string | null {
  return digest === null ? null : digest.toString('hex')
}

/** Numbers in ascending order as PostgreSQL writes ranges of them: `{[1,4),[7,8)}`. */
function multirange(numbers: readonly number[]): string {
  const ranges: string[] = []
  let from = numbers[0]!
  for (const [i, number] of numbers.entries()) {
    if (numbers[i + 1] === number + 1) continue
    ranges.push(`[${from},${number + 1})`)
    from = numbers[i + 1] ?? 0
  }
  return `{${ranges.join(',')}}`
}
