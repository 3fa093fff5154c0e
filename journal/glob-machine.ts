import { enter, isRun, stepsOf, takes, type Step } from './glob.ts'

// Globs over very many paths: one finite automaton of all of them, made as far as paths lead into it (as RE2
// does). A character of a path costs a look into a table, whatever the globs are.

/** What a state is: after some characters of a path, the places of the globs where it may stand. */
type Places = readonly number[]

/** Of a state: not known, for the automaton would be too large. */
export const UNKNOWN = 0
const NOT_MADE = 0

/** Of its table: 4 MiB. */
const MOST_CELLS = 1_048_576
const OTHER = 0

export interface GlobMachine {
  /** The state before a path. */
  readonly start: number
  /** The state behind a text of latin-1. */
  past(state: number, text: Uint8Array): number
  /** The same of many. */
  pastEach(state: number, texts: Uint8Array, ends: Ends): number[]
  /** Which of the globs match a path that ends here, by their number. */
  matched(state: number): readonly number[]
  /** Which of them match some, and which each path that may be: its texts, with anything between them. */
  foreseen(pieces: readonly Piece[]): { some: readonly number[]; each: readonly number[] }
}

/** How texts end that stand one behind the other. */
interface Ends {
  /** The character behind each. */
  end: number
  /** The character that parts one. */
  stop: number
  /** What each is taken to have behind its parts. The last part may have `stop` in it. */
  behind: readonly Uint8Array[]
}

/** Of a path a text, or a gap that some text fills: of some characters, of any but a slash, or of any. */
export type Piece = { text: string } | { gap: Gap }
type Gap = readonly string[] | 'part' | 'rest'

export function globMachine(globs: readonly string[]): GlobMachine {
  const steps: Step[] = []
  const begins: number[] = []
  /** At the place behind each glob its number. */
  const ends = new Map<number, number>()
  for (const [i, glob] of globs.entries()) {
    enter([...steps, ...stepsOf(glob)], begins, steps.length)
    steps.push(...stepsOf(glob))
    ends.set(steps.length - 1, i)
  }
  const { kinds, examples } = kindsOf(steps)
  const width = examples.length
  /** By its number, which is where it begins in the table, over the table's width. */
  const states: Places[] = [[], []]
  /** Nothing that begins so matches. */
  const dead = width
  const known = new Map<string, number>([['', dead]])
  let table = new Int32Array(width * 64).fill(dead, dead, dead + width)

  const matched = (places: Places) =>
    places.map((place) => ends.get(place)).filter((glob) => glob !== undefined)

  const stateOf = (places: Places): number => {
    const name = places.join()
    const state = known.get(name) ?? states.length * width
    if (state < states.length * width) return state
    if (state >= MOST_CELLS) return UNKNOWN
    states.push(places)
    known.set(name, state)
    if (table.length < states.length * width) {
      const larger = new Int32Array(table.length * 2)
      larger.set(table)
      table = larger
    }
    return state
  }

  const made = (state: number, kind: number): number => {
    const next = stateOf(after(steps, states[state / width]!, examples[kind]!))
    table[state + kind] = next
    return next
  }

  const past = (begin: number, text: Uint8Array): number => {
    let state = begin
    for (const code of text) {
      if (state <= dead) return state
      const kind = kinds[code]!
      const next = table[state + kind]!
      state = next === NOT_MADE ? made(state, kind) : next
    }
    return state
  }

  return {
    start: stateOf(begins),
    past,
    pastEach(begin, texts, { end, stop, behind }) {
      const found: number[] = []
      const last = behind.length - 1
      // At hand: this goes through megabytes.
      const [own, size] = [kinds, texts.length]
      let cells = table
      let [state, gap] = [begin, 0]
      for (let at = 0; at < size; at++) {
        const code = texts[at]!
        if (code !== end && (code !== stop || gap === last)) {
          const kind = own[code]!
          const next = cells[state + kind]!
          if (next !== NOT_MADE || state < dead) state = next
          else {
            state = made(state, kind)
            cells = table
          }
          continue
        }
        if (behind[gap]!.length > 0) {
          state = past(state, behind[gap]!)
          cells = table
        }
        if (code === end) {
          found.push(state)
          state = begin
          gap = 0
        } else gap++
      }
      return found
    },
    matched: (state) => matched(states[state / width]!),
    foreseen(pieces) {
      let [some, each]: [Places, Places] = [begins, begins]
      for (const piece of pieces) {
        if ('gap' in piece) {
          some = afterGap(steps, some, piece.gap)
          each = keptBy(steps, each, piece.gap)
        } else {
          for (const character of piece.text) {
            some = after(steps, some, character)
            each = after(steps, each, character)
          }
        }
      }
      return { some: matched(some), each: matched(each) }
    },
  }
}

/** Characters that no step tells apart are of one kind; with an example of each. */
function kindsOf(steps: readonly Step[]): { kinds: Uint8Array; examples: string[] } {
  const told = new Set([
    '/',
    ...steps.flatMap((step) => (step.kind === 'character' ? step.is : [])),
  ])
  const kinds = new Uint8Array(256).fill(OTHER)
  const examples = ['']
  for (let code = 0; code < kinds.length; code++) {
    const character = String.fromCharCode(code)
    if (told.has(character)) kinds[code] = examples.push(character) - 1
    else examples[OTHER] ||= character
  }
  return { kinds, examples }
}

function after(steps: readonly Step[], places: Places, character: string): number[] {
  const next: number[] = []
  for (const place of places) {
    const step = steps[place]!
    if (takes(step, character)) enter(steps, next, isRun(step) ? place : place + 1)
  }
  return next
}

/** Where what fills a gap may lead, at most. */
function afterGap(steps: readonly Step[], places: Places, gap: Gap): number[] {
  const isIn = (character: string) =>
    gap === 'rest' || (gap === 'part' ? character !== '/' : gap.includes(character))
  const reached = new Set(places)
  // What is added meanwhile is gone through too.
  for (const place of reached) {
    const step = steps[place]!
    if (step.kind === 'character' ? isIn(step.is) : step.kind !== 'end') reached.add(place + 1)
  }
  return [...reached].toSorted((a, b) => a - b)
}

/** Where all that may fill it leads, at least. */
function keptBy(steps: readonly Step[], places: Places, gap: Gap): number[] {
  const kept: number[] = []
  for (const place of places) {
    const { kind } = steps[place]!
    if (kind === 'long run' || (kind === 'run' && gap !== 'rest')) enter(steps, kept, place)
  }
  return kept
}
