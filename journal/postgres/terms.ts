import { createHash } from 'node:crypto'
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

/**
 * Leaves through what has a term, what all of or any of some sieves leave through, or all but what surely
 * has some terms: where these are rare it leaves everything through.
 */
export type Sieve =
  | ({ kind: 'term'; own: string } & Shared)
  | { kind: 'all' | 'any'; of: readonly Sieve[] }
  | { kind: 'not'; of: readonly Surely[] }

/** What has all terms of one of each of these lists, given as keys of their own. */
export type Surely = readonly (readonly string[])[]

/** Where a term that is rare in a chunk is found: under a key that it shares, with its mark. */
export interface Shared {
  shared: string
  mark: number
}

/** Parts of a path that are terms; how many it has is one too, up to two more than that. */
const SEGMENTS = 5
const MOST_PARTS = SEGMENTS + 2

export function termsOf(entry: Posted): string[] {
  const { verdict, isDoubted, method, status, user, client, path } = entry
  const parts = path.split('/')
  const terms = [`method ${method}`]
  if (parts[0] === '') terms.push(partsTerm(parts.length))
  if (isDoubted) terms.push('doubted', 'verdict in_doubt', 'verdict applied')
  else terms.push(`verdict ${verdict}`)
  if (status !== null) terms.push(`status ${status}`, `class ${Math.floor(status / 100)}`)
  if (user !== null) terms.push(`user ${user}`)
  if (client !== null) terms.push(`client ${client}`)
  return [...terms, ...partTerms(parts.slice(0, SEGMENTS + 1)), lastTerm(parts)]
}

/**
 * The key of its own, below 0. What is left out goes by it, and terms are what clients say: nobody can
 * find two with the same one.
 */
export function ownKeyOf(term: string): string {
  const digest = createHash('sha256').update(term).digest()
  return String(BigInt.asIntN(64, digest.readBigUInt64BE() | (1n << 63n)))
}

/** Of two terms with the same ones, what has either is compared as a whole. */
export function sharedKeyOf(term: string): Shared {
  let bits = 0x85ebca6b
  for (let i = 0; i < term.length; i++) {
    bits = Math.imul(bits ^ term.charCodeAt(i), 0x5f356495)
  }
  const low = mixed(bits)
  return { shared: String(low & 0xff), mark: (low >>> 8) & 0xffff }
}

/** So that each bit depends on all: the last steps of MurmurHash3. */
function mixed(bits: number): number {
  const once = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return twice ^ (twice >>> 16)
}

/** What a filter leaves through at most; null: its terms leave everything through. */
export function sieveOf(filter: EntryFilter): Sieve | null {
  const { methods, statuses, verdicts, users, clients, paths, excludedPaths = [], settled } = filter
  const terms = (field: string, values: readonly string[] | undefined) =>
    values === undefined ? null : any(values.map((value) => term(`${field} ${value}`)))
  const sure = excludedPaths.map(surely).filter((path) => path !== null)
  return all([
    terms('method', methods),
    terms('verdict', verdicts),
    terms('user', users),
    terms('client', clients),
    statuses === undefined ? null : any(statuses.flatMap(statusTerms).map(term)),
    paths === undefined ? null : any(paths.map((path) => all(pathTerms(path).map(term)))),
    settled === 'yes' ? term('doubted') : null,
    sure.length === 0 ? null : { kind: 'not', of: sure },
  ])
}

function term(text: string): Sieve {
  return { kind: 'term', own: ownKeyOf(text), ...sharedKeyOf(text) }
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

/** Parts in which nothing may differ, where it is known which ones they are; and how many there are. */
function pathTerms({ text, kind }: PathPattern): string[] {
  const stem = kind === 'prefix' ? text.replace(/\*$/, '') : text
  const parts = stem.split('/')
  const last = parts.length - 1
  const isVague = (part: string) => kind === 'glob' && /[*?]/.test(part)
  const firstOpen = kind === 'prefix' ? last : parts.findIndex((part) => part.includes('**'))
  const placed = Math.min(firstOpen === -1 ? parts.length : firstOpen, SEGMENTS + 1)
  const sure = parts.slice(0, placed).map((part) => (isVague(part) ? null : part))
  // What stands before the last two says little more: nearly all that have them have it too.
  const terms = partTerms(sure).slice(-2)
  if (kind !== 'prefix' && placed <= last && !isVague(parts[last]!)) terms.push(lastTerm(parts))
  if (firstOpen === -1 && parts[0] === '') terms.push(partsTerm(parts.length))
  return terms
}

/** Whether a path that has the terms of one of the patterns matches: shapes would say no more of it. */
export function saysPaths({ paths = [], excludedPaths = [] }: EntryFilter): boolean {
  const isSaid = ({ text, kind }: PathPattern) =>
    kind === 'exact'
      ? /^(\/[^/]+){1,2}$/.test(text)
      : kind === 'prefix' && /^(\/[^/]+){1,2}\/\*?$/.test(text)
  return excludedPaths.length === 0 && paths.every(isSaid)
}

/** Terms that no path has which does not match; null: none say so much. */
function surely({ text, kind }: PathPattern): Surely | null {
  const stem = kind === 'prefix' ? text.replace(/\*$/, '') : text.replace(/\/\*\*$/, '/')
  const isOpen = kind === 'prefix' || stem !== text
  const [first, ...parts] = stem.split('/')
  const last = isOpen ? parts.pop() : ''
  const isVague = (part: string) => kind === 'glob' && part !== '*' && /[*?]/.test(part)
  if (first !== '' || last !== '' || parts.length > SEGMENTS || parts.some(isVague)) return null
  const known = parts.map((part) => (kind === 'glob' && part === '*' ? null : part))
  const fewest = parts.length + (isOpen ? 2 : 1)
  const most = isOpen ? MOST_PARTS : fewest
  const counts = Array.from({ length: most - fewest + 1 }, (_, i) => partsTerm(fewest + i))
  return [...partTerms([null, ...known]).map((one) => [one]), counts].map((any) =>
    any.map(ownKeyOf),
  )
}

/** Of a path that begins with a slash. */
function partsTerm(parts: number): string {
  return `parts ${Math.min(parts, MOST_PARTS)}`
}

/** For a pattern that begins with what may be anything. */
function lastTerm(parts: readonly string[]): string {
  return `last ${parts.at(-1)}`
}

/** What stands before the first slash is none: it is empty nearly always. */
function partTerms(parts: readonly (string | null)[]): string[] {
  return parts.flatMap((part, i) => (part === null || i === 0 ? [] : [`path ${i} ${part}`]))
}
