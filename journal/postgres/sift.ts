import type { EntryCursor } from '../contract.ts'
import type { EntryFilter } from '../filter.ts'
import { among, beyond, type Candidate } from './candidate-sources.ts'
import { candidatesOf } from './candidates.ts'
import type { Queryable } from './database.ts'
import { readDirectory, type Chunk } from './directory.ts'
import { readOthers } from './others.ts'
import { pathSieveOf } from './path-sieve.ts'
import { piledUp, type Pile } from './piles.ts'
import { saysPaths, sieveOf } from './terms.ts'
import type { Where } from './where.ts'

// A look through the chunks in the order of their places: what the postings leave through is read and
// compared, until enough was found before all that is left. An entry that came late makes its chunk reach
// far back, so that what is found in one may have to wait for others.

export interface Sifting<R extends EntryCursor> {
  from: EntryCursor
  direction: 1 | -1
  /** How many are wanted; Infinity: all. */
  wanted: number
  isTime: () => boolean
  read: Reading<R>
}

/**
 * Reads from a source of entries, the first ones in the order; null: all. Up to `until` (null: to the end)
 * nothing comes after that, so that several may be one row, with the place where the look began.
 */
export type Reading<R extends EntryCursor> = (
  source: Source,
  most: number | null,
  until: EntryCursor | null,
) => Promise<R[]>

/** SQL from `from` on, in which entries are called `entry`. */
export type Source = Where

export interface Sifted<R> {
  rows: R[]
  /** How many were read that may have matched. */
  looked: number
  end: EntryCursor | null
}

/** How many chunks are sifted at once: more where that took less than `quick` ms, fewer beyond `slow`. */
const GROUP = { first: 32, least: 8, most: 512, growth: 4, quick: 10, slow: 30 }
/** How many entries are read at once: at first, and then. */
const BATCH = { first: 250, most: 2_000, growth: 2 }
/** Where all are wanted, and only counted. */
const COUNTED_BATCH = 8_000
/** With their bodies. */
const TEXT_BATCH = 200

/** Null: too much is in no chunk yet. */
export async function sift<R extends EntryCursor>(
  db: Queryable,
  filter: EntryFilter,
  sifting: Sifting<R>,
): Promise<Sifted<R> | null> {
  const { from, direction, wanted, isTime, read } = sifting
  const directory = await readDirectory(db, filter, from, direction)
  const sieves = { terms: sieveOf(filter), paths: saysPaths(filter) ? null : pathSieveOf(filter) }
  const matches = beyond(filter, from, direction)
  const most = Number.isFinite(wanted) ? wanted : null
  const others = await readOthers(db, directory.marks, matches)
  if (others === null) return null
  const queue = [...directory.chunks]
  const readAmong = async (candidates: readonly Candidate[]): Promise<R[]> =>
    candidates.length === 0
      ? []
      : read(among(candidates, matches), most, edgeOf(piles, queue, direction))
  let piles: Pile[] = []
  let group = GROUP.first
  let batch = most === null ? COUNTED_BATCH : BATCH.first
  if (filter.text !== undefined) batch = TEXT_BATCH
  let looked = 0
  const found = await readAmong(others)
  for (;;) {
    const edge = edgeOf(piles, queue, direction)
    if (edge === null || !isTime() || ripe(found, edge, direction).length >= wanted) {
      return { ...endOf(found, edge, sifting), looked }
    }
    const [first] = piles
    const [next] = queue
    if (first === undefined || (next && compare(next.edge, first.edge, direction) < 0)) {
      const begun = performance.now()
      const more = await piledUp(db, sieves, queue.splice(0, group), direction, filter)
      piles = inOrder([...piles, ...more], direction)
      const took = performance.now() - begun
      if (took < GROUP.quick) group = Math.min(group * GROUP.growth, GROUP.most)
      if (took > GROUP.slow) group = Math.max(group / 2, GROUP.least)
      continue
    }
    const taken = await candidatesOf(db, piles, batch)
    // One of a quiet stream is read in parts, between the many of others.
    piles = inOrder(taken.left, direction)
    found.push(...(await readAmong(taken.candidates)))
    looked += taken.candidates.length
    if (batch >= BATCH.first) batch = Math.max(batch, Math.min(batch * BATCH.growth, BATCH.most))
  }
}

/** Whether one place comes before another; 0 for the same. */
function compare(a: EntryCursor, b: EntryCursor, direction: 1 | -1): number {
  return direction * (a.orderedAt - b.orderedAt || a.id - b.id)
}

function inOrder(piles: readonly Pile[], direction: 1 | -1): Pile[] {
  return piles.toSorted((a, b) => compare(a.edge, b.edge, direction))
}

/** The place before which nothing is left to be read; null: nothing is. */
function edgeOf(
  [first, second]: readonly Pile[],
  [next]: readonly Chunk[],
  direction: 1 | -1,
): EntryCursor | null {
  const edges = [first?.edge, second?.edge, next?.edge].filter((edge) => edge !== undefined)
  return edges.sort((a, b) => compare(a, b, direction))[0] ?? null
}

function ripe<R extends EntryCursor>(rows: readonly R[], edge: EntryCursor, direction: 1 | -1) {
  return rows.filter((row) => compare(row, edge, direction) <= 0)
}

function endOf<R extends EntryCursor>(
  found: readonly R[],
  edge: EntryCursor | null,
  { from, direction, wanted }: Sifting<R>,
): { rows: R[]; end: EntryCursor | null } {
  const rows = (edge === null ? [...found] : ripe(found, edge, direction)).sort((a, b) =>
    compare(a, b, direction),
  )
  const last = rows[wanted - 1]
  if (last !== undefined) {
    return { rows: rows.slice(0, wanted), end: { orderedAt: last.orderedAt, id: last.id } }
  }
  return { rows, end: edge !== null && compare(edge, from, direction) < 0 ? from : edge }
}
