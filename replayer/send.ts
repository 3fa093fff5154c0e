import type { Entry } from '../journal/entry.ts'
import type { Client } from '../wire/client.ts'
import {
  endToEndFields,
  fieldValue,
  fieldValues,
  withFieldValue,
  withoutField,
  type RawFields,
} from '../wire/fields.ts'
import type { Answer } from './answer.ts'
import { exchange } from './exchange.ts'

export interface Sending {
  target: URL
  client: Client
  /** For the whole exchange, in ms. */
  timeout: number
  /** Which Host is sent: the recorded one, or the target's own. */
  host: 'recorded' | 'target'
  /** The mark by which a recorder knows a replayed request. */
  mark: string
  signal: AbortSignal
}

/** Bytes of an answer's body that are kept; the rest is read and dropped. */
const KEPT_BODY = 64 * 1024

/**
 * Sends a recorded request again: same method, target, fields and body, which is read piece by
 * piece. Rejects with NoAnswer.
 */
export async function send(
  entry: Entry,
  body: () => AsyncIterable<Buffer>,
  sending: Sending,
): Promise<Answer> {
  const head = {
    method: entry.method,
    target: targetOf(entry, sending),
    fields: fieldsOf(entry, sending),
    httpVersion: entry.httpVersion,
    te: fieldValue(entry.requestHeaders, 'te'),
  }
  return exchange(head, entry.requestChunks > 0 ? body() : bodyOf(entry), entry.requestTrailers, {
    ...sending,
    kept: KEPT_BODY,
    beyond: 'dropped',
  })
}

function bodyOf({ requestBody }: Entry): Buffer | null {
  return requestBody.length > 0 ? requestBody : null
}

function targetOf(entry: Entry, { target }: Sending): string {
  const base = target.pathname.replace(/\/$/, '')
  return entry.target.startsWith('/') ? base + entry.target : entry.target
}

function fieldsOf(entry: Entry, sending: Sending): string[] {
  const recorded = entry.requestHeaders
  const kept = pairsOf(endToEndFields(recorded))
    .filter(([name]) => name.toLowerCase() !== MARK.toLowerCase())
    .flat()
  const framed = withFraming(entry, kept)
  framed.push(MARK, sending.mark)
  const { host } = sending.target
  // HTTP/1.0 may come without Host; it goes out as HTTP/1.1, which has one (RFC 9112 section 3.2).
  if (fieldValue(framed, 'host') === undefined) return ['Host', host, ...framed]
  return sending.host === 'recorded' ? framed : withFieldValue(framed, 'host', host)
}

/**
 * As recorded; a body of which less was kept than its length says goes in chunks, and so does one
 * that came by HTTP/2, which has no need of a length.
 */
function withFraming(entry: Entry, fields: string[]): string[] {
  const codings = fieldValues(entry.requestHeaders, 'transfer-encoding')
  if (codings.length > 0) return [...fields, 'Transfer-Encoding', codings.join(', ')]
  const isShort = entry.requestCapture !== 'complete' && entry.requestLength > 0
  const isOpen = entry.requestLength > 0 && fieldValue(fields, 'content-length') === undefined
  if (!isShort && !isOpen) return fields
  return [...withoutField(fields, 'content-length'), 'Transfer-Encoding', 'chunked']
}

/** Names the mark. */
export const MARK = 'Reprise-Replay'

function pairsOf(fields: RawFields): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i < fields.length; i += 2) pairs.push([fields[i]!, fields[i + 1]!])
  return pairs
}
