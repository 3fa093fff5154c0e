import { nounOf } from './naming.ts'
import { strengthOf } from './strength.ts'

/** A path with `:id` where its segments look like values, such as `/items/:id/parts`. */
export function routeOf(path: string): string {
  const known = ROUTES.get(path)
  if (known !== undefined) return known
  const route = trimmed(path)
    .split('/')
    .map((segment) => (isVariable(segment) ? ':id' : segment))
    .join('/')
  if (ROUTES.size >= 10_000) ROUTES.clear()
  ROUTES.set(path, route)
  return route
}

const ROUTES = new Map<string, string>()

/** Whether a segment looks like a value, not like a word that the route is made of. */
export function isVariable(segment: string): boolean {
  if (segment === '' || /^v\d+(?:\.\d+)?$/i.test(segment)) return false
  return /\d/.test(segment) ? !/^[a-z]+\d?$/i.test(segment) : strengthOf(segment) === 'strong'
}

/** The collection that a request is about: `/items` of `/items` and of `/items/17`. */
export interface Collection {
  path: string
  noun: string
}

export function collectionOf(path: string): Collection {
  const whole = trimmed(path)
  const slash = whole.lastIndexOf('/')
  const last = whole.slice(slash + 1)
  if (!isVariable(last)) return { path: whole, noun: nounOf(last) }
  const above = whole.slice(0, slash)
  const name = above.slice(above.lastIndexOf('/') + 1)
  return { path: above, noun: isVariable(name) ? '' : nounOf(name) }
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
