import type { MiddlewareHandler } from 'hono'
import { isIP } from 'node:net'
import { fieldValues } from '../../../wire/fields.ts'
import { isLoopback } from '../../target.ts'
import { problem } from '../problems.ts'
import type { DoorEnv } from './caller.ts'

/** Which names a request may call the service by. */
export interface HostRules {
  /** Who reaches the address that it listens on. */
  reachedBy: 'this_machine' | 'others'
  /** Names besides, as a URL writes them. */
  named: readonly string[]
}

/**
 * A web page whose name was made to lead here (DNS rebinding) would be of this service's own origin to
 * the browser. It is known by its name, which stands in Host; an address is no name that can be made so.
 */
export function requireHost(rules: HostRules): MiddlewareHandler<DoorEnv> {
  return async (c, next) => {
    // RFC 9112 section 3.2: one, or who stands between may have believed another one.
    if (fieldValues(c.env.incoming.rawHeaders, 'host').length > 1) {
      return problem(c, 400, 'input_invalid', 'Host: expected one')
    }
    const { hostname } = new URL(c.req.url)
    if (isHostAllowed(rules, hostname)) return next()
    return problem(
      c,
      403,
      'host_refused',
      `Host: expected a name of this service, got ${hostname}`,
      `if that is what it is called, name it: --allowed-hosts ${hostname}`,
    )
  }
}

/** Parses `HOST`; throws a RangeError that says what was expected. */
export function parseHost(text: string): string {
  if (/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/i.test(text) && URL.canParse(`http://${text}`)) {
    return new URL(`http://${text}`).hostname
  }
  throw new RangeError(`expected HOST without a port, got '${text}'`)
}

function isHostAllowed({ reachedBy, named }: HostRules, hostname: string): boolean {
  if (isLoopback(hostname) || named.includes(hostname)) return true
  return reachedBy === 'others' && isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
}
