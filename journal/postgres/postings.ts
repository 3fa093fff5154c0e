import { bitsOf } from './packed.ts'
import {
  ownKeyOf,
  sharedKeyOf,
  termsOf,
  type Posted,
  type Shared,
  type Sieve,
  type Surely,
} from './terms.ts'

// Which entries of a chunk have a term. What is frequent in it is a bit an entry, under a key of its own;
// what is rare shares a key with others, with its mark and a place for each entry: one row for each term of
// one entry would weigh more than the entry's own row does.

/** The entries of a chunk that have a term, as they are stored: see migrations/010_postings.sql. */
export interface Posting {
  key: string
  members: Buffer
}

/** Of its mark and of its place in a chunk, each. */
const PAIR_BYTES = 4

/** The postings of a chunk's entries, at their places from 0. */
export function postingsOf(entries: readonly Posted[]): Posting[] {
  const places = new Map<string, number[]>()
  for (const [place, entry] of entries.entries()) {
    for (const term of termsOf(entry)) {
      const known = places.get(term)
      if (known === undefined) places.set(term, [place])
      else known.push(place)
    }
  }
  const own: Posting[] = []
  const shared = new Map<string, Buffer[]>()
  const bytes = Math.ceil(entries.length / 8)
  for (const [term, at] of places) {
    if (at.length * PAIR_BYTES >= bytes) {
      own.push({ key: ownKeyOf(term), members: bitsOf(at, bytes) })
    } else {
      const key = sharedKeyOf(term)
      const parts = shared.get(key.shared) ?? []
      parts.push(pairsOf(key, at))
      shared.set(key.shared, parts)
    }
  }
  const together = [...shared].map(([key, parts]) => ({ key, members: Buffer.concat(parts) }))
  return [...own, ...together]
}

function pairsOf({ mark }: Shared, places: readonly number[]): Buffer {
  const pairs = Buffer.alloc(places.length * PAIR_BYTES)
  for (const [i, place] of places.entries()) {
    pairs.writeUInt16LE(mark, i * PAIR_BYTES)
    pairs.writeUInt16LE(place, i * PAIR_BYTES + 2)
  }
  return pairs
}

/** Keys under which a sieve's terms are. */
export function keysOf(sieve: Sieve): string[] {
  if (sieve.kind === 'term') return [sieve.own, sieve.shared]
  return sieve.kind === 'not' ? sieve.of.flat(2) : sieve.of.flatMap(keysOf)
}

/** A bit for each of a chunk's entries, and some behind them: whether the sieve leaves it through. */
export function sifted(
  sieve: Sieve,
  postings: ReadonlyMap<string, Buffer>,
  entries: number,
): Uint8Array {
  const bytes = Math.ceil(entries / 8)
  switch (sieve.kind) {
    case 'term':
      return postings.get(sieve.own) ?? sharedMembers(sieve, postings, bytes)
    case 'not':
      return either(sieve.of.map((one) => surelyIn(one, postings, bytes))).map((bits) => ~bits)
    case 'all':
      return both(sieve.of.map((one) => sifted(one, postings, entries)))
    case 'any':
      return either(sieve.of.map((one) => sifted(one, postings, entries)))
  }
}

function surelyIn(lists: Surely, postings: ReadonlyMap<string, Buffer>, bytes: number): Uint8Array {
  const none = new Uint8Array(bytes)
  return both(lists.map((keys) => either(keys.map((key) => postings.get(key) ?? none))))
}

export function both([first, ...others]: readonly Uint8Array[]): Uint8Array {
  const bits = Uint8Array.from(first ?? [])
  for (const other of others) for (let i = 0; i < bits.length; i++) bits[i]! &= other[i]!
  return bits
}

export function either([first, ...others]: readonly Uint8Array[]): Uint8Array {
  const bits = Uint8Array.from(first ?? [])
  for (const other of others) for (let i = 0; i < bits.length; i++) bits[i]! |= other[i]!
  return bits
}

function sharedMembers(
  { shared, mark }: Shared,
  postings: ReadonlyMap<string, Buffer>,
  bytes: number,
): Uint8Array {
  const bits = new Uint8Array(bytes)
  const pairs = postings.get(shared)
  for (let i = 0; pairs !== undefined && i < pairs.length; i += PAIR_BYTES) {
    if (pairs.readUInt16LE(i) !== mark) continue
    const place = pairs.readUInt16LE(i + 2)
    bits[place >> 3]! |= 1 << (place & 7)
  }
  return bits
}
