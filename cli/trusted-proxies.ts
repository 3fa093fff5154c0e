import { BlockList } from 'node:net'
import { addTrustedProxy } from '../wire/client-address.ts'
import { listOf, type Repeated } from './settings.ts'

/** Peers that are believed in what they say of others. */
export function trustedProxies(help: string): Repeated<string> {
  const parse = (given: string) => {
    addTrustedProxy(new BlockList(), given)
    return given
  }
  return listOf({ expects: 'ADDRESS or CIDR', help, parse })
}

/** Null: there are none. */
export function blockListOf(proxies: readonly string[]): BlockList | null {
  if (proxies.length === 0) return null
  const list = new BlockList()
  for (const one of proxies) addTrustedProxy(list, one)
  return list
}
