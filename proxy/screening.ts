import { fieldValue, fieldValues, withFieldValue } from '../wire/fields.ts'
import type { Incoming } from './downstream.ts'

// What is asked of a request before anything is done with it.

/**
 * Only WebSocket leaves HTTP: any other Upgrade (Java's client offers h2c with every first request) is
 * ignored, as RFC 9110 section 7.8 allows. Were it passed on, what came after it would go by unrecorded.
 */
export function asksForWebSocket({ rawHeaders, httpVersion }: Incoming): boolean {
  // That and nothing else: beside it h2c could be offered, and taken.
  if (!/^\s*websocket\s*$/i.test(fieldValues(rawHeaders, 'upgrade').join())) return false
  // One of HTTP/1.0, or that Connection does not name, came from behind somebody who knows nothing of it.
  return httpVersion !== '1.0' && UPGRADES.test(fieldValues(rawHeaders, 'connection').join())
}

const UPGRADES = /(?:^|,)[ \t]*upgrade[ \t]*(?:,|$)/i

/**
 * What makes a request ambiguous that its grammar lets through; null for nothing.
 * Whoever reads it otherwise than the upstream does could be made to see another request.
 */
export function flawOf(request: Incoming): string | null {
  const { rawHeaders, httpVersion } = request
  // The upstream might take it for the one in upper case.
  if (/[a-z]/.test(request.method!)) return 'Its method has lower-case letters.'
  const hosts = fieldValues(rawHeaders, 'host')
  if (hosts.length > 1) return 'It has more than one Host field.'
  // RFC 9112 section 3.2: a request of HTTP/1.1 has one, a request of HTTP/1.0 may have none.
  if (hosts.length === 0 && httpVersion !== '1.0') return 'It has no Host field.'
  if (hosts.length === 1 && !AUTHORITY.test(hosts[0]!)) return 'Its Host is no host.'
  if (!isTarget(request.method!, request.url!)) return 'Its target is none of HTTP.'
  // RFC 9113 section 8.3.1: it would take the place of :authority.
  if (httpVersion === '2.0' && ABSOLUTE.test(request.url!)) return 'Its :path is no path.'
  return null
}

/** RFC 9110 section 7.2: a host, which may be empty, and a port. */
const AUTHORITY = /^(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/i

/** RFC 9112 section 3.2: a path, an absolute URI with a host, or `*`; none of them has a fragment. */
function isTarget(method: string, target: string): boolean {
  if (target.includes('#')) return false
  if (target.startsWith('/')) return true
  const authority = ABSOLUTE.exec(target)?.[1]
  if (authority === undefined) return target === '*' && method === 'OPTIONS'
  const host = withoutUser(authority)
  return AUTHORITY.test(host) && /^[^:]/.test(host)
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)(.*)$/i

function withoutUser(authority: string): string {
  return authority.slice(authority.lastIndexOf('@') + 1)
}

/** What makes a request to switch protocols one that is not forwarded; null for nothing. */
export function upgradeFlawOf(request: Incoming): string | null {
  const flaw = flawOf(request)
  if (flaw !== null) return flaw
  if (request.method !== 'GET') return 'Only GET asks for WebSocket.'
  return request.framing.kind === 'none' ? null : 'A request for WebSocket has no body.'
}

/**
 * Counts a hop of OPTIONS and TRACE, which may say how many are left (RFC 9110 section 7.6.2). Answers
 * whether it goes on: where none is left, whoever has it is the last.
 */
export function countHop(request: Incoming): 'goes on' | 'ends here' {
  const { method, rawHeaders } = request
  if (method !== 'OPTIONS' && method !== 'TRACE') return 'goes on'
  const left = fieldValue(rawHeaders, 'max-forwards')
  if (left === undefined || !/^\d+$/.test(left)) return 'goes on'
  const hops = BigInt(left)
  if (hops === 0n) return 'ends here'
  request.rawHeaders = withFieldValue(rawHeaders, 'max-forwards', String(hops - 1n))
  return 'goes on'
}

/**
 * Turns a target in absolute form into origin form, its authority replacing Host
 * (RFC 9112 section 3.2.2). Every other target stays as it came.
 */
export function toOriginForm(request: Incoming): void {
  if (request.url!.startsWith('/')) return
  const absolute = ABSOLUTE.exec(request.url!)
  if (absolute === null) return
  const [, authority = '', rest = ''] = absolute
  if (rest.startsWith('/')) request.url = rest
  // Section 3.2.4: asked of the server as a whole.
  else request.url = rest === '' && request.method === 'OPTIONS' ? '*' : `/${rest}`
  const host = withoutUser(authority)
  request.rawHeaders =
    fieldValue(request.rawHeaders, 'host') === undefined
      ? ['Host', host, ...request.rawHeaders]
      : withFieldValue(request.rawHeaders, 'host', host)
}
