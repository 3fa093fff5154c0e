import { fieldValue, type RawFields } from '../../wire/fields.ts'
import { pathOf, type CapturedBody, type NewEntry, type Side } from '../entry.ts'
import type { Secrets } from '../secrets.ts'
import { storable } from './text.ts'

// An entry as it travels to PostgreSQL and waits in a spool: a JSON object, written by hand. Making
// an object and turning it into JSON takes three times as long, and this is most of what recording
// costs on the way of a request. What has the usual value is left out; PostgreSQL puts it in.

/** Name and type of each member. */
const MEMBERS = {
  number: 'bigint',
  verdict: 'text',
  cause: 'text',
  delivery: 'text',
  arrived: 'bigint',
  answered_after: 'bigint',
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

type Member = keyof typeof MEMBERS

/** The members as PostgreSQL's json_to_record takes them. */
export const ENTRY_MEMBERS = Object.entries(MEMBERS)
  .map((member) => member.join(' '))
  .join(', ')

/** `*_bytes` is how many of the record's bytes are that body; the request's come first. */
export function entryJson(entry: NewEntry, secrets: Secrets): string {
  const { request, response, sender } = entry
  const { target } = request
  return flat(
    `{"number":${entry.number},"verdict":"${entry.verdict}","arrived":${entry.arrivedAt}` +
      // Since it arrived: small numbers are written in a third of the time.
      (entry.answeredAt === null ? '' : `,"answered_after":${entry.answeredAt - entry.arrivedAt}`) +
      text('cause', entry.cause) +
      text('delivery', entry.delivery) +
      text('client_address', sender.address) +
      text('user_agent', sender.agent) +
      text('user_name', sender.user) +
      text('method', request.method) +
      text('target', target) +
      // Of any other the path is what stands before the query.
      (target.startsWith('/') ? '' : text('path', pathOf(target))) +
      (request.httpVersion === '1.1' ? '' : text('http_version', request.httpVersion)) +
      text('content_type', fieldValue(request.fields, 'content-type') ?? null) +
      `,"request_headers":${fieldsJson(request.fields, secrets)}` +
      bodyJson('request', request.body, secrets) +
      (response === null
        ? '}'
        : `,"status":${response.status}` +
          text('reason', response.reason) +
          `,"response_headers":${fieldsJson(response.fields, secrets)}` +
          `${bodyJson('response', response.body, secrets)}}`),
  )
}

/**
 * The same text in one piece. What `+` makes is a tree of its parts until somebody looks into it;
 * entries wait, and the garbage collector would follow all those trees each time.
 */
function flat(json: string): string {
  return json.charCodeAt(json.length - 1) === CLOSING_BRACE ? json : ''
}

const CLOSING_BRACE = 125

function bodyJson(side: Side, body: CapturedBody, secrets: Secrets): string {
  const { bytes, length, capture, digest, chunks, trailers } = body
  return (
    (bytes.length === 0 ? '' : `,"${side}_bytes":${bytes.length}`) +
    (length === bytes.length ? '' : `,"${side}_length":${length}`) +
    (capture === 'complete' ? '' : `,"${side}_capture":"${capture}"`) +
    (digest === null ? '' : `,"${side}_digest":"${digest}"`) +
    (chunks === 0 ? '' : `,"${side}_chunks":${chunks}`) +
    (trailers.length === 0 ? '' : `,"${side}_trailers":${fieldsJson(trailers, secrets)}`)
  )
}

function text(name: Member, value: string | null): string {
  return value === null ? '' : `,"${name}":${quoted(value)}`
}

/** As StoredFields. */
function fieldsJson(fields: RawFields, secrets: Secrets): string {
  let json = '['
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!
    const value = fields[i + 1]!
    const stored = secrets.isSecret(name)
      ? JSON.stringify(secrets.seal(name, value))
      : quoted(value)
    json += `${i === 0 ? '' : ','}[${quoted(name)},${stored}]`
  }
  return `${json}]`
}

/** A text as JSON. Most have nothing in them that JSON writes otherwise. */
function quoted(value: string): string {
  return SPECIAL.test(value) ? JSON.stringify(storable(value)) : `"${value}"`
}

const SPECIAL = /["\\\u0000-\u001f\u007f-\uffff]/
