import dns, { type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { withoutMapping } from '../wire/client-address.ts'
import { Problem } from '../journal/problem.ts'
import { isLoopback, type AllowedTarget } from './target.ts'

// A target is allowed by its name, and sent to at an address: whoever answers for the name in DNS says
// which. It is looked at again for every connection, when the address is known and nothing was sent.

/** Where no backend is that somebody else's name stands for: this machine, its links, nobody, many. */
const STRAY = blockList([
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '255.255.255.255/32'],
  ...['::/128', '::1/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128'],
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
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
