import { sensitiveHeaders, type OutgoingHttpHeaders } from 'node:http2'
import { InvalidHead, type AnswerHead, type RequestHead } from './client.ts'
import { fieldPairs, fieldValue, type RawFields } from './fields.ts'
import { checkFields, checkStart } from './head.ts'

// Fields as HTTP/2 has them (RFC 9113 section 8), and back. All that is converted is here.

/**
 * Names in lower case, without those of a connection (RFC 9113 sections 8.2.1 and 8.2.2). Values of one
 * name stand together (RFC 9110 section 5.3), for many may stand but once; only those of Cookie and
 * Set-Cookie may not.
 */
export function http2Fields(fields: RawFields): OutgoingHttpHeaders {
  const values = new Map<string, string[]>()
  for (const [name, value] of fieldPairs(fields)) {
    const lower = name.toLowerCase()
    const before = values.get(lower)
    if (CONNECTION_FIELDS.has(lower) || lower.startsWith(':')) continue
    if (before === undefined) values.set(lower, [value])
    else if (STAND_ALONE.has(lower) || !before.includes(value)) before.push(value)
  }
  const headers = Object.create(null) as Record<string, string | string[]>
  for (const [name, all] of values) headers[name] = STAND_ALONE.has(name) ? all : all.join(', ')
  return headers
}

/** A request's head. Throws an InvalidHead, for what HTTP/1.1 could not say either. */
export function http2RequestHead(
  { method, target, fields, te }: RequestHead,
  scheme: string,
): OutgoingHttpHeaders {
  checkStart(method, target)
  checkFields(fields)
  const { host, ...others } = http2Fields(fields)
  if (host === '') throw new InvalidHead('an empty Host')
  return {
    ':method': method,
    ':scheme': scheme,
    ':authority': host,
    ':path': target,
    ...others,
    // RFC 9110 section 10.1.4: whoever passes trailers on may ask for them.
    ...(te !== undefined && ASKS_FOR_TRAILERS.test(te) && { te: 'trailers' }),
    // They are in no table that requests of others share (RFC 7541 section 7.1.3).
    [sensitiveHeaders as unknown as string]: SENSITIVE,
  }
}

/** `raw` as node:http2 gives it, with the pseudo-field. */
export function http2AnswerHead(raw: RawFields): AnswerHead {
  const fields: string[] = []
  for (const [name, value] of fieldPairs(raw)) {
    if (!name.startsWith(':')) fields.push(name, value)
  }
  const status = Number(fieldValue(raw, ':status'))
  return { status, reason: '', fields, httpVersion: '2.0' }
}

const CONNECTION_FIELDS = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'],
  ...['http2-settings', 'te'],
])

const STAND_ALONE = new Set(['set-cookie', 'cookie'])
const SENSITIVE = ['authorization', 'proxy-authorization', 'cookie']
const ASKS_FOR_TRAILERS = /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i
