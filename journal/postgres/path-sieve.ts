import type { EntryFilter } from '../filter.ts'
import { UNKNOWN, globMachine, type GlobMachine } from '../glob-machine.ts'
import type { PathPattern } from '../path-pattern.ts'
import { END, UNTOLD, filledWith, piecesOf, textsOf } from './shapes.ts'

// Which paths match, by their shapes: see shapes.ts. Of those that nothing is told of, all.

/** `some`: that is told by what fills the gaps. */
export type Told = 'all' | 'none' | 'some'

export interface PathSieve {
  /** Whether the paths of a shape match. */
  ofShape(shape: string): Told
  /** A text that stands in a gap of each path of a shape that matches; null: none is known. */
  needleIn(shape: string): string | null
  /** Which of them do, by their place among what fills the gaps. */
  among(shape: string, filling: string): number[]
}

/** Null: each path matches. */
export function pathSieveOf({ paths, excludedPaths = [] }: EntryFilter): PathSieve | null {
  if (paths === undefined && excludedPaths.length === 0) return null
  const wanted = paths?.length ?? 0
  const machine = globMachine([...(paths ?? []), ...excludedPaths].map(globOf))
  const isWanted = (globs: readonly number[]) =>
    paths === undefined || globs.some((glob) => glob < wanted)
  const isExcluded = (globs: readonly number[]) => globs.some((glob) => glob >= wanted)
  const shapes = new Map<string, Told>([[UNTOLD, 'all']])
  const states = new Map([[UNKNOWN, true]])
  const isMatched = (state: number): boolean => {
    let is = states.get(state)
    if (is === undefined) {
      const globs = machine.matched(state)
      is = isWanted(globs) && !isExcluded(globs)
      states.set(state, is)
    }
    return is
  }
  const needles = paths?.length === 1 ? needlesOf(paths[0]!) : []
  const needleIn = (shape: string) => {
    const texts = textsOf(shape)
    return needles.find((one) => texts.every((text) => !text.includes(one))) ?? null
  }
  return {
    needleIn,
    ofShape(shape) {
      let told = shapes.get(shape)
      if (told === undefined) {
        const { some, each } = machine.foreseen(piecesOf(shape))
        if (!isWanted(some) || isExcluded(each)) told = 'none'
        else told = isWanted(each) && !isExcluded(some) ? 'all' : 'some'
        shapes.set(shape, told)
      }
      return told
    },
    among(shape, filling) {
      const texts = textsOf(shape)
      const needle = needleIn(shape)
      if (needle !== null) {
        const isLeft = (fill: string) => {
          const path = Buffer.from(filledWith(texts, fill), 'latin1')
          return isMatched(machine.past(machine.start, path))
        }
        return foundIn(filling, needle, isLeft)
      }
      const found: number[] = []
      let [before, is] = [UNKNOWN, true]
      for (const [place, state] of endsOf(machine, texts, filling).entries()) {
        // Most are as the one before.
        if (state !== before) [before, is] = [state, isMatched(state)]
        if (is) found.push(place)
      }
      return found
    },
  }
}

/** In which state the machine is behind each path of a shape. */
function endsOf(machine: GlobMachine, texts: readonly string[], filling: string): number[] {
  const [before, ...behind] = texts.map((text) => Buffer.from(text, 'latin1'))
  const begin = machine.past(machine.start, before!)
  const [end, stop] = [END.charCodeAt(0), '/'.charCodeAt(0)]
  return machine.pastEach(begin, Buffer.from(filling, 'latin1'), { end, stop, behind })
}

/** Shorter ones are found too often to be worth it. */
const SHORTEST = 3

/** What each path that matches has in one of its parts, the longest first. */
function needlesOf({ text }: PathPattern): string[] {
  const parts = text
    .split(/[*?/]+/)
    .filter((part) => part.length >= SHORTEST && /^[ -\u00ff]*$/.test(part))
  return parts.toSorted((a, b) => b.length - a.length)
}

/** Of the fillings that have a needle, those that are left: it is found much sooner than each is compared. */
function foundIn(filling: string, needle: string, isLeft: (fill: string) => boolean): number[] {
  const found: number[] = []
  let [place, counted] = [0, 0]
  let at = filling.indexOf(needle)
  while (at !== -1) {
    const begin = filling.lastIndexOf(END, at) + 1
    const end = filling.indexOf(END, at)
    if (isLeft(filling.slice(begin, end))) {
      for (; counted < begin; counted++) if (filling[counted] === END) place++
      found.push(place)
    }
    at = filling.indexOf(needle, end)
  }
  return found
}

/** The path of a pattern as a glob: only one that is a glob, or its end, has wildcards. */
function globOf({ text, kind }: PathPattern): string {
  return kind === 'prefix' ? `${text.replace(/\*$/, '')}**` : text
}
