import { fieldValue } from '../../wire/fields.ts'
import type { Request } from '../request.ts'
import { withField } from './set-field.ts'

/** One field that requests get; null: that they lose. */
export interface FieldChange {
  name: string
  value: string | null
}

/** What stands in for credentials that were recorded, or were left out. */
export interface Credentials {
  fields: readonly FieldChange[]
  /** Cookies by name; all others of the request stay as they are. */
  cookies: ReadonlyMap<string, string>
}

export function withCredentials(request: Request, { fields, cookies }: Credentials): Request {
  let changed = request.fields
  for (const { name, value } of fields) changed = withField(changed, name, value)
  if (cookies.size > 0) {
    const before = fieldValue(request.fields, 'cookie') ?? ''
    changed = withField(changed, 'Cookie', withCookies(before, cookies))
  }
  return { ...request, fields: changed }
}

/** A Cookie's value (RFC 6265 section 4.2) with these in the place of those of the same names. */
export function withCookies(value: string, cookies: ReadonlyMap<string, string>): string {
  const left = new Map(cookies)
  const pairs = value.split(';').map((pair) => pair.trim())
  const kept = pairs
    .filter((pair) => pair !== '')
    .map((pair) => {
      const name = pair.split('=', 1)[0]!
      const fresh = left.get(name)
      left.delete(name)
      return fresh === undefined ? pair : `${name}=${fresh}`
    })
  return [...kept, ...[...left].map(([name, fresh]) => `${name}=${fresh}`)].join('; ')
}

/** RFC 6750 section 2.1. */
export function bearer(token: string): FieldChange {
  return { name: 'Authorization', value: `Bearer ${token}` }
}

/** `user:password`, in UTF-8 (RFC 7617 section 2.1). */
export function basic(userAndPassword: string): FieldChange {
  return {
    name: 'Authorization',
    value: `Basic ${Buffer.from(userAndPassword, 'utf8').toString('base64')}`,
  }
}

/** The moment at which it arrived when it was recorded, as RFC 3339 has it, in a field of that name. */
export function withOriginalTime(request: Request, arrivedAt: number, name: string): Request {
  const value = new Date(Math.floor(arrivedAt / 1000)).toISOString()
  return { ...request, fields: withField(request.fields, name, value) }
}
