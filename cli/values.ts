import { parseStatusRange, type StatusRange } from '../journal/filter.ts'
import { VERDICTS, type Micros, type Verdict } from '../journal/entry.ts'
import { parsePathPattern, type PathPattern } from '../journal/path-pattern.ts'
import type { Defaulted, Setting } from './settings.ts'

// Kinds of setting values. Each parser throws an Error that says what was expected.

/** An address to listen on. Port 0 takes a free one. */
export interface Address {
  host: string
  port: number
}

export function switchOn(help: string): Defaulted<boolean> {
  return { help, fallback: false, parse: parseBoolean }
}

export function text(expects: string, help: string): Setting<string> {
  return { expects, help, parse: parseText(expects) }
}

/** Names a stream: it is a folder's name too, where its spool is. */
export function streamName(help: string): Setting<string> {
  const setting = text('NAME', help)
  const parse = (given: string) => {
    const name = setting.parse(given)
    if (encodeURIComponent(name).length <= 200) return name
    throw new RangeError(`expected a name of at most 200 characters (%-encoded), got '${given}'`)
  }
  return { ...setting, parse }
}

/** Scheme, host and port; no path. */
export function origin(help: string): Setting<URL> {
  return { expects: 'http://HOST:PORT', help, parse: parseOrigin }
}

/** As an origin, and a path that goes before each request's. */
export function baseUrl(help: string): Setting<URL> {
  return { expects: 'http://HOST:PORT', help, parse: parseUrl }
}

/** `https://shop.example`, in lower case; `any` for whatever there is. */
export function originOrAny(help: string): Setting<string> {
  return { expects: 'http://HOST:PORT', help, parse: parseOriginOrAny }
}

/** Somebody else's: with whatever path, query and user it has. */
export function webhookUrl(help: string): Setting<URL> {
  const shown = (given: string) => `${new URL(given).origin}/***`
  return { expects: 'https://HOST/PATH', help, parse: parseWebhookUrl, shown }
}

export function databaseUrl(help: string): Setting<string> {
  return { expects: 'postgres://USER:PASSWORD@HOST:PORT/DATABASE', help, parse: parseDatabaseUrl }
}

export function address(help: string): Setting<Address> {
  return { expects: 'HOST:PORT', help, parse: parseAddress }
}

export function count(help: string): Setting<number> {
  return { expects: 'N', help, parse: parseCount }
}

/** The same, of at least so many. */
export function countFrom(least: number, help: string): Setting<number> {
  const parse = (given: string) => {
    const value = parseCount(given)
    if (value < least) throw new RangeError(`expected at least ${least}, got '${given}'`)
    return value
  }
  return { ...count(help), parse }
}

/** The same, of at least so many and at most so many. */
export function countBetween(least: number, most: number, help: string): Setting<number> {
  const parse = (given: string) => {
    const value = Number(given)
    if (/^\d+$/.test(given) && value >= least && value <= most) return value
    throw new RangeError(`expected a whole number from ${least} to ${most}, got '${given}'`)
  }
  return { ...count(help), parse }
}

/** In milliseconds. */
export function duration(help: string): Setting<number> {
  return { expects: 'TIME (500ms, 10s, 2m)', help, parse: parseDuration }
}

/** The same, of at least so many milliseconds. */
export function durationFrom(least: number, help: string): Setting<number> {
  const setting = duration(help)
  const parse = (given: string) => {
    const value = parseDuration(given)
    if (value < least) throw new RangeError(`expected at least ${least} ms, got '${given}'`)
    return value
  }
  return { ...setting, parse }
}

/** In milliseconds; `none` is Infinity. */
export function limit(help: string): Setting<number> {
  const expects = 'TIME (500ms, 10s, 2m) or none'
  const parse = (given: string) => {
    if (given === 'none') return Infinity
    const value = parseDuration(given)
    if (value > 0) return value
    throw new RangeError(`expected ${expects}, got '${given}'`)
  }
  return { expects, help, parse }
}

/** In bytes, at least so many. */
export function sizeAtLeast(least: number, help: string): Setting<number> {
  const parse = (given: string) => {
    const value = parseSize(given)
    if (value < least) throw new RangeError(`expected at least ${least} bytes, got '${given}'`)
    return value
  }
  return { ...size(help), parse }
}

/** In bytes: 0, or at least so many. */
export function sizeFrom(least: number, help: string): Setting<number> {
  const parse = (given: string) => {
    const value = parseSize(given)
    if (value > 0 && value < least) {
      throw new RangeError(`expected 0, or at least ${least} bytes, got '${given}'`)
    }
    return value
  }
  return { ...size(help), parse }
}

/** In bytes. */
export function size(help: string): Setting<number> {
  return { expects: 'SIZE (65536, 512KB, 64MB)', help, parse: parseSize }
}

export function oneOf<const T extends string>(words: readonly T[], help: string): Setting<T> {
  const expects = words.join('|')
  const parse = (given: string): T => {
    const word = words.find((one) => one === given)
    if (word === undefined) throw new RangeError(`expected one of ${expects}, got '${given}'`)
    return word
  }
  return { expects, help, parse, choices: words }
}

export function path(help: string): Setting<PathPattern> {
  return { expects: 'PATH', help, parse: parsePathPattern }
}

export function method(help: string): Setting<string> {
  return { expects: 'METHOD', help, parse: parseMethod }
}

export function status(help: string): Setting<StatusRange> {
  return { expects: 'STATUS (404, 5xx, 400-499)', help, parse: parseStatusRange }
}

export function verdict(help: string): Setting<Verdict> {
  return oneOf(VERDICTS, help)
}

