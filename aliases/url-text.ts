import { percentDecoded, percentEncoded } from './octets.ts'
import { within, type Site, type Visit } from './site.ts'

// Paths, queries and whole URLs (RFC 3986), in latin-1. What is not replaced stays as it was spelt.

/** Whether a value is a URL or a reference that has a path or a query. */
export function isUrl(value: string): boolean {
  return (value.includes('/') || value.startsWith('?')) && REFERENCE.test(value)
}

const REFERENCE =
  /^(?:[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+(?:[/?#]\S*)?|\/[^\s"<>]*|\?[^\s=]+=\S*|[\w.~%@:-]+(?:\/[\w.~%@:()-]+)+\/?(?:[?#]\S*)?)$/i

export interface UrlParts {
  /** Scheme and authority. */
  origin: string
  path: string
  /** With its question mark. */
  query: string
  fragment: string
}

export function urlParts(url: string): UrlParts {
  if (url.startsWith('/') && !url.includes('#') && !url.startsWith('//')) {
    const mark = url.indexOf('?')
    const [path, query] = mark === -1 ? [url, ''] : [url.slice(0, mark), url.slice(mark)]
    return { origin: '', path, query, fragment: '' }
  }
  const [, origin = '', path = '', query = '', fragment = ''] = PARTS.exec(url)!
  return { origin, path, query, fragment }
}

const PARTS = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$/is

/** A request target, or a URL within a value (`outer`). */
export function walkUrl(url: string, outer: Site | null, visit: Visit): string {
  const { origin, path, query, fragment } = urlParts(url)
  if (path.length > 1) {
    const moved = visit(path, within(outer, 'url', { syntax: 'url' }))
    if (moved !== undefined) {
      return origin + moved.text + walkQueryPart(query, outer, visit) + fragment
    }
  }
  return origin + walkPath(path, outer, visit) + walkQueryPart(query, outer, visit) + fragment
}

function walkQueryPart(query: string, outer: Site | null, visit: Visit): string {
  return query.length < 2 ? query : `?${walkQuery(query.slice(1), outer, 'query', visit)}`
}

function walkPath(path: string, outer: Site | null, visit: Visit): string {
  if (path.length < 2) return path
  const segments = path.split('/')
  let changed: string[] | null = null
  let before = ''
  let position = 0
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!
    if (segment !== '') {
      position += 1
      const key = i === 0 ? '' : segments[i - 1]!
      const site = within(outer, `path ${position}`, { syntax: 'segment', key, before })
      const now = walkSegment(segment, site, visit)
      if (now !== segment) {
        changed ??= [...segments]
        changed[i] = now
      }
    }
    before = i === 0 ? segment : `${before}/${segment}`
  }
  return changed === null ? path : changed.join('/')
}

/** A segment as a whole, or what stands before an extension or a verb, or in brackets (OData). */
function walkSegment(segment: string, site: Site, visit: Visit): string {
  const whole = shown(segment, site, visit)
  if (whole !== undefined) return whole
  if (!/[.:(]/.test(segment)) return segment
  const bracketed = /^(\w+)\(('?)([^'()]+)\2\)$/.exec(segment)
  if (bracketed !== null) {
    const [, name = '', quote = '', id = ''] = bracketed
    const now = shown(id, { ...site, key: name, before: `${site.before}/${name}` }, visit)
    return now === undefined ? segment : `${name}(${quote}${now}${quote})`
  }
  const tailed = /^([^.:]+)((?:\.[a-z]{2,5}|:[a-zA-Z]+)+)$/.exec(segment)
  if (tailed === null) return segment
  const now = shown(tailed[1]!, site, visit)
  return now === undefined ? segment : now + tailed[2]!
}

function shown(segment: string, site: Site, visit: Visit): string | undefined {
  const value = percentDecoded(segment)
  if (value === null) return undefined
  const now = visit(value, site)
  return now === undefined ? undefined : percentEncoded(now.text, IN_SEGMENT, segment)
}

/** RFC 3986 section 3.3: pchar. */
const IN_SEGMENT = /[A-Za-z0-9\-._~!$&'()*+,;=:@]/

/** The pairs of a query or of an urlencoded form; `where` begins their places. */
export function walkQuery(
  text: string,
  outer: Site | null,
  where: 'query' | 'form',
  visit: Visit,
): string {
  const pairs = text.split('&')
  const seen = pairs.length > 1 ? new Map<string, number>() : null
  let changed: string[] | null = null
  for (const [i, pair] of pairs.entries()) {
    const equals = pair.indexOf('=')
    if (equals < 1) continue
    const raw = pair.slice(equals + 1)
    const name = plusDecoded(pair.slice(0, equals))
    const value = plusDecoded(raw)
    if (name === null || value === null) continue
    const n = (seen?.get(name) ?? 0) + 1
    seen?.set(name, n)
    const place = n === 1 ? `${where} ${name}` : `${where} ${name}#${n}`
    const now = visit(value, within(outer, place, named(name)))
    if (now === undefined) continue
    changed ??= [...pairs]
    changed[i] = `${pair.slice(0, equals + 1)}${inQuery(now.text, raw)}`
  }
  return changed === null ? text : changed.join('&')
}

function plusDecoded(octets: string): string | null {
  return percentDecoded(octets.includes('+') ? octets.replaceAll('+', ' ') : octets)
}

function inQuery(text: string, model: string): string {
  const spaced = percentEncoded(text, /[/:?@,;$!'()*]/.test(model) ? LOOSE : STRICT, model)
  return model.includes('+') ? spaced.replaceAll('%20', '+') : spaced
}

const STRICT = /[A-Za-z0-9\-._~*]/
const LOOSE = /[A-Za-z0-9\-._~!$'()*,;:@/?]/

/** What a name with brackets or dots says: `item[id]`, `item.id`, `ids[]`. */
export function named(name: string): Pick<Site, 'key' | 'holder' | 'standing'> {
  if (!/[[.]/.test(name)) return { key: name, holder: '', standing: 'alone' }
  const listed = name.endsWith('[]')
  const parts = name.split(/[[\].]+/).filter((part) => part !== '' && !/^\d+$/.test(part))
  return {
    key: parts.at(-1) ?? name,
    holder: parts.at(-2) ?? '',
    standing: listed ? 'listed' : 'alone',
  }
}
