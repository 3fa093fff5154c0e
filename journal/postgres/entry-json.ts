import { fieldValue, type RawFields } from '../../wire/fields.ts'
import { pathOf, type CapturedBody, type Micros, type NewEntry, type Side } from '../entry.ts'
import type { Secrets } from '../secrets.ts'
import type { StoredPart } from './parts.ts'
import { storable, storableJson } from './text.ts'

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
  sealed: 'json',
  client_form: 'json',
} as const

type Member = keyof typeof MEMBERS

/** The members as PostgreSQL's json_to_record takes them. */
export const ENTRY_MEMBERS = Object.entries(MEMBERS)
  .map((member) => member.join(' '))
  .join(', ')

/** `sealed` are the secrets that stand masked in it; null: none. */
export type WriteEntry = (entry: NewEntry, sealed: readonly StoredPart[] | null) => string

/** Writes entries; `*_bytes` is how many of the record's bytes are that body, the request's first. */
export function entryWriter(secrets: Secrets): WriteEntry {
  const members = new Pieces((name, value) => `,"${name}":${quoted(value)}`)
  const fields = new Pieces((name, value) =>
    // One that is remembered stands there sealed as it was: that tells no more than that it is the same.
    secrets.isSecret(name, value) ? sealedField(name, value) : `[${quoted(name)},${quoted(value)}]`,
  )
  return entryJson

  function entryJson(entry: NewEntry, sealed: readonly StoredPart[] | null): string {
    const { arrivedAt, answeredAt, request, response, sender } = entry
    const { target } = request
    return flat(
      `{"number":${entry.number},"verdict":"${entry.verdict}","arrived":${digits(arrivedAt)}` +
        // Since it arrived: small numbers are written in a third of the time.
        (answeredAt === null ? '' : `,"answered_after":${answeredAt - arrivedAt}`) +
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
        `,"request_headers":${fieldsJson(request.fields)}` +
        bodyJson('request', request.body) +
        (sealed === null ? '' : `,"sealed":${JSON.stringify(sealed)}`) +
        (request.clientForm === undefined
          ? ''
          : `,"client_form":${storableJson(request.clientForm)}`) +
        (response === null
          ? '}'
          : `,"status":${response.status}` +
            text('reason', response.reason) +
            `,"response_headers":${fieldsJson(response.fields)}` +
            `${bodyJson('response', response.body)}}`),
    )
  }

  function bodyJson(side: Side, body: CapturedBody): string {
    const { bytes, length, capture, digest, chunks, trailers } = body
    return (
      (bytes.length === 0 ? '' : `,"${side}_bytes":${bytes.length}`) +
      (length === bytes.length ? '' : `,"${side}_length":${length}`) +
      (capture === 'complete' ? '' : `,"${side}_capture":"${capture}"`) +
      (digest === null ? '' : `,"${side}_digest":"${digest}"`) +
      (chunks === 0 ? '' : `,"${side}_chunks":${chunks}`) +
      (trailers.length === 0 ? '' : `,"${side}_trailers":${fieldsJson(trailers)}`)
    )
  }

  function text(name: Member, value: string | null): string {
    return value === null ? '' : members.of(name, value)
  }

  /** As StoredFields. */
  function fieldsJson(list: RawFields): string {
    let json = '['
    for (let i = 0; i < list.length; i += 2) {
      if (i > 0) json += ','
      json += fieldJson(list[i]!, list[i + 1]!)
    }
    return `${json}]`
  }

  function fieldJson(name: string, value: string): string {
    return secrets.isSecret(name) ? sealedField(name, value) : fields.of(name, value)
  }

  function sealedField(name: string, value: string): string {
    return `[${quoted(name)},${JSON.stringify(secrets.seal(name, value))}]`
  }
}

/**
 * The JSON of names with their values, with a memory of those seen last. From one request to the
 * next most fields are the same, and two comparisons cost less than writing one anew.
 */
class Pieces {
  readonly #write: (name: string, value: string) => string
  readonly #seen: { name: string; value: string; json: string }[] = Array.from(
    { length: PLACES },
    () => ({ name: '', value: '', json: '' }),
  )

  constructor(write: (name: string, value: string) => string) {
    this.#write = write
  }

  of(name: string, value: string): string {
    const place = name.length * 31 + value.length * 7 + value.charCodeAt(value.length - 1)
    const seen = this.#seen[place % PLACES]
    if (seen === undefined || value.length > MAX_REMEMBERED) return this.#write(name, value)
    if (seen.value !== value || seen.name !== name) {
      seen.name = name
      seen.value = value
      seen.json = flat(this.#write(name, value))
    }
    return seen.json
  }
}

const PLACES = 256
const MAX_REMEMBERED = 256

/**
 * The same text in one piece. What `+` makes is a tree of its parts until somebody looks into it;
 * entries wait, and the garbage collector would follow all those trees each time.
 */
function flat(json: string): string {
  return json.charCodeAt(json.length - 1) > 0 ? json : ''
}

/** Micros in decimal, by two small numbers: a large one takes many times as long. */
function digits(moment: Micros): string {
  const seconds = Math.floor(moment / MILLION)
  if (seconds < 1) return String(moment)
  return `${seconds}${String(MILLION + moment - seconds * MILLION).slice(1)}`
}

const MILLION = 1_000_000

/** A text as JSON. Most have nothing in them that JSON writes otherwise. */
function quoted(value: string): string {
  return SPECIAL.test(value) ? JSON.stringify(storable(value)) : `"${value}"`
}

const SPECIAL = /["\\\u0000-\u001f\u007f-\uffff]/
