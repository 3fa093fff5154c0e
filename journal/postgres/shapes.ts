import type { Piece } from '../glob-machine.ts'

// The paths of a chunk, so short that whether each matches is soon told: of most of them little more is said than
// what is different. A shape is what many have in common, with gaps for what differs; beside it stands, for each
// path of that shape, what fills its gaps. A shape alone often tells that all of its paths match, or none.

/** In a shape, for what is of these characters; for what has no slash; and, at its end, for all the rest. */
const KINDS = [
  { mark: '\u0001', characters: '0123456789'.split(''), all: /^\d*$/ },
  { mark: '\u0002', characters: '0123456789abcdef-'.split(''), all: /^[\da-f-]*$/ },
]
const PART = '\u0003'
const REST = '\u0004'
const GAPS = /([\u0001-\u0004])/
/** The shape of all that nothing is told of. */
export const UNTOLD = '\u0005'
/** Ends what fills the gaps of a path, and a shape. */
export const END = '\n'

/** How many shapes a chunk has at most, but for one of all that is left, and one of what nothing is told of. */
const MOST = 254
/** Of a chunk so great a part begins alike, or it is a gap. */
const MANY = 64
const DEEPEST = 12
/** What fills the gaps of a path; of a longer one nothing is told. */
const LONGEST = 256

/** What some paths of a chunk have in common. */
export interface Shape {
  text: string
  /** Which ones, from 0. */
  members: number[]
  /** What fills the gaps of each of them; null: it has no gaps. */
  filling: string | null
}

interface Group {
  shape: string
  /** Of a path that is in parts what fills the gaps. */
  gaps: readonly number[]
  members: readonly number[]
}

export function shapesOf(paths: readonly string[]): Shape[] {
  const parts = paths.map((path) => path.split('/'))
  // Latin-1, as paths are on the wire, without what marks gaps and ends.
  const told = paths.flatMap((path, i) => (/^[ -\u00ff]*$/.test(path) ? i : []))
  const all = groupsOf(parts, told, Math.max(2, Math.ceil(paths.length / MANY)))
  const groups = all.toSorted((a, b) => b.members.length - a.members.length)
  const few = groups.splice(MOST).flatMap(({ members }) => members)
  if (few.length > 0) groups.push({ shape: REST, gaps: [0], members: inOrder(few) })
  const untold = new Set(paths.keys())
  const shapes = groups.map(({ shape: text, gaps, members: own }): Shape => {
    const filled = own
      .map((member) => ({ member, fill: fillOf(parts[member]!, gaps, text.endsWith(REST)) }))
      .filter(({ fill }) => fill.length <= LONGEST)
    for (const { member } of filled) untold.delete(member)
    const filling = filled.map(({ fill }) => fill + END).join('')
    const members = filled.map(({ member }) => member)
    return { text, members, filling: gaps.length === 0 ? null : filling }
  })
  return untold.size === 0
    ? shapes
    : [...shapes, { text: UNTOLD, members: [...untold], filling: null }]
}

function fillOf(parts: readonly string[], gaps: readonly number[], isRest: boolean): string {
  const last = gaps.length - 1
  return gaps
    .map((gap, i) => (isRest && i === last ? parts.slice(gap).join('/') : parts[gap]))
    .join('/')
}

function inOrder(members: readonly number[]): number[] {
  return members.toSorted((a, b) => a - b)
}

/** Parts that so many have are what they have in common; so few paths are told from there on by the rest of them. */
function groupsOf(
  parts: readonly (readonly string[])[],
  told: readonly number[],
  many: number,
): Group[] {
  const groups: Group[] = []
  const divide = (group: Group, depth: number): void => {
    const { shape, gaps } = group
    const begin = depth === 0 ? '' : `${shape}/`
    const ended = group.members.filter((member) => parts[member]!.length === depth)
    if (ended.length > 0) groups.push({ shape, gaps, members: ended })
    const members = group.members.filter((member) => parts[member]!.length > depth)
    if (members.length === 0) return
    if (members.length < many || depth === DEEPEST) {
      groups.push({ shape: begin + REST, gaps: [...gaps, depth], members })
      return
    }
    const others: number[] = []
    for (const [part, own] of byPart(parts, members, depth)) {
      if (own.length < many) others.push(...own)
      else divide({ shape: begin + part, gaps, members: own }, depth + 1)
    }
    for (const [mark, own] of byKind(parts, others, depth, many)) {
      divide({ shape: begin + mark, gaps: [...gaps, depth], members: own }, depth + 1)
    }
  }
  divide({ shape: '', gaps: [], members: told }, 0)
  return groups
}

function byPart(
  parts: readonly (readonly string[])[],
  members: readonly number[],
  depth: number,
): Map<string, number[]> {
  const found = new Map<string, number[]>()
  for (const member of members) {
    const part = parts[member]![depth]!
    const own = found.get(part)
    if (own === undefined) found.set(part, [member])
    else own.push(member)
  }
  return found
}

/** What fills gaps that are told apart by their kind, but for kinds of few. */
function byKind(
  parts: readonly (readonly string[])[],
  members: readonly number[],
  depth: number,
  many: number,
): [string, number[]][] {
  const found: [string, number[]][] = []
  let left = inOrder(members)
  for (const { mark, all } of KINDS) {
    const own = left.filter((member) => all.test(parts[member]![depth]!))
    if (own.length < many) continue
    found.push([mark, own])
    left = left.filter((member) => !all.test(parts[member]![depth]!))
  }
  return left.length === 0 ? found : [...found, [PART, left]]
}

/** What stands before, between and behind the gaps of a shape. */
export function textsOf(shape: string): string[] {
  return shape.split(GAPS).filter((_, i) => i % 2 === 0)
}

/** The path with the texts of a shape, of which this fills the gaps: only the last one may have a slash. */
export function filledWith([before, ...behind]: readonly string[], fill: string): string {
  const fills = fill.split('/')
  const last = fills.splice(behind.length - 1).join('/')
  return `${before}${behind.map((text, i) => (fills[i] ?? last) + text).join('')}`
}

export function piecesOf(shape: string): Piece[] {
  return shape.split(GAPS).map((text, i): Piece => {
    if (i % 2 === 0) return { text }
    if (text === PART || text === REST) return { gap: text === PART ? 'part' : 'rest' }
    return { gap: KINDS.find(({ mark }) => mark === text)!.characters }
  })
}
