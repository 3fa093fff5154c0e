import { pathOf, type EntrySummary } from '../journal/entry.ts'
import type { Secrets } from '../journal/secrets.ts'
import { fieldValue } from '../wire/fields.ts'

// What a probe asks, with values of the entry in it: `/things/{json:/id}?by={query:user}`.

export interface Template {
  text: string
  parts: readonly (string | Placeholder)[]
}

type Placeholder = { text: string } & (
  | { kind: 'target' | 'path' }
  | { kind: 'json'; pointer: readonly string[] }
  | { kind: 'query' | 'header'; name: string }
)

/** The entry, and its request body as JSON where the template needs it. */
export interface Source {
  entry: EntrySummary
  json: unknown
}

/** The entry has not what the template asks for. */
export class Unfillable extends Error {}

/** A path and query; throws a RangeError that says what was expected. */
export function parsePathTemplate(text: string): Template {
  const template = parseTemplate(text)
  const literal = template.parts.filter((part) => typeof part === 'string').join('')
  if (!/^(\/|\{target\}|\{path\})/.test(text) || /[^\x21-\x7e]|#/.test(literal)) {
    throw new RangeError(
      `expected a path such as '{target}' or '/things/{json:/id}', without spaces and #, got '${text}'`,
    )
  }
  return template
}

/** Any text; braces that hold no name stand for themselves. Throws a RangeError. */
export function parseTemplate(text: string): Template {
  // An odd part is what the parentheses of the pattern caught.
  const parts = text
    .split(/(\{[a-z]+(?::[^{}]*)?\})/)
    .map((part, i) => (i % 2 === 1 ? parsePlaceholder(part) : part))
  return { text, parts: parts.filter((part) => part !== '') }
}

function parsePlaceholder(text: string): Placeholder {
  const [, kind, name] = /^\{([a-z]+)(?::(.*))?\}$/.exec(text)!
  if ((kind === 'target' || kind === 'path') && name === undefined) return { text, kind }
  if ((kind === 'query' || kind === 'header') && name) return { text, kind, name }
  if (kind === 'json' && name !== undefined && /^(\/([^~]|~[01])*)?$/.test(name)) {
    return { text, kind, pointer: pointerOf(name) }
  }
  throw new RangeError(
    'expected {target}, {path}, {json:/pointer} (RFC 6901), {query:name} or {header:name}, ' +
      `got '${text}'`,
  )
}

function pointerOf(text: string): string[] {
  const steps = text.split('/').slice(1)
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Whether it asks for where the request itself went, and nothing else. */
export function isOwnTarget({ text }: Template): boolean {
  return text === '{target}' || text === '{path}'
}

export function needsBody(template: Template): boolean {
  return template.parts.some((part) => typeof part !== 'string' && part.kind === 'json')
}

/** The first place that it takes a secret from, as it is written. */
export function secretIn(
  template: Template,
  { isSecret, names }: Pick<Secrets, 'isSecret' | 'names'>,
): string | undefined {
  const places = template.parts.filter((part) => typeof part !== 'string')
  return places.find((place) => {
    if (place.kind === 'header') return isSecret(place.name)
    if (place.kind === 'query') return names.isField(Buffer.from(place.name))
    return place.kind === 'json' && place.pointer.some((step) => names.isMember(Buffer.from(step)))
  })?.text
}

/**
 * A request target, values percent-encoded but for the recorded target and path. Throws Unfillable:
 * also for a value that would name another resource than its place says.
 */
export function fillPath(template: Template, source: Source): string {
  const path = template.parts.map((part) => {
    if (typeof part === 'string') return part
    const value = valueOf(part, source)
    if (part.kind === 'target' || part.kind === 'path') return value.toString('latin1')
    const text = value.toString('latin1')
    if (text === '' || text === '.' || text === '..') {
      throw new Unfillable(`${part.text} is ${text === '' ? 'empty' : `'${text}'`}`)
    }
    return percentEncoded(value)
  })
  return path.join('')
}

/** Text as bytes, nothing encoded. Throws Unfillable: also where nothing is left to look for. */
export function fillText(template: Template, source: Source): Buffer {
  const parts = template.parts.map((part) =>
    typeof part === 'string' ? Buffer.from(part) : valueOf(part, source),
  )
  const text = Buffer.concat(parts)
  if (text.length === 0) throw new Unfillable(`${template.text} is empty`)
  return text
}

function valueOf(place: Placeholder, { entry, json }: Source): Buffer {
  switch (place.kind) {
    case 'target':
    case 'path':
      return Buffer.from(originForm(entry.target, place.kind), 'latin1')
    case 'json':
      return Buffer.from(scalarAt(json, place.pointer, place.text))
    case 'query':
      return queryValue(entry.target, place.name, place.text)
    case 'header': {
      const value = fieldValue(entry.requestHeaders, place.name.toLowerCase())
      if (value === undefined) throw new Unfillable(`${place.text}: the request has no such field`)
      return Buffer.from(value, 'latin1')
    }
  }
}

/** Of a target that may come with scheme and authority (RFC 9112 section 3.2.2). */
function originForm(target: string, part: 'target' | 'path'): string {
  const path = pathOf(target)
  if (!path.startsWith('/')) throw new Unfillable(`its target ${target} is no path`)
  const query = target.indexOf('?')
  return part === 'path' || query === -1 ? path : path + target.slice(query)
}

function scalarAt(json: unknown, pointer: readonly string[], text: string): string {
  let value = json
  for (const step of pointer) {
    const isIndex = !Array.isArray(value) || /^(0|[1-9]\d*)$/.test(step)
    if (typeof value !== 'object' || value === null || !isIndex || !Object.hasOwn(value, step)) {
      throw new Unfillable(`${text}: the body has nothing there`)
    }
    value = (value as Record<string, unknown>)[step]
  }
  if (typeof value === 'string' || typeof value === 'boolean') return String(value)
  if (typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value)
  throw new Unfillable(`${text}: the body has no text, truth value or (exact) number there`)
}

/** Form-decoded, as bytes. */
function queryValue(target: string, name: string, text: string): Buffer {
  const at = target.indexOf('?')
  const pairs = at === -1 ? [] : target.slice(at + 1).split('&')
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    const key = formDecoded(equals === -1 ? pair : pair.slice(0, equals))
    if (key.equals(Buffer.from(name))) {
      return formDecoded(equals === -1 ? '' : pair.slice(equals + 1))
    }
  }
  throw new Unfillable(`${text}: the query has no such parameter`)
}

function formDecoded(text: string): Buffer {
  const bytes = text
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1')
}

/** All but the unreserved characters of RFC 3986 section 2.3. */
function percentEncoded(value: Buffer): string {
  return value
    .toString('latin1')
    .replaceAll(
      /[^A-Za-z0-9._~-]/g,
      (one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
    )
}
