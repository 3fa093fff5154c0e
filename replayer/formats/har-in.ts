import type { Capture, Micros } from '../../journal/entry.ts'
import type {
  ForeignAnswer,
  ForeignBody,
  ForeignChange,
  ForeignExchange,
  ForeignItem,
} from '../../journal/foreign.ts'
import { CAPTURES } from '../../journal/entry.ts'
import { Problem } from '../../journal/problem.ts'
import { withoutCodings } from '../../wire/content-coding.ts'
import { fieldValue, withoutField } from '../../wire/fields.ts'
import { elementsAt } from './json-elements.ts'
import { list, number, object, optionalText, text, type Place } from './json-place.ts'

// HAR 1.2 as browsers, proxies and we write it. What the specification leaves open is read as most mean
// it; what is missing that an exchange needs is an error with its place.

/** Reads a HAR while it comes: an entry at a time. */
export async function* readHar(pieces: AsyncIterable<Buffer>): AsyncGenerator<ForeignItem> {
  let index = 0
  for await (const { value, at } of elementsAt(pieces, ['log', 'entries'])) {
    yield itemOf({ value, name: `log.entries[${index++}] (byte ${at})` })
  }
}

function itemOf(entry: Place): ForeignItem {
  const request = object(entry, 'request')
  const url = text(request, 'url')
  const parts = URL_PARTS.exec(url)
  if (parts === null) {
    const detail = url.slice(0, 40)
    return { kind: 'skipped', place: entry.name, why: 'not_http', detail }
  }
  return { kind: 'exchange', exchange: exchangeOf(entry, request, parts) }
}

