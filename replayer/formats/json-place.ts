import { Problem } from '../../journal/problem.ts'

// Members of JSON that somebody else wrote. What is not as expected is `file_invalid`, with its place.

/** A value, and where it stands: `log.entries[3]`. */
export interface Place {
  value: unknown
  name: string
}

export function object(place: Place, name: string): Place {
  const member = memberOf(place, name)
  if (isObject(member.value)) return member
  throw expected(member, 'an object')
}

export function list(place: Place, name: string): Place[] {
  const member = memberOf(place, name)
  if (!Array.isArray(member.value)) throw expected(member, 'a list')
  return member.value.map((value: unknown, i) => ({ value, name: `${member.name}[${i}]` }))
}

export function text(place: Place, name: string): string {
  const member = memberOf(place, name)
  if (typeof member.value === 'string') return member.value
  throw expected(member, 'a text')
}

/** Null where it is missing. */
export function optionalText(place: Place, name: string): string | null {
  const { value } = memberOf(place, name)
  return value === undefined || value === null ? null : text(place, name)
}

/** Where it is missing, what is given. */
export function number(place: Place, name: string, missing: number): number {
  const member = memberOf(place, name)
  if (member.value === undefined || member.value === null) return missing
  if (typeof member.value === 'number') return member.value
  throw expected(member, 'a number')
}

function memberOf(place: Place, name: string): Place {
  if (!isObject(place.value)) throw expected(place, 'an object')
  return { value: place.value[name], name: `${place.name}.${name}` }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function expected({ name, value }: Place, what: string): Problem {
  const got = value === undefined ? 'nothing' : value === null ? 'null' : typeof value
  return new Problem('file_invalid', `${name}: expected ${what}, got ${got}`, { source: 'user' })
}
