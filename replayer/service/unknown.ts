import type { Context } from 'hono'
import type { Router } from 'hono/router'
import type { RouterRoute } from 'hono/types'
import type { DoorEnv } from './door/caller.ts'
import { problem } from './problems.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What is at no address, or takes another method (RFC 9110 section 15.5.6), or was asked which ones. */
export function answerUnknown(
  c: Context<DoorEnv>,
  router: Router<[unknown, RouterRoute]>,
): Response {
  const { path, method } = c.req
  const taken = METHODS.filter((one) => {
    const [found] = router.match(one, path)
    // What holds for all methods is on the way to something, and nothing itself.
    return found.some(([[, route]]) => route.method === one)
  })
  if (taken.length === 0 || taken.includes(method === 'HEAD' ? 'GET' : method)) {
    return problem(c, 404, 'address_unknown', `there is nothing at ${path}`)
  }
  const allowed = [...taken, ...(taken.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
  c.header('Allow', allowed.join(', '))
  if (method === 'OPTIONS') return c.body(null, 204)
  return problem(c, 405, 'method_refused', `${path} takes ${allowed.join(', ')}, not ${method}`)
}