/** Scheme, authority, path and query. */
const URL_PARTS = /^(https?):\/\/([^/?#]*)([^#]*)/is

function exchangeOf(entry: Place, request: Place, parts: RegExpExecArray): ForeignExchange {
  const [, scheme = '', authority = '', rest = ''] = parts
  const own = optionalObject(entry, '_reprise')
  const changed = new Set<ForeignChange>()
  const fields = fieldsOf(request, changed, 'cookie')
  const hasHost = fieldValue(fields, 'host') !== undefined
  const host = authority.replace(/^.*@/, '')
  const arrivedAt = momentOf(entry)
  const answer = answerOf(entry, arrivedAt, own, changed)
  return {
    place: entry.name,
    origin: `${scheme.toLowerCase()}://${host.toLowerCase()}`,
    client: own === null ? null : optionalText(own, 'client_address'),
    arrivedAt,
    method: text(request, 'method'),
    target: (own && optionalText(own, 'target')) ?? targetOf(rest),
    httpVersion: versionOf(request),
    fields: hasHost ? fields : ['Host', host, ...fields],
    body: requestBody(request, own, changed),
    answer,
    sent: neverLeft(entry) ? 'nothing' : 'something',
    changed: [...changed],
  }
}

/** As it stands there, but for what a request line cannot hold. */
function targetOf(rest: string): string {
  const target = rest.startsWith('/') ? rest : `/${rest}`
  const bytes = Buffer.from(target, /[^\0-\xff]/.test(target) ? 'utf8' : 'latin1')
  return bytes
    .toString('latin1')
    .replaceAll(
      /[\0-\x20\x7f]/g,
      (one) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
}

/** `HTTP/1.1`, `h2`, `http/2.0`, `h3`: whatever is newer than 1.1 is called 2.0 here. */
function versionOf(message: Place): string {
  const said = (optionalText(message, 'httpVersion') ?? '').toLowerCase()
  if (/^http\/1\.0$/.test(said)) return '1.0'
  return /^(?:http\/[23]|h[23])/.test(said) ? '2.0' : '1.1'
}

function fieldsOf(
  message: Place,
  changed: Set<ForeignChange>,
  cookie: 'cookie' | 'none',
): string[] {
  const fields = list(message, 'headers').flatMap((header) => {
    const name = text(header, 'name')
    // Of HTTP/2; they stand in the URL and in the status.
    return name.startsWith(':') ? [] : [name, latin1(text(header, 'value'))]
  })
  const cookies = cookie === 'none' ? [] : (optionalList(message, 'cookies') ?? [])
  if (cookies.length === 0 || fieldValue(fields, 'cookie') !== undefined) return fields
  changed.add('cookie_made')
  const pairs = cookies.map((one) => `${text(one, 'name')}=${text(one, 'value')}`)
  return [...fields, 'Cookie', latin1(pairs.join('; '))]
}

/** One code point a byte; what is no byte was UTF-8. */
function latin1(value: string): string {
  const bytes = /[^\0-\xff]/.test(value) ? Buffer.from(value, 'utf8').toString('latin1') : value
  return bytes.replaceAll(/[\r\n\0]+/g, ' ')
}

function requestBody(request: Place, own: Place | null, changed: Set<ForeignChange>): ForeignBody {
  const kept = captureOf(own, 'request_capture')
  const trailers = trailersOf(own, 'request_trailers')
  const postData = optionalObject(request, 'postData')
  if (postData === null) {
    const isMissing = number(request, 'bodySize', -1) > 0
    if (isMissing) changed.add('body_missing')
    return { bytes: NOTHING, capture: isMissing ? 'aborted' : kept, trailers }
  }
  const encoded = optionalText(postData, '_base64')
  if (encoded !== null) return { bytes: Buffer.from(encoded, 'base64'), capture: kept, trailers }
  const said = optionalText(postData, 'text') ?? ''
  const isBase64 = optionalText(postData, 'encoding') === 'base64'
  if (said !== '') {
    const bytes = Buffer.from(said, isBase64 ? 'base64' : 'utf8')
    return { bytes, capture: kept, trailers }
  }
  const params = optionalList(postData, 'params') ?? []
  const mimeType = optionalText(postData, 'mimeType') ?? ''
  if (params.length > 0 && /^application\/x-www-form-urlencoded/i.test(mimeType)) {
    const pairs = params.map((one): [string, string] => [
      text(one, 'name'),
      optionalText(one, 'value') ?? '',
    ])
    return { bytes: Buffer.from(new URLSearchParams(pairs).toString()), capture: kept, trailers }
  }
  const isMissing = params.length > 0 || number(request, 'bodySize', -1) > 0
  if (isMissing) changed.add('body_missing')
  return { bytes: NOTHING, capture: isMissing ? 'aborted' : kept, trailers }
}

function answerOf(
  entry: Place,
  arrivedAt: Micros,
  own: Place | null,
  changed: Set<ForeignChange>,
): ForeignAnswer | null {
  const response = object(entry, 'response')
  const status = number(response, 'status', 0)
  // Browsers write 0 where none came, Playwright -1.
  if (status <= 0) return null
  if (!Number.isInteger(status) || status < 100 || status > 999) {
    throw misplaced(response, 'status', 'a status of HTTP')
  }
  const body = responseBody(response, own, changed)
  const fields = fieldsOf(response, changed, 'none')
  const isUndone = body.bytes.length > 0 && fieldValue(fields, 'content-encoding') !== undefined
  const isCoded =
    isUndone && withoutCodings(fields, body.bytes, { most: MOST_DECODED, cut: 'refused' }) !== null
  if (isUndone && !isCoded) changed.add('coding_undone')
  return {
    answeredAt: arrivedAt + waited(entry, changed),
    status,
    reason: latin1(optionalText(response, 'statusText') ?? ''),
    fields: isUndone && !isCoded ? withoutCoding(fields) : fields,
    body,
  }
}

const MOST_DECODED = 256 * 1024 * 1024

/** Its length is none of what is there, either. */
function withoutCoding(fields: string[]): string[] {
  return withoutField(withoutField(fields, 'content-encoding'), 'content-length')
}

function responseBody(
  response: Place,
  own: Place | null,
  changed: Set<ForeignChange>,
): ForeignBody {
  const kept = captureOf(own, 'response_capture')
  const trailers = trailersOf(own, 'response_trailers')
  const content = optionalObject(response, 'content')
  const said = content === null ? null : optionalText(content, 'text')
  const size = content === null ? 0 : number(content, 'size', 0)
  if (said === null || (said === '' && size > 0)) {
    if (size > 0) changed.add('body_missing')
    return { bytes: NOTHING, capture: size > 0 ? 'aborted' : kept, trailers }
  }
  const isBase64 = content !== null && optionalText(content, 'encoding') === 'base64'
  return { bytes: Buffer.from(said, isBase64 ? 'base64' : 'utf8'), capture: kept, trailers }
}

/** Until the answer began: all that is said of before it, or all that is said. In microseconds. */
function waited(entry: Place, changed: Set<ForeignChange>): Micros {
  const timings = optionalObject(entry, 'timings')
  // What does not apply is -1; `ssl` is a part of `connect`.
  const before = ['blocked', 'dns', 'connect', 'send', 'wait'].map((name) =>
    Math.max(0, timings === null ? 0 : number(timings, name, 0)),
  )
  const sum = before.reduce((one, other) => one + other, 0)
  if (sum > 0) return Math.round(sum * 1000)
  const time = number(entry, 'time', -1)
  if (time < 0) changed.add('time_guessed')
  return Math.round(Math.max(0, time) * 1000)
}

/** ISO 8601; Date knows milliseconds alone. */
function momentOf(entry: Place): Micros {
  const said = text(entry, 'startedDateTime')
  const moment = Date.parse(said)
  if (Number.isNaN(moment)) throw misplaced(entry, 'startedDateTime', 'a time of ISO 8601')
  const fraction = /\.(\d+)/.exec(said)?.[1] ?? ''
  return Math.floor(moment / 1000) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** What browsers say of a request that they never sent. */
function neverLeft(entry: Place): boolean {
  const response = object(entry, 'response')
  const error = ['_error', '_failureText'].map(
    (name) => optionalText(response, name) ?? optionalText(entry, name) ?? '',
  )
  return /BLOCKED|REFUSED|NAME_NOT_RESOLVED|UNREACHABLE|DISCONNECTED|UNSAFE_PORT|_CERT_|SSL/i.test(
    error.join(' '),
  )
}

function captureOf(own: Place | null, name: string): Capture {
  const said = own === null ? null : optionalText(own, name)
  return CAPTURES.find((one) => one === said) ?? 'complete'
}

function trailersOf(own: Place | null, name: string): string[] {
  const said = (own === null ? null : optionalList(own, name)) ?? []
  return said.flatMap((one) => [text(one, 'name'), latin1(text(one, 'value'))])
}

function optionalObject(place: Place, name: string): Place | null {
  const { value } = place as { value: Record<string, unknown> }
  return value[name] === undefined || value[name] === null ? null : object(place, name)
}

function optionalList(place: Place, name: string): Place[] | null {
  const { value } = place as { value: Record<string, unknown> }
  return value[name] === undefined || value[name] === null ? null : list(place, name)
}

function misplaced({ name }: Place, member: string, expected: string): Problem {
  return new Problem('file_invalid', `${name}.${member}: expected ${expected}`, { source: 'user' })
}

const NOTHING = Buffer.alloc(0)
