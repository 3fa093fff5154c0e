import type { Verdict } from '../entry.ts'
import type { EntryFilter, StatusRange } from '../filter.ts'
import type { PathPattern } from '../path-pattern.ts'

// What entries can be found by: terms, each a field and its value. Those of an entry say all that it is
// found by, also after it was settled; those of a filter leave through at least what matches.

/** Of an entry what its terms are made of. */
export interface Posted {
  verdict: Verdict
  /** Whether it is in doubt or was settled, so that its verdict is what somebody says. */
  isDoubted: boolean
  method: string
  status: number | null
  user: string | null
  client: string | null
  path: string
}

/** Leaves through what has a term, or what all of, or any of some sieves leave through. */
export type Sieve = Key | { kind: 'all' | 'any'; of: readonly Sieve[] }

/** Where a term is looked up: under a key of its own, and with its mark under one that it shares. */
export interface Key {
  kind: 'term'
  own: string
  shared: string
  mark: number
}

/** Parts of a path that are terms; how many it has is one too, up to one more. */
const SEGMENTS = 5

export function termsOf(entry: Posted): string[] {
  const { verdict, isDoubted, method, status, user, client, path } = entry
  const parts = path.split('/')
  const terms = [`method ${method}`, `parts ${Math.min(parts.length, SEGMENTS + 2)}`]
  if (isDoubted) terms.push('doubted', 'verdict in_doubt', 'verdict applied')
  else terms.push(`verdict ${verdict}`)
  if (status !== null) terms.push(`status ${status}`, `class ${Math.floor(status / 100)}`)
  if (user !== null) terms.push(`user ${user}`)
  if (client !== null) terms.push(`client ${client}`)
  return [...terms, ...partTerms(parts.slice(0, SEGMENTS + 1))]
}

/** Of two hashes of 32 bits; of two terms with the same ones, what has either is compared as a whole. */
export function keyOf(term: string): Key {
  let [one, other] = [0x9e3779b9, 0x85ebca6b]
  for (let i = 0; i < term.length; i++) {
    const code = term.charCodeAt(i)
    one = Math.imul(one ^ code, 0x9e3779b1)
    other = Math.imul(other ^ code, 0x5f356495)
  }
  const [high, low] = [mixed(one ^ (other >>> 15)), mixed(other ^ (one >>> 13))]
  return {
    kind: 'term',
    // With the highest bit, so that it is below 0.
    own: String(BigInt.asIntN(64, (BigInt(high | 0x80000000) << 32n) | BigInt(low >>> 0))),
    shared: String(low & 0xff),
    mark: (low >>> 8) & 0xffff,
  }
}

/** So that each bit depends on all: the last steps of MurmurHash3. */
function mixed(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}

/** What a filter leaves through at most; null: its terms leave everything through. */
export function sieveOf(filter: EntryFilter): Sieve | null {
  const { methods, statuses, verdicts, users, clients, paths, settled } = filter
  const terms = (field: string, values: readonly string[] | undefined) =>
    values === undefined ? null : any(values.map((value) => keyOf(`${field} ${value}`)))
  return all([
    terms('method', methods),
    terms('verdict', verdicts),
    terms('user', users),
    terms('client', clients),
    statuses === undefined ? null : any(statuses.flatMap(statusTerms).map(keyOf)),
    paths === undefined ? null : any(paths.map((path) => all(pathTerms(path).map(keyOf)))),
    settled === 'yes' ? keyOf('doubted') : null,
  ])
}

function all(of: readonly (Sieve | null)[]): Sieve | null {
  const known = of.filter((sieve) => sieve !== null)
  return known.length === 0 ? null : { kind: 'all', of: known }
}

function any(of: readonly (Sieve | null)[]): Sieve | null {
  const known = of.filter((sieve) => sieve !== null)
  return known.length < of.length ? null : { kind: 'any', of: known }
}

/** What a status can be, as it stands in three digits. */
const STATUSES: StatusRange = { from: 0, to: 999 }

function statusTerms({ from, to }: StatusRange): string[] {
  const terms: string[] = []
  const last = Math.min(to, STATUSES.to)
  for (let status = Math.max(from, STATUSES.from); status <= last; status++) {
    if (status % 100 === 0 && status + 99 <= last) {
      terms.push(`class ${status / 100}`)
      status += 99
    } else terms.push(`status ${status}`)
  }
  return terms
}

/** Parts in which nothing may differ, before any that may be several; and how many there are. */
function pathTerms({ text, kind }: PathPattern): string[] {
  const stem = kind === 'prefix' ? text.replace(/\*$/, '') : text
  const parts = stem.split('/')
  const isOpen = (part: string) => kind === 'glob' && part.includes('**')
  const open = kind === 'prefix' ? parts.length - 1 : parts.findIndex(isOpen)
  const sure = parts.slice(0, open === -1 ? SEGMENTS + 1 : Math.min(open, SEGMENTS + 1))
  const isVague = (part: string) => kind === 'glob' && /[*?]/.test(part)
  // What stands before the last two says little more: nearly all that have them have it too.
  const terms = partTerms(sure.map((part) => (isVague(part) ? null : part))).slice(-2)
  return open === -1 ? [...terms, `parts ${Math.min(parts.length, SEGMENTS + 2)}`] : terms
}

/** What stands before the first slash is none: it is empty nearly always. */
function partTerms(parts: readonly (string | null)[]): string[] {
  return parts.flatMap((part, i) => (part === null || i === 0 ? [] : [`path ${i} ${part}`]))
}
