import { isIPv6, type BlockList } from 'node:net'
import { isTrusted, withoutMapping } from '../wire/client-address.ts'
import { fieldValue, type RawFields } from '../wire/fields.ts'

/** What the upstream is told of who asked, and by which way. */
export interface ForwardedRules {
  /**
   * `leave`: what came goes on, and nothing is added. `append`: this hop is added to what came; where
   * trusted proxies are named, what others sent is dropped first. `replace`: only this hop.
   */
  how: 'leave' | 'append' | 'replace'
  /** As X-Forwarded-For, -Proto and -Host, as Forwarded (RFC 7239), or as both. */
  fields: 'x-forwarded' | 'forwarded' | 'both'
  /** Peers that are believed, or null where there are none. */
  trustedProxies: BlockList | null
}

/** The hop from the client to this proxy. */
export interface Hop {
  /** The client's address as the socket shows it; undefined where it is gone. */
  peer: string | undefined
  proto: 'http' | 'https'
  /** Host as the client sent it; undefined where there was none. */
  host: string | undefined
}

export function withForwarded(rules: ForwardedRules, fields: string[], hopOf: () => Hop): string[] {
  if (rules.how === 'leave') return fields
  const hop = hopOf()
  const peer = hop.peer === undefined ? null : withoutMapping(hop.peer)
  let told = isBelieved(rules, peer) ? fields : withoutForwarded(fields)
  if (rules.fields !== 'forwarded') told = withXForwarded(told, peer, hop)
  if (rules.fields !== 'x-forwarded') told = extended(told, 'Forwarded', element(peer, hop))
  return told
}

function isBelieved({ how, trustedProxies }: ForwardedRules, peer: string | null): boolean {
  if (how === 'replace') return false
  return trustedProxies === null || (peer !== null && isTrusted(trustedProxies, peer))
}

function withoutForwarded(fields: RawFields): string[] {
  return fields.filter((_, i) => !/^(x-forwarded-.*|forwarded)$/i.test(fields[i - (i % 2)]!))
}

/** The first proxy of a chain knows the client's scheme and Host; those after it pass them on. */
function withXForwarded(fields: string[], peer: string | null, { proto, host }: Hop): string[] {
  const told = extended(fields, 'X-Forwarded-For', peer ?? 'unknown')
  if (fieldValue(told, 'x-forwarded-proto') === undefined) told.push('X-Forwarded-Proto', proto)
  if (host !== undefined && fieldValue(told, 'x-forwarded-host') === undefined) {
    told.push('X-Forwarded-Host', host)
  }
  return told
}

/** RFC 7239 section 4: names in brackets and quotes where they are addresses of IPv6 (section 6). */
function element(peer: string | null, { proto, host }: Hop): string {
  const node = peer === null ? 'unknown' : isIPv6(peer) ? `"[${peer}]"` : peer
  const named = host === undefined ? '' : `;host="${host.replaceAll(/["\\]/g, '\\$&')}"`
  return `for=${node}${named};proto=${proto}`
}

/** A list with one more element, in its last line: many an application reads only one. */
function extended(fields: readonly string[], name: string, value: string): string[] {
  const list = [...fields]
  for (let i = list.length - 2; i >= 0; i -= 2) {
    if (list[i]!.toLowerCase() !== name.toLowerCase()) continue
    list[i + 1] = list[i + 1] === '' ? value : `${list[i + 1]}, ${value}`
    return list
  }
  return [...list, name, value]
}
