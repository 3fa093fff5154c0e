import dns, { type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { withoutMapping } from '../wire/client-address.ts'
import { Problem } from '../journal/problem.ts'
import { isLoopback, type AllowedTarget } from './target.ts'

// A target is allowed by its name, and sent to at an address: whoever answers for the name in DNS says
// which. It is looked at again for every connection, when the address is known and nothing was sent.

/** Where an IPv4 address stands at the end of one of IPv6: NAT64 (RFC 6052), SIIT, as it once was (RFC 4291). */
const WITHIN = [
  ['64:ff9b::', 96],
  ['::ffff:0:', 96],
  ['::', 96],
] as const

/** Where no backend is that somebody else's name stands for: this machine, its links, nobody, many. */
const STRAY = blockList([
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '255.255.255.255/32'],
  ...['::/128', '::1/128', 'fe80::/10', 'ff00::/8'],
  // Where clouds tell a machine its credentials, beside 169.254.169.254: AWS, Google; Azure, Alibaba, Oracle.
  ...['fd00:ec2::254/128', 'fd20:ce::254/128'],
  ...['168.63.129.16/32', '100.100.100.200/32', '192.0.0.192/32'],
])

/**
 * A lookup for connections to a target. What says that it is this machine must be it; any other name must
 * lead to no stray address, unless that was named as allowed itself.
 */
export function guardedLookup(
  target: URL,
  named: readonly AllowedTarget[],
  lookup: LookupFunction = dns.lookup,
): LookupFunction {
  const isAllowed = (address: string) => {
    if (isLoopback(target.hostname)) return isLoopback(address)
    return !isStray(address) || named.some(({ host }) => bare(host) === address)
  }
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '')
      const addresses = (found as LookupAddress[]).map(({ address, family }) => ({
        ...{ address: withoutMapping(address), family },
      }))
      const stray = addresses.find(({ address }) => !isAllowed(address))
      if (stray !== undefined) return callback(strayProblem(hostname, stray.address), '')
      if (options.all === true) return callback(null, addresses)
      const [first] = addresses
      return callback(null, first?.address ?? '', first?.family)
    })
  }
}

function strayProblem(hostname: string, address: string): Problem {
  return new Problem(
    'target_not_allowed',
    `${hostname} leads to ${address}, which is not where it may lead to: nothing was sent`,
    {
      source: 'user',
      hint: `if that is where it must go, name the address too: --allow-target ${isIP(address) === 6 ? `[${address}]` : address}`,
    },
  )
}

function isStray(address: string): boolean {
  const [plain = ''] = address.split('%')
  return STRAY.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const isLong = isIP(address) === 6
    list.addSubnet(address, Number(bits), isLong ? 'ipv6' : 'ipv4')
    if (isLong) continue
    for (const [prefix, length] of WITHIN) {
      list.addSubnet(`${prefix}${address}`, length + Number(bits), 'ipv6')
    }
    list.addSubnet(`2002:${hextets(address)}::`, 16 + Number(bits), 'ipv6')
  }
  return list
}

/** In 6to4 (RFC 3056) it stands at the beginning. */
function hextets(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}
