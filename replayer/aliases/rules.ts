import { secretNames, SECRET_NAMES, type SecretNames } from '../../journal/masking/names.ts'
import { parsePathPattern, pathMatcher } from '../../journal/path-pattern.ts'
import { placeTemplate } from '../../aliases/site.ts'

/** Rules of the configuration, which go before all that is found in the recording. */
export interface AliasRules {
  readonly add: readonly { from: RoutePlace; to: RoutePlace }[]
  readonly forbid: readonly Forbidden[]
  /** New values by old ones. */
  readonly pin: ReadonlyMap<string, string>
  /** What is called so is a secret, and so is an alias of it. */
  readonly secrets: SecretNames
}

/** A place in the requests, or in the answers, of a route. */
export interface RoutePlace {
  readonly text: string
  readonly matches: (method: string, path: string, place: string) => boolean
}

export interface Forbidden {
  readonly text: string
  readonly matches: (method: string, path: string, place: string, value: string) => boolean
}

export const NO_RULES: AliasRules = {
  ...{ add: [], forbid: [], pin: new Map() },
  secrets: secretNames(SECRET_NAMES),
}

/**
 * Reads rules as they stand in a configuration file:
 *
 *   add:    [{ from: 'POST /devices: json /serial', to: '* /orders/*: query device' }]
 *   forbid: [{ place: 'POST /orders: json /quantity' }, { value: '[0-9]{1,2}' }]
 *   pin:    [{ old: 'tenant-a', new: 'tenant-b' }]
 *
 * A value is a regular expression that the whole value must match. Throws a RangeError that names
 * every wrong rule and what was expected.
 */
export function parseAliasRules(input: unknown): AliasRules {
  if (input === undefined || input === null) return NO_RULES
  const wrong: string[] = []
  const note = (where: string, expected: string) => {
    wrong.push(`${where}: expected ${expected}`)
    return null
  }
  const rules = objectOf(input)
  if (rules === null) throw new RangeError('aliases: expected add, forbid and pin, each a list')
  for (const name of Object.keys(rules)) {
    if (!['add', 'forbid', 'pin'].includes(name)) note(`aliases.${name}`, 'add, forbid or pin')
  }
  const read = <T>(name: string, one: (rule: Fields, where: string) => T | null): T[] =>
    listOf(rules[name], `aliases.${name}`, note).flatMap(([rule, where]) => one(rule, where) ?? [])
  const add = read('add', (rule, where) => {
    const from = routePlace(rule['from'], `${where}.from`, note)
    const to = routePlace(rule['to'], `${where}.to`, note)
    return from === null || to === null ? null : { from, to }
  })
  const forbid = read('forbid', (rule, where) => forbidden(rule, where, note))
  const pins = read('pin', (rule, where) => {
    const old = scalarOf(rule['old'])
    const now = scalarOf(rule['new'])
    if (old !== null && old !== '' && now !== null) return { old, now }
    return note(where, 'old and new, each a value')
  })
  if (wrong.length > 0) throw new RangeError(wrong.join('\n'))
  const pin = new Map(pins.map(({ old, now }) => [old, now]))
  return { ...NO_RULES, add, forbid, pin }
}

type Fields = Readonly<Record<string, unknown>>
type Note = (where: string, expected: string) => null

function objectOf(input: unknown): Fields | null {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
    ? (input as Fields)
    : null
}

function listOf(input: unknown, where: string, note: Note): (readonly [Fields, string])[] {
  if (input === undefined || input === null) return []
  if (!Array.isArray(input)) {
    note(where, 'a list')
    return []
  }
  return input.flatMap((one: unknown, i) => {
    const rule = objectOf(one)
    if (rule !== null) return [[rule, `${where}[${i}]`] as const]
    note(`${where}[${i}]`, 'a rule with names and values')
    return []
  })
}

function scalarOf(input: unknown): string | null {
  return typeof input === 'string' || typeof input === 'number' ? String(input) : null
}

const EXPECTED_PLACE =
  "'METHOD /path: place' with a place such as json /id, query id, header x-id, cookie id, form id, multipart id, xml /a/id or path 2"

function routePlace(input: unknown, where: string, note: Note): RoutePlace | null {
  const [, method, path, place] =
    /^(\*|[A-Z]+) (\S+): ((?:json|xml) \/?\S*|(?:query|header|cookie|form|multipart|path|html|text) .+)$/.exec(
      typeof input === 'string' ? input : '',
    ) ?? []
  if (method === undefined || path === undefined || place === undefined) {
    return note(where, EXPECTED_PLACE)
  }
  try {
    const isOfPath = pathMatcher([parsePathPattern(path)])
    const wanted = /^(?:header|cookie) /.test(place) ? place.toLowerCase() : place
    const matches: RoutePlace['matches'] = (m, p, at) =>
      (method === '*' || method === m) && placeMatches(wanted, at) && isOfPath(p)
    return { text: input as string, matches }
  } catch (error) {
    return note(where, (error as Error).message.replace(/^expected /, ''))
  }
}

/** A place of headers and cookies in any case; array positions may be stars. */
function placeMatches(wanted: string, place: string): boolean {
  const at = /^(?:header|cookie) /.test(place) ? place.toLowerCase() : place
  return wanted === at || (wanted.includes('*') && placeTemplate(wanted) === placeTemplate(at))
}

function forbidden(rule: Fields, where: string, note: Note): Forbidden | null {
  const { place, value } = rule
  if (place === undefined && value === undefined) return note(where, 'a place, a value, or both')
  const at = place === undefined ? null : routePlace(place, `${where}.place`, note)
  const pattern = value === undefined ? null : patternOf(value)
  if (value !== undefined && pattern === null) note(`${where}.value`, 'a regular expression')
  if ((place !== undefined && at === null) || (value !== undefined && pattern === null)) return null
  const text = [at?.text, pattern === null ? undefined : `value ${scalarOf(value)}`]
    .filter((part) => part !== undefined)
    .join(', ')
  return {
    text,
    matches: (m, p, where, v) => (at?.matches(m, p, where) ?? true) && (pattern?.test(v) ?? true),
  }
}

function patternOf(value: unknown): RegExp | null {
  const source = scalarOf(value)
  if (source === null || source === '') return null
  try {
    return new RegExp(`^(?:${source})$`, 's')
  } catch {
    return null
  }
}
