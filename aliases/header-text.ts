import type { RawFields } from '../wire/fields.ts'
import { percentDecoded, percentEncoded } from './octets.ts'
import { within, type Site, type Visit } from './site.ts'
import { walkUrl } from './url-text.ts'
import { replaced } from './value-text.ts'

/**
 * Shows the values of header fields, each by its syntax, and all others as a whole. Answers the
 * fields with what was replaced, or the same list where nothing was.
 */
export function walkFields(fields: RawFields, visit: Visit): RawFields {
  let changed: string[] | null = null
  for (let i = 0; i < fields.length; i += 2) {
    const name = walkedName(fields[i]!)
    if (name === null) continue
    const value = fields[i + 1]!
    const now = walkField(name, value, positionOf(name, fields, i), visit)
    if (now === value) continue
    changed ??= [...fields]
    changed[i + 1] = now
  }
  return changed ?? fields
}

/** In lower case; null where it is left. */
function walkedName(raw: string): string | null {
  const known = WALKED.get(raw)
  if (known !== undefined) return known
  const lower = raw.toLowerCase()
  const name = LEFT.has(lower) ? null : lower
  if (WALKED.size < 1000) WALKED.set(raw, name)
  return name
}

const WALKED = new Map<string, string | null>()

/** Which of the fields of that name it is, from 1. */
function positionOf(name: string, fields: RawFields, at: number): number {
  let n = 1
  for (let i = 0; i < at; i += 2) {
    if (fields[i]!.length === name.length && walkedName(fields[i]!) === name) n += 1
  }
  return n
}

function walkField(name: string, value: string, n: number, visit: Visit): string {
  const site = within(null, n === 1 ? `header ${name}` : `header ${name}#${n}`, { key: name })
  switch (name) {
    case 'cookie':
      return cookies(value, visit)
    case 'set-cookie':
      return setCookie(value, visit)
    case 'if-match':
    case 'if-none-match':
    case 'if-range':
    case 'etag':
      return value.includes('"') ? tags(value, site, visit) : replaced(value, site, visit)
    case 'if':
    case 'lock-token':
    case 'link':
      return bracketed(value, site, visit)
    case 'authorization':
    case 'proxy-authorization':
      return credentials(value, site, visit)
    case 'www-authenticate':
    case 'proxy-authenticate':
    case 'authentication-info':
      return parameters(value, site, visit)
    case 'referer':
    case 'origin':
    case 'destination':
    case 'location':
    case 'content-location':
      return walkUrl(value, site, visit)
    default:
      return replaced(value, site, visit)
  }
}

/**
 * Fields that say nothing of the backend's state: of framing, of the connection, of negotiation, of
 * the moment, and ids that name only the one exchange.
 */
const LEFT = new Set(
  (
    'host content-length content-type content-encoding content-language content-md5 digest ' +
    'content-digest repr-digest connection keep-alive transfer-encoding te trailer upgrade via ' +
    'date age expires cache-control pragma vary server user-agent accept accept-encoding ' +
    'accept-language accept-charset accept-ranges expect from range forwarded allow dav ' +
    'x-forwarded-for x-forwarded-host x-forwarded-proto x-powered-by x-request-id request-id ' +
    'x-correlation-id x-trace-id traceparent tracestate x-runtime x-response-time server-timing ' +
    'cf-ray retry-after alt-svc strict-transport-security content-security-policy nel report-to ' +
    'x-ratelimit-remaining x-ratelimit-reset x-ratelimit-limit reprise-replay'
  ).split(' '),
)

/** RFC 6265 section 5.4: name by name. */
function cookies(value: string, visit: Visit): string {
  return value
    .split(';')
    .map((pair) => cookie(pair, visit))
    .join(';')
}

/** RFC 6265 section 4.1: the value, none of the attributes. */
function setCookie(value: string, visit: Visit): string {
  const end = value.indexOf(';')
  return end === -1 ? cookie(value, visit) : cookie(value.slice(0, end), visit) + value.slice(end)
}

function cookie(pair: string, visit: Visit): string {
  const [, name = '', open = '', raw = '', close = ''] =
    /^\s*([^=]+)=(\s*"?)(.*?)("?\s*)$/s.exec(pair) ?? []
  if (raw === '') return pair
  const site = within(null, `cookie ${name.trim()}`, { syntax: 'cookie', key: name.trim() })
  const value = percentDecoded(raw)
  const now = value === null ? undefined : visit(value, site)
  if (now === undefined) return pair
  const text = raw.includes('%') ? percentEncoded(now.text, IN_COOKIE, raw) : now.text
  return `${pair.slice(0, pair.length - raw.length - close.length - open.length)}${open}${text}${close}`
}

const IN_COOKIE = /[A-Za-z0-9\-._~!*'()]/

/** A list of entity-tags, weak or not (RFC 9110 section 8.8.3). */
function tags(value: string, site: Site, visit: Visit): string {
  let n = 0
  return value.replaceAll(/"([^"]*)"/g, (tag, opaque: string) => {
    n += 1
    const place = n === 1 ? 'tag' : `tag #${n}`
    return opaque === ''
      ? tag
      : `"${replaced(opaque, within(site, place, { syntax: 'etag' }), visit)}"`
  })
}

/** URLs and lock tokens in <>, entity-tags in [""] (RFC 4918 section 10.4, RFC 8288 section 3). */
function bracketed(value: string, site: Site, visit: Visit): string {
  let n = 0
  return value.replaceAll(/<([^>]+)>|\[(?:W\/)?"([^"]+)"\]/g, (part, url?: string) => {
    n += 1
    const place = n === 1 ? 'part' : `part #${n}`
    if (url === undefined) return tags(part, within(site, place), visit)
    return `<${replaced(url, within(site, place), visit)}>`
  })
}

/** RFC 9110 section 11.4: a token, what Basic holds, or parameters. */
function credentials(value: string, site: Site, visit: Visit): string {
  const end = value.indexOf(' ')
  if (end === -1) return replaced(value, site, visit)
  const [scheme, space, rest] = [value.slice(0, end), ' ', value.slice(end + 1)]
  if (/^basic$/i.test(scheme)) return scheme + space + basic(rest, site, visit)
  // Every parameter of Digest is under its response, which only the client can compute.
  if (/^(?:digest|hmac|signature|aws4-\S+|ntlm|negotiate|hawk)$/i.test(scheme)) return value
  if (/=\s*"/.test(rest)) return `${scheme}${space}${parameters(rest, site, visit)}`
  return `${scheme}${space}${replaced(rest, within(site, scheme.toLowerCase()), visit)}`
}

/** RFC 7617: user and password in base64. */
function basic(encoded: string, site: Site, visit: Visit): string {
  const octets = Buffer.from(encoded, 'base64').toString('latin1')
  const colon = octets.indexOf(':')
  if (colon === -1) return encoded
  const user = octets.slice(0, colon)
  const password = octets.slice(colon + 1)
  const now = `${replaced(user, within(site, 'user'), visit)}:${replaced(password, within(site, 'password'), visit)}`
  return now === octets ? encoded : Buffer.from(now, 'latin1').toString('base64')
}

/** `nonce="abc", realm="all"`. */
function parameters(value: string, site: Site, visit: Visit): string {
  return value.replaceAll(
    /([\w-]+)="([^"]+)"/g,
    (_, name: string, text: string) =>
      `${name}="${replaced(text, within(site, name, { key: name }), visit)}"`,
  )
}
