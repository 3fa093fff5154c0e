import { isIPv6 } from 'node:net'

/** How many wrong credentials an address may show before it has to wait, and how long for one more. */
const ALLOWED = 10
const ONE_MORE_AFTER = 6_000
/** Addresses that are remembered; beyond them those go first that failed longest ago. */
const MOST_ADDRESSES = 10_000

/**
 * Wrong credentials by client address: a bucket of failures that empties with time. Who has filled
 * it is not listened to, right or wrong, so that guessing is slow, and one address costs one entry.
 */
export class Failures {
  readonly #buckets = new Map<string, { full: number; at: number }>()
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Seconds that an address has to wait until it is listened to; 0: it is now. */
  wait(address: string): number {
    const over = this.#fillOf(keyOf(address)) - (ALLOWED - 1)
    return over <= 0 ? 0 : Math.ceil((over * ONE_MORE_AFTER) / 1000)
  }

  note(address: string): void {
    const key = keyOf(address)
    const full = Math.min(this.#fillOf(key) + 1, ALLOWED)
    // Put in anew, so that the map is in the order of the latest failures.
    this.#buckets.delete(key)
    this.#buckets.set(key, { full, at: this.#now() })
    if (this.#buckets.size > MOST_ADDRESSES) {
      this.#buckets.delete(this.#buckets.keys().next().value!)
    }
  }

  get size(): number {
    return this.#buckets.size
  }

  #fillOf(key: string): number {
    const bucket = this.#buckets.get(key)
    if (bucket === undefined) return 0
    return Math.max(0, bucket.full - (this.#now() - bucket.at) / ONE_MORE_AFTER)
  }
}

/** One customer has a whole /64 of IPv6 to change addresses in. */
function keyOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('%')[0]!.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array<string>(Math.max(0, gap)).fill('0'), ...after]
  return groups.slice(0, 4).join(':')
}
