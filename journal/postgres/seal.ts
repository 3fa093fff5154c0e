import { fieldValue } from '../../wire/fields.ts'
import type { SealedRecord } from '../contract.ts'
import { orderedAt, pathOf, RECORDER_LOST } from '../entry.ts'
import type { NewEntry, NewIntent, NewRecord } from '../entry.ts'
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
type EntryRow = { [name in keyof typeof COLUMNS]: unknown } & {
  /** Where its bytes begin in those of the batch, from 1; known when it is appended. */
  at: number
}

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

/** One literal: rows of one shape are made and written as JSON at a third of the cost. */
function entryRow(entry: NewEntry, secrets: Secrets): EntryRow {
  const { request, response, sender } = entry
  const body = request.body
  const answer = response?.body
  return {
    at: 0,
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
