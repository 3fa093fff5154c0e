import { pathOf, type Micros } from '../../journal/entry.ts'
import type { Answer } from '../answer.ts'
import { compareMessages } from './comparison.ts'
import type { Explains } from './judge.ts'
import { answerMessage } from './message.ts'
import type { AskedOf, NoisePlace, NoiseRule } from './noise-rule.ts'
import { DEFAULT_RULES, type CompareRules } from './rules.ts'

export interface Learning {
  /** The request that both answered; what is learned is about its path. */
  asked: AskedOf
  /** When they came. */
  at: Micros
  /** What need not be learned. Default: the usual rules. */
  rules?: CompareRules
  /** Of the first backend, where it writes the name that it was asked under. Default: not known. */
  host?: string
  /** Whether two values are the new names of one generated value: that is no noise. */
  explains?: Explains
}

/**
 * What differs between two answers to the same request, of two fresh targets that were brought to the
 * same state: that is noise. Where the statuses differ nothing is learned, for that is no noise.
 */
export function noiseBetween(first: Answer, second: Answer, learning: Learning): NoiseRule[] {
  if (first.status !== second.status) return []
  const { asked, at, host = null, rules = DEFAULT_RULES, explains = () => null } = learning
  const messages = [{ ...answerMessage(first, at), host }, answerMessage(second, at)] as const
  const { differences, unlisted } = compareMessages(asked, ...messages, rules, explains)
  const places = differences.map((one) => placeOf(one.where, one.recorded, one.came))
  // Too many to list is not a place here and there.
  const all = unlisted > 0 ? [...places.filter(isOfHead), WHOLE] : places
  const on = `${asked.method} ${generalPath(pathOf(asked.target))}`
  return withoutDuplicates(all.map((place) => ({ on, ...place })))
}

/** Rules of several learnings, each once. */
export function withoutDuplicates(rules: readonly NoiseRule[]): NoiseRule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()]
}

const WHOLE: NoisePlace = { body: 'all' }

function isOfHead(place: NoisePlace): boolean {
  return 'header' in place
}

function placeOf(where: string, recorded: string | null, came: string | null): NoisePlace {
  if (where.startsWith('header ')) return { header: where.slice('header '.length) }
  if (where.startsWith('body /')) return { pointer: generalPointer(where.slice('body '.length)) }
  if (/^body line \d+$/.test(where)) {
    const line = linePattern(recorded, came)
    return line === null ? WHOLE : { line }
  }
  return WHOLE
}

/** Items of a list are alike: what is noise in one is noise in all. */
function generalPointer(pointer: string): string {
  return pointer.replaceAll(/\/\d+(?=\/|$)/g, '/*')
}

/** Segments that look generated stand for any: the next run will have others. */
function generalPath(path: string): string {
  return path
    .split('/')
    .map((segment) =>
      /^\d+$|^(?=.*\d)[\w.~%-]{8,}$/.test(segment) ? '*' : segment.replaceAll(/[*?]/g, '?'),
    )
    .join('/')
}

/** What two lines have in common at either end; null: too little to know the line by. */
function linePattern(one: string | null, other: string | null): string | null {
  if (one === null || other === null)
    return one === null && other === null ? null : exact(one ?? other!)
  if (one.endsWith('…') || other.endsWith('…')) return null
  let start = 0
  while (start < Math.min(one.length, other.length) && one[start] === other[start]) start++
  let end = 0
  const rest = Math.min(one.length, other.length) - start
  while (end < rest && one.at(-1 - end) === other.at(-1 - end)) end++
  const [head, tail] = [one.slice(0, start), one.slice(one.length - end)]
  return (head + tail).trim().length < 4 ? null : `^${escaped(head)}.*${escaped(tail)}$`
}

/** A line that only one of them has. */
function exact(line: string): string | null {
  return line.endsWith('…') || line.trim().length < 4 ? null : `^${escaped(line)}$`
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
