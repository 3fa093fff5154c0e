import { isDeepStrictEqual } from 'node:util'
import { fieldValue, type RawFields } from '../wire/fields.ts'

// What tells one life of a backend from another: something that it shows, new with each boot.

/** Where it stands in the answer to a GET. */
export interface BootSign {
  /** Request target. */
  target: string
  place:
    | { kind: 'json'; pointer: readonly string[] }
    | { kind: 'header'; name: string }
    | { kind: 'match'; pattern: RegExp }
    | { kind: 'answer'; body: Buffer }
  /**
   * `id`: another one in each life. `uptime`: seconds since its boot. `factory`: the whole answer, which is
   * that of a backend without any state, or another one.
   */
  means: 'id' | 'uptime' | 'factory'
}

/** What a sign of means `factory` shows: no state, or some. */
export const FACTORY = 'factory state'
export const CHANGED = 'changed'

/** The sign that an answer is the one of a backend without state. */
export function factorySign(target: string, body: Buffer): BootSign {
  return { target, means: 'factory', place: { kind: 'answer', body } }
}

/** What a backend answered; `at`: when, in ms of the epoch. */
export interface ShownBoot {
  status: number
  fields: RawFields
  body: Buffer
  at: number
}

/** What an answer shows; `uptime`: in seconds, where the sign is one. */
export interface ReadBoot {
  boot: string
  uptime?: number
}

const EXPECTED =
  "expected '/PATH json /POINTER', '/PATH header NAME' or '/PATH match PATTERN' with one group"

/** Throws a RangeError that says what was expected. */
export function parseBootSign(text: string, means: 'id' | 'uptime'): BootSign {
  const [, target, kind, rest] =
    /^(\/[\x21-\x22\x24-\x7e]*) +(json|header|match) +(\S.*)$/.exec(text) ?? []
  if (target === undefined || kind === undefined || rest === undefined) {
    throw new RangeError(`${EXPECTED}, got '${text}'`)
  }
  return { target, means, place: placeOf(kind, rest) }
}

function placeOf(kind: string, rest: string): BootSign['place'] {
  if (kind === 'json') {
    if (!rest.startsWith('/') || /~(?![01])/.test(rest)) {
      throw new RangeError(`expected a JSON pointer such as /boot/id (RFC 6901), got '${rest}'`)
    }
    const tokens = rest.slice(1).split('/')
    const pointer = tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    return { kind, pointer }
  }
  if (kind === 'header') {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(rest)) {
      throw new RangeError(`expected the name of a field, got '${rest}'`)
    }
    return { kind, name: rest.toLowerCase() }
  }
  try {
    const pattern = new RegExp(rest, 'm')
    const groups = new RegExp(`${rest}|`).exec('')!.length - 1
    if (groups === 1) return { kind: 'match', pattern }
  } catch {
    // Told below.
  }
  throw new RangeError(`expected a pattern with one group, got '${rest}'`)
}

/** What an answer shows of the life that it comes from, or why it shows nothing. */
export function readBoot(sign: BootSign, shown: ShownBoot): ReadBoot | { why: string } {
  const asked = `GET ${sign.target}`
  if (shown.status < 200 || shown.status > 299)
    return { why: `${asked} was answered ${shown.status}` }
  if (sign.place.kind === 'answer') {
    return { boot: isSameAnswer(sign.place.body, shown.body) ? FACTORY : CHANGED }
  }
  const value = valueAt(sign.place, shown)
  if (value === null)
    return { why: `the answer to ${asked} has nothing at ${placeWords(sign.place)}` }
  if (sign.means === 'id') return { boot: value.slice(0, 512) }
  const seconds = Number(value)
  if (value.trim() === '' || !(seconds >= 0)) return { why: `'${value.slice(0, 80)}' is no uptime` }
  return { boot: new Date(shown.at - seconds * 1000).toISOString(), uptime: seconds }
}

/** What the clock of a backend, and the way of an answer, may be off, in ms. */
const TOLERANCE = 2_000

/** Whether what is seen now may be of the life of which the former was seen. */
export function isSameBoot({ means }: BootSign, one: string, other: string): boolean {
  if (means === 'id') return one === other
  // One that has state did not get it from nowhere, as long as its epoch goes on.
  if (means === 'factory') return one === other || other === CHANGED
  return Math.abs(Date.parse(one) - Date.parse(other)) <= TOLERANCE
}

/** JSON by what it says, all else byte for byte. */
function isSameAnswer(one: Buffer, other: Buffer): boolean {
  if (one.equals(other)) return true
  try {
    return isDeepStrictEqual(parsed(one), parsed(other))
  } catch {
    return false
  }
}

/** A byte order mark before it is none of it. Throws where it is no JSON. */
function parsed(body: Buffer): unknown {
  return JSON.parse(new TextDecoder().decode(body))
}

function valueAt(
  place: Exclude<BootSign['place'], { kind: 'answer' }>,
  { fields, body }: ShownBoot,
): string | null {
  switch (place.kind) {
    case 'header':
      return fieldValue(fields, place.name) ?? null
    case 'match':
      return place.pattern.exec(body.toString('utf8'))?.[1] ?? null
    case 'json':
      return jsonAt(place.pointer, body)
  }
}

function jsonAt(pointer: readonly string[], body: Buffer): string | null {
  let value: unknown
  try {
    value = parsed(body)
  } catch {
    return null
  }
  for (const token of pointer) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return null
    value = (value as Record<string, unknown>)[token]
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

function placeWords(place: Exclude<BootSign['place'], { kind: 'answer' }>): string {
  if (place.kind === 'header') return `the field ${place.name}`
  return place.kind === 'json' ? `/${place.pointer.join('/')}` : String(place.pattern)
}
