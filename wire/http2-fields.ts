import { sensitiveHeaders, type OutgoingHttpHeaders } from 'node:http2'
import { InvalidHead, type AnswerHead, type RequestHead } from './client.ts'
import { fieldPairs, fieldValue, type RawFields } from './fields.ts'
import { checkFields, checkStart } from './head.ts'

// Fields as HTTP/2 has them (RFC 9113 section 8), and back. All that is converted is here.

/**
 * Names in lower case, without those of a connection (RFC 9113 sections 8.2.1 and 8.2.2). Fields of one
 * name follow each other; where node:http2 sends only one of it, its values stand together (RFC 9110
 * section 5.3), each once.
 */
export function http2Fields(fields: RawFields): OutgoingHttpHeaders {
  const values = new Map<string, string[]>()
  for (const [name, value] of fieldPairs(fields)) {
    const lower = name.toLowerCase()
    const before = values.get(lower)
    if (CONNECTION_FIELDS.has(lower) || lower.startsWith(':')) continue
    if (before === undefined) values.set(lower, [value])
    else if (!SINGLE.has(lower) || !before.includes(value)) before.push(value)
  }
  const headers = Object.create(null) as Record<string, string | string[]>
  for (const [name, all] of values) headers[name] = SINGLE.has(name) ? all.join(', ') : all
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

/** Of which node:http2 refuses to send two. */
const SINGLE = new Set([
  ...[
    'access-control-allow-credentials',
    'access-control-max-age',
    'access-control-request-method',
  ],
  ...['age', 'authorization', 'content-encoding', 'content-language', 'content-length'],
  ...['content-location', 'content-md5', 'content-range', 'content-type', 'date', 'dnt', 'etag'],
  ...['expires', 'from', 'host', 'if-match', 'if-modified-since', 'if-none-match', 'if-range'],
  ...['if-unmodified-since', 'last-modified', 'location', 'max-forwards', 'proxy-authorization'],
  ...['range', 'referer', 'retry-after', 'tk', 'upgrade-insecure-requests', 'user-agent'],
  'x-content-type-options',
])

const SENSITIVE = ['authorization', 'proxy-authorization', 'cookie']
const ASKS_FOR_TRAILERS = /(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i
