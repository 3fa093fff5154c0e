import { nounOf } from './naming.ts'
import { strengthOf } from '../../aliases/strength.ts'

/** A path with `:id` where its segments look like values, such as `/items/:id/parts`. */
export function routeOf(path: string): string {
  const known = ROUTES.get(path)
  if (known !== undefined) return known
  const route = trimmed(path)
    .split('/')
    .map((segment, i, all) => (isVariable(segment, all[i - 1]) ? ':id' : segment))
    .join('/')
  if (ROUTES.size >= 10_000) ROUTES.clear()
  ROUTES.set(path, route)
  return route
}

const ROUTES = new Map<string, string>()

/**
 * Whether a segment looks like a value, not like a word that the route is made of. A word with one
 * digit, such as oauth2, is a value only behind a plural.
 */
export function isVariable(segment: string, before = ''): boolean {
  if (segment === '' || /^v\d+(?:\.\d+)?$/i.test(segment)) return false
  if (!/\d/.test(segment)) return strengthOf(segment) === 'strong'
  return !/^[a-z]+\d?$/i.test(segment) || nounOf(before) !== before.toLowerCase()
}

/** The collection that a request is about: `/items` of `/items` and of `/items/17`. */
export interface Collection {
  path: string
  noun: string
}

/** `isId` knows of segments that do not look like one. */
export function collectionOf(path: string, isId: (segment: string) => boolean): Collection {
  const whole = trimmed(path)
  const slash = whole.lastIndexOf('/')
  const last = whole.slice(slash + 1)
  const above = whole.slice(0, slash)
  const name = above.slice(above.lastIndexOf('/') + 1)
  if (!isVariable(last, name) && !isId(last)) return { path: whole, noun: nounOf(last) }
  return { path: above, noun: isVariable(name) ? '' : nounOf(name) }
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
