import { routeOf } from '../aliases/route.ts'

/** What is known of an entry of a file before it is compared. */
export interface Listed {
  line: number
  /** Recorder, number and arrival: what a file that was changed has in common with what it was. */
  identity: string
  /** `POST /things` */
  name: string
  /** The same with a mark in the place of what looks generated. */
  shape: string
  /** Of all that is compared. */
  digest: string
}

/** `null` on one side: it is only in the other file. */
export interface Pair {
  a: Listed | null
  b: Listed | null
}

/**
 * Which entry of one file is which of the other: by identity, and those that are recorded anew by what they
 * asked for, the first with the first, the second with the second; by their exact target before its shape.
 * In the order of B, and what is only in A where it stood there.
 */
export function pairsOf(a: readonly Listed[], b: readonly Listed[]): Pair[] {
  const partner = new Map<Listed, Listed>()
  const taken = new Set<Listed>()
  for (const key of ['identity', 'name', 'shape'] as const) {
    const free = new Map<string, Listed[]>()
    for (const one of a) if (!taken.has(one)) push(free, one[key], one)
    for (const list of free.values()) list.reverse()
    for (const other of b) {
      if (partner.has(other)) continue
      const one = free.get(other[key])?.pop()
      if (one === undefined) continue
      partner.set(other, one)
      taken.add(one)
    }
  }
  return inOrder(a, b, partner, taken)
}

function push(lists: Map<string, Listed[]>, key: string, one: Listed): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [one])
  else list.push(one)
}

function inOrder(
  a: readonly Listed[],
  b: readonly Listed[],
  partner: ReadonlyMap<Listed, Listed>,
  taken: ReadonlySet<Listed>,
): Pair[] {
  const pairs: Pair[] = []
  let next = 0
  const passAlone = (line: number) => {
    for (; next < a.length && a[next]!.line < line; next++) {
      if (!taken.has(a[next]!)) pairs.push({ a: a[next]!, b: null })
    }
  }
  for (const other of b) {
    const one = partner.get(other) ?? null
    if (one !== null) passAlone(one.line)
    pairs.push({ a: one, b: other })
  }
  passAlone(Infinity)
  return pairs
}

/** What is asked for, but for values: `POST /things/:id?page`. */
export function shapeOf(method: string, target: string): string {
  const [path = '', query = ''] = target.split('?', 2)
  const names = query.split('&').map((pair) => pair.split('=', 1)[0])
  return `${method} ${routeOf(path)}?${names.join('&')}`
}
