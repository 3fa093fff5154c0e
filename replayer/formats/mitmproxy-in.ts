import type { Micros } from '../../journal/entry.ts'
import type {
  ForeignAnswer,
  ForeignBody,
  ForeignChange,
  ForeignItem,
} from '../../journal/foreign.ts'
import { Problem } from '../../journal/problem.ts'
import { fieldValue } from '../../wire/fields.ts'
import { lengthAt, readTagged, TaggedFault, type Tagged } from './tnetstring.ts'

// Files of flows as mitmproxy writes them (`mitmdump -w`), each flow a tagged netstring. The members that
// are read here are the same from version 9 of that format (mitmproxy 6) to 21 (12).

const OLDEST = 9

/** Of one flow, in bytes. */
const MOST_FLOW = 512 * 1024 * 1024

type Members = Map<string, Tagged>

/** A flow at a time. */
export async function* readMitmproxy(pieces: AsyncIterable<Buffer>): AsyncGenerator<ForeignItem> {
  let index = 0
  for await (const { bytes, at } of flowsOf(pieces)) {
    const place = `flow ${++index} (byte ${at})`
    let flow: Tagged
    try {
      flow = readTagged(bytes)
    } catch (error) {
      throw error instanceof TaggedFault ? invalid(place, error.message) : error
    }
    if (!(flow instanceof Map)) throw invalid(place, 'expected a flow')
    yield itemOf(flow, place)
  }
}

function itemOf(flow: Members, place: string): ForeignItem {
  const version = flow.get('version')
  if (typeof version !== 'number' || version < OLDEST) {
    throw invalid(place, 'it was written by mitmproxy 5 or older, which wrote otherwise', OLDER)
  }
  const type = text(flow.get('type'))
  const request = flow.get('request')
  if (type !== 'http' || !(request instanceof Map)) {
    return { kind: 'skipped', place, why: 'not_http', detail: `a flow of ${type || 'no type'}` }
  }
  const method = text(request.get('method'))
  if (method === 'CONNECT') return { kind: 'skipped', place, why: 'not_http', detail: 'a CONNECT' }
  const changed = new Set<ForeignChange>()
  const arrivedAt = moment(request.get('timestamp_start'), place)
  const httpVersion = versionOf(request)
  const host = authorityOf(request)
  const fields = fieldsOf(request)
  const hasHost = fieldValue(fields, 'host') !== undefined
  const exchange = {
    place,
    origin: `${text(request.get('scheme')) || 'http'}://${host.toLowerCase()}`,
    client: clientOf(flow),
    ...{ arrivedAt, method, target: text(request.get('path')) || '/', httpVersion },
    fields: hasHost ? fields : ['Host', host, ...fields],
    body: bodyOf(request, changed),
    answer: answerOf(flow, arrivedAt, place, changed),
    sent: 'something' as const,
    changed: [...changed],
  }
  return { kind: 'exchange', exchange: { ...exchange, changed: [...changed] } }
}

const OLDER = 'read and write it once with a newer mitmproxy: mitmdump -nr OLD -w NEW'

function answerOf(
  flow: Members,
  arrivedAt: Micros,
  place: string,
  changed: Set<ForeignChange>,
): ForeignAnswer | null {
  const response = flow.get('response')
  if (!(response instanceof Map)) return null
  const status = response.get('status_code')
  if (typeof status !== 'number') throw invalid(place, 'expected a status_code in its response')
  return {
    answeredAt: Math.max(arrivedAt, moment(response.get('timestamp_start'), place)),
    status,
    reason: text(response.get('reason')),
    fields: fieldsOf(response),
    body: bodyOf(response, changed),
  }
}

/** Without the port that its scheme has. */
function authorityOf(request: Members): string {
  const said = text(request.get('authority'))
  if (said !== '') return said
  const port = request.get('port')
  const usual = text(request.get('scheme')) === 'https' ? 443 : 80
  const host = text(request.get('host'))
  return port === usual || typeof port !== 'number' ? host : `${host}:${port}`
}

function versionOf(request: Members): string {
  const said = text(request.get('http_version'))
  if (said === 'HTTP/1.0') return '1.0'
  return /^HTTP\/[23]/.test(said) ? '2.0' : '1.1'
}

function fieldsOf(message: Members): string[] {
  const headers = message.get('headers')
  return Array.isArray(headers) ? pairs(headers) : []
}

function pairs(headers: Tagged[]): string[] {
  return headers.flatMap((pair) => (Array.isArray(pair) ? [text(pair[0]), text(pair[1])] : []))
}

/** Where it was streamed past, mitmproxy kept nothing of it. */
function bodyOf(message: Members, changed: Set<ForeignChange>): ForeignBody {
  const content = message.get('content')
  const trailers = message.get('trailers')
  const common = { trailers: Array.isArray(trailers) ? pairs(trailers) : [] }
  if (Buffer.isBuffer(content)) return { bytes: content, capture: 'complete', ...common }
  changed.add('body_missing')
  return { bytes: Buffer.alloc(0), capture: 'aborted', ...common }
}

function clientOf(flow: Members): string | null {
  const client = flow.get('client_conn')
  if (!(client instanceof Map)) return null
  const name = client.get('peername') ?? client.get('address')
  return Array.isArray(name) && name[0] !== undefined ? text(name[0]) : null
}

/** Seconds since 1970, with a fraction. */
function moment(seconds: Tagged | undefined, place: string): Micros {
  if (typeof seconds !== 'number') throw invalid(place, 'expected a timestamp_start')
  return Math.round(seconds * 1_000_000)
}

/** Latin-1: one code point a byte. */
function text(value: Tagged | undefined): string {
  if (Buffer.isBuffer(value)) return value.toString('latin1')
  return typeof value === 'string' ? value : ''
}

async function* flowsOf(
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<{ bytes: Buffer; at: number }> {
  let parts: Buffer[] = []
  let length = 0
  let at = 0
  for await (const piece of pieces) {
    parts.push(piece)
    length += piece.length
    for (;;) {
      if (parts.length > 1 && parts[0]!.length < START) parts = [Buffer.concat(parts)]
      const needed = neededOf(parts[0] ?? NOTHING, at)
      if (needed === null || length < needed) break
      const all = Buffer.concat(parts)
      yield { bytes: all.subarray(0, needed), at }
      const rest = all.subarray(needed)
      parts = rest.length === 0 ? [] : [rest]
      length = rest.length
      at += needed
    }
  }
  if (length > 0) throw invalid(`byte ${at}`, 'the file ends within a flow')
}

function neededOf(start: Buffer, at: number): number | null {
  if (start.length === 0) return null
  try {
    const needed = lengthAt(start)
    if (needed !== null && needed > MOST_FLOW) {
      throw new TaggedFault(`a flow of more than ${MOST_FLOW} bytes`)
    }
    return needed
  } catch (error) {
    throw error instanceof TaggedFault ? invalid(`byte ${at}`, error.message) : error
  }
}

/** Enough to tell how long a flow is. */
const START = 16
const NOTHING = Buffer.alloc(0)

function invalid(place: string, what: string, hint?: string): Problem {
  return new Problem('file_invalid', `${place}: flows of mitmproxy were expected: ${what}`, {
    source: 'user',
    ...(hint !== undefined && { hint }),
  })
}
