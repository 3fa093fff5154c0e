import { isIP, type BlockList } from 'node:net'

// Who a request came from, where proxies stand in between.

/** Parses `10.0.0.0/8`, `::1`; throws a RangeError that says what was expected. */
export function addTrustedProxy(list: BlockList, text: string): void {
  const [address = '', prefix] = text.split('/')
  const version = isIP(address)
  const bits = version === 6 ? 128 : 32
  const length = prefix === undefined ? bits : /^\d+$/.test(prefix) ? Number(prefix) : -1
  if (version === 0 || length < 0 || length > bits) {
    throw new RangeError(`expected an address or a CIDR block such as 10.0.0.0/8, got '${text}'`)
  }
  list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The client's address: the peer's, or, where the peer is a trusted proxy, the last address in
 * X-Forwarded-For that is not one. What stands before it may be anybody's invention.
 */
export function clientAddress(
  trusted: BlockList | null,
  peer: string,
  forwardedFor: readonly string[],
): string {
  let address = withoutMapping(peer)
  if (trusted === null || forwardedFor.length === 0) return address
  if (!isTrusted(trusted, address)) return address
  for (const hop of forwardedFor.join(',').split(',').reverse()) {
    const candidate = withoutMapping(hop.trim())
    if (isIP(candidate) === 0) return address
    address = candidate
    if (!isTrusted(trusted, address)) return address
  }
  return address
}

/** A zone (`fe80::1%eth0`) is nothing that a BlockList takes. */
export function isTrusted(trusted: BlockList, address: string): boolean {
  const [bare = ''] = address.split('%')
  return trusted.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4')
}

/** `::ffff:127.0.0.1` is how an IPv6 socket shows an IPv4 peer. */
export function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}
