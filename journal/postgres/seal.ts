import { fieldValue } from '../../wire/fields.ts'
import type { SealedRecord } from '../contract.ts'
import { orderedAt, pathOf, RECORDER_LOST } from '../entry.ts'
import type { Micros, NewEntry, NewIntent, NewRecord } from '../entry.ts'
import type { Secrets } from '../secrets.ts'
import { storedFields, storedTrailers } from './headers.ts'
import { storableJson } from './text.ts'

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
type EntryRow = { [name in keyof typeof COLUMNS]: unknown }

/** A record as JSON and bytes, with secrets sealed: as it is stored, here or in a spool. */
export function sealRecord(record: NewRecord, secrets: Secrets): SealedRecord {
  switch (record.kind) {
    case 'entry': {
      const { entry, had } = record
      const { number, verdict, request, response } = entry
      const json = storableJson(entryRow(entry, secrets))
      const bytes =
        response === null ? [request.body.bytes] : [request.body.bytes, response.body.bytes]
      const ends = had === 'intent' ? [number] : NOTHING
      return { kind: 'entry', number, verdict, json, bytes, ends }
    }
    case 'intent': {
      const { number, request } = record.intent
      const json = storableJson(entryRow(lostEntry(record.intent), secrets))
      return {
        kind: 'intent',
        number,
        verdict: null,
        json,
        bytes: [request.body.bytes],
        ends: NOTHING,
      }
    }
    case 'chunk': {
      const { number, arrivedAt, side, position, bytes } = record.chunk
      const json = JSON.stringify({ arrived: arrivedAt, side, position })
      return { kind: 'chunk', number, verdict: null, json, bytes: [bytes], ends: NOTHING }
    }
    case 'unrecorded': {
      const { reason, numbers, begun } = record.unrecorded
      const json = JSON.stringify({ reason, numbers: multirange(numbers) })
      const number = numbers[0]!
      return { kind: 'unrecorded', number, verdict: null, json, bytes: [], ends: begun }
    }
  }
}

const NOTHING: readonly number[] = []

/** When the mutation of an entry, an intent or a piece arrived. */
export function arrivalOf({ json }: SealedRecord): Micros | undefined {
  return (JSON.parse(json) as { arrived?: Micros }).arrived
}

/** The numbers of an `unrecorded`, as PostgreSQL writes ranges of them. */
export function numbersOf({ json }: SealedRecord): string {
  return (JSON.parse(json) as { numbers: string }).numbers
}

/** What an intent becomes when its recorder dies before it knows more. */
function lostEntry({ number, arrivedAt, sender, request }: NewIntent): NewEntry {
  return {
    number,
    verdict: 'in_doubt',
    cause: RECORDER_LOST,
    delivery: 'unknown',
    arrivedAt,
    answeredAt: null,
    sender,
    request,
    response: null,
  }
}

/** One literal: rows of one shape are made and written as JSON at a third of the cost. */
function entryRow(entry: NewEntry, secrets: Secrets): EntryRow {
  const { request, response, sender } = entry
  const body = request.body
  const answer = response?.body
  return {
    number: entry.number,
    verdict: entry.verdict,
    cause: present(entry.cause),
    delivery: present(entry.delivery),
    arrived: entry.arrivedAt,
    answered: present(entry.answeredAt),
    ordered: orderedAt(entry),
    client_address: present(sender.address),
    user_agent: present(sender.agent),
    user_name: present(sender.user),
    method: request.method,
    target: request.target,
    path: pathOf(request.target),
    http_version: request.httpVersion,
    content_type: fieldValue(request.fields, 'content-type'),
    request_headers: storedFields(request.fields, secrets),
    request_trailers: storedTrailers(body.trailers, secrets),
    request_bytes: body.bytes.length,
    request_length: body.length,
    request_capture: body.capture,
    request_digest: present(body.digest),
    request_chunks: body.chunks,
    status: response?.status,
    reason: response?.reason,
    response_headers: response === null ? undefined : storedFields(response.fields, secrets),
    response_trailers: answer === undefined ? undefined : storedTrailers(answer.trailers, secrets),
    response_bytes: answer?.bytes.length,
    response_length: answer?.length,
    response_capture: answer?.capture,
    response_digest: answer?.digest ?? undefined,
    response_chunks: answer?.chunks,
  }
}

/** What is undefined is left out of JSON. */
function present<T>(value: T | null): T | undefined {
  return value ?? undefined
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