/** `keep`, `target`, or a Host field's value (RFC 9110 section 7.2). */
export function upstreamHost(help: string): Setting<string> {
  const expects = 'keep|target|HOST[:PORT]'
  return { expects, help, parse: (given) => requireText(given, HOST, expects) }
}

/** A pseudonym, or a host with or without a port (RFC 9110 section 7.6.3). */
export function viaName(help: string): Setting<string> {
  return { expects: 'NAME', help, parse: (given) => requireText(given, RECEIVED_BY, 'a name') }
}

const HOST = /^([\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i
const RECEIVED_BY = /^[\w!#$%&'*+.^`|~-]+(:\d{1,5})?$/

function requireText(given: string, form: RegExp, expects: string): string {
  if (!form.test(given)) throw new RangeError(`expected ${expects}, got '${given}'`)
  return given
}

/** A moment: ISO 8601, or a time ago such as `2h`. */
export function moment(help: string): Setting<Micros> {
  return {
    expects: 'TIME (2026-01-31T12:00:00Z, or 2h for two hours ago)',
    help: `${help}; without a zone it is UTC`,
    parse: parseMoment,
  }
}

function parseText(expects: string): (given: string) => string {
  return (given) => {
    if (given === '') throw new RangeError(`expected ${expects}, got nothing`)
    return given
  }
}

function parseBoolean(given: string): boolean {
  if (/^(true|1|yes|on)$/i.test(given)) return true
  if (/^(false|0|no|off)$/i.test(given)) return false
  throw new RangeError(`expected true or false, got '${given}'`)
}

export function parseUrl(given: string): URL {
  // Never the password that may stand in it.
  const shown = given.replace(/\/\/[^/]*@/, '//***@')
  const wrong = (why: string) =>
    new RangeError(`expected a URL such as http://127.0.0.1:3000${why}, got '${shown}'`)
  if (!URL.canParse(given)) throw wrong('')
  const parsed = new URL(given)
  if (!/^https?:$/.test(parsed.protocol)) throw wrong(' (http or https)')
  if (parsed.username !== '' || parsed.password !== '') throw wrong(' without a user in it')
  if (parsed.search !== '' || parsed.hash !== '') throw wrong(' without a query')
  return parsed
}

/** What was given is not repeated: it may hold a token. */
function parseWebhookUrl(given: string): URL {
  if (/^https?:\/\//.test(given) && URL.canParse(given)) return new URL(given)
  throw new RangeError('expected a URL such as https://hooks.example.com/reprise')
}

function parseOrigin(given: string): URL {
  const parsed = parseUrl(given)
  if (parsed.pathname === '/') return parsed
  throw new RangeError(`expected a URL without a path, such as ${parsed.origin}, got '${given}'`)
}

/** What was given is not repeated: it may hold a password. */
function parseOriginOrAny(given: string): string {
  if (given === 'any') return given
  const match = /^(https?:\/\/[^/?#\s]+)\/?$/i.exec(given)
  if (match !== null) return match[1]!.toLowerCase()
  throw new RangeError(`expected an origin such as https://shop.example, or any, got '${given}'`)
}

function parseDatabaseUrl(given: string): string {
  if (/^postgres(ql)?:\/\//.test(given) && URL.canParse(given)) return given
  throw new RangeError('expected a URL such as postgres://user:password@127.0.0.1:5432/reprise')
}

function parseAddress(given: string): Address {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:\s]*)):(\d{1,5})$/i.exec(given)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) {
    throw new RangeError(`expected HOST:PORT such as 127.0.0.1:8080, got '${given}'`)
  }
  return { host: match[1] ?? (match[2] === '' ? '0.0.0.0' : match[2]!), port }
}

function parseCount(given: string): number {
  const value = Number(given)
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(value)) {
    throw new RangeError(`expected a whole number from 0, got '${given}'`)
  }
  return value
}

function parseDuration(given: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(given)
  const value = match === null ? NaN : Number(match[1]) * UNITS[match[2]!]!
  if (!(value <= 0x7f_ff_ff_ff)) {
    throw new RangeError(
      `expected a time such as 500ms, 10s or 2m (24 days at most), got '${given}'`,
    )
  }
  return value
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseSize(given: string): number {
  const match = /^(\d+)\s*(B|KB|KiB|MB|MiB|GB|GiB)?$/i.exec(given)
  if (match === null)
    throw new RangeError(`expected a size such as 65536, 512KB or 64MB, got '${given}'`)
  const power = { b: 0, k: 1, m: 2, g: 3 }[(match[2] ?? 'B')[0]!.toLowerCase()]!
  const bytes = Number(match[1]) * 1024 ** power
  if (!Number.isSafeInteger(bytes))
    throw new RangeError(`expected a size below 8PB, got '${given}'`)
  return bytes
}

function parseMoment(given: string): Micros {
  const ago = /^(\d+)([smhd])$/.exec(given)
  const iso = ISO_TIME.exec(given)
  const at =
    ago !== null
      ? Date.now() - Number(ago[1]) * UNITS[ago[2]!]!
      : Date.parse(
          iso === null ? '' : iso[1] !== undefined && iso[2] === undefined ? `${given}Z` : given,
        )
  if (!(at >= 0)) {
    throw new RangeError(
      `expected a time such as 2026-01-31T12:00:00Z, or 2h for two hours ago, got '${given}'`,
    )
  }
  return at * 1000
}

const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/

function parseMethod(given: string): string {
  if (!/^[A-Za-z][A-Za-z-]*$/.test(given)) {
    throw new RangeError(`expected a method such as POST, got '${given}'`)
  }
  return given.toUpperCase()
}
