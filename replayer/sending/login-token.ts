import { fieldPairs, fieldValue } from '../../wire/fields.ts'
import type { Answer } from '../answer.ts'

/** Where a login's token stands in its answer. */
export type TokenPlace =
  | { in: 'json'; pointer: string }
  | { in: 'header'; name: string }
  | { in: 'cookie'; name: string }

/** `json /data/token`, `header X-Token`, `cookie sid`; throws a RangeError that says what was expected. */
export function parseTokenPlace(text: string): TokenPlace {
  const [kind, rest, ...more] = text.trim().split(/\s+/)
  if (rest !== undefined && more.length === 0) {
    if (kind === 'json' && /^(\/([^~/]|~[01])*)+$/.test(rest)) return { in: 'json', pointer: rest }
    if (kind === 'header' || kind === 'cookie') return { in: kind, name: rest }
  }
  throw new RangeError(
    `expected where the token stands: 'json /pointer' (RFC 6901), 'header NAME' or 'cookie NAME', got '${text}'`,
  )
}

/** What a login gave out. */
export interface LoginGift {
  token: string | null
  cookies: ReadonlyMap<string, string>
}

/** Reads the answer of a login: a token where it is said to stand, or, for null, where one mostly does. */
export function giftOf(answer: Answer, place: TokenPlace | null): LoginGift {
  const cookies = cookiesOf(answer)
  if (place === null) return { token: headerToken(answer) ?? jsonToken(jsonOf(answer)), cookies }
  switch (place.in) {
    case 'json':
      return { token: textOf(atPointer(jsonOf(answer), place.pointer)), cookies: NONE }
    case 'header':
      return { token: fieldValue(answer.fields, place.name.toLowerCase()) ?? null, cookies: NONE }
    case 'cookie': {
      const value = cookies.get(place.name)
      return { token: null, cookies: value === undefined ? NONE : new Map([[place.name, value]]) }
    }
  }
}

const NONE: ReadonlyMap<string, string> = new Map()

/** Of every Set-Cookie, but those that take a cookie away (RFC 6265 section 5.2). */
function cookiesOf({ fields }: Answer): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const [name, value] of fieldPairs(fields)) {
    const pair = /^set-cookie$/i.test(name) ? /^\s*([^=;\s]+)\s*=\s*([^;]*)/.exec(value) : null
    if (pair === null || /;\s*max-age\s*=\s*(0|-)/i.test(value)) continue
    cookies.set(pair[1]!, pair[2]!.trim())
  }
  return cookies
}

function headerToken({ fields }: Answer): string | null {
  return /^Bearer\s+(\S+)$/i.exec(fieldValue(fields, 'authorization') ?? '')?.[1] ?? null
}

/** By the names that are common, on top or one level below: `{"data":{"token":...}}`. */
function jsonToken(value: unknown): string | null {
  if (!isObject(value)) return null
  for (const level of [value, ...Object.values(value).filter(isObject)]) {
    for (const [name, one] of Object.entries(level)) {
      if (TOKEN_NAMES.has(name.toLowerCase().replace(/[_-]/g, '')) && textOf(one) !== null) {
        return textOf(one)
      }
    }
  }
  return null
}

const TOKEN_NAMES = new Set(['token', 'accesstoken', 'authtoken', 'sessiontoken', 'idtoken', 'jwt'])

function jsonOf({ body }: Answer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** RFC 6901. */
function atPointer(value: unknown, pointer: string): unknown {
  let at = value
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

/** A token that is to stand in a field. */
function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) ? value : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
