import { pathOf } from '../../journal/entry.ts'
import { parsePathPattern, pathMatcher } from '../../journal/path-pattern.ts'
import type { Explanation } from './difference.ts'
import { isWithin, parsePointerPattern, type PointerPattern } from './pointer-pattern.ts'

/** A place, or a kind of value, where another one is no difference; as it stands in a file. */
export type NoiseRule = {
  /** Of which requests: a path (`/exact`, `/prefix/*` or a glob), a method before it. Default: all. */
  on?: string
} & NoisePlace

export type NoisePlace =
  /** A field of the answer's head. */
  | { header: string }
  /** What is there in a JSON body, and below: see PointerPattern. */
  | { pointer: string }
  /** A regular expression that both values match: scalars of JSON, values of fields. */
  | { value: string }
  /** A regular expression: lines of text, HTML or XML that match it do not count, on either side. */
  | { line: string }
  /** The whole body. */
  | { body: 'all' }

export const NOISE_PLACES = ['header', 'pointer', 'value', 'line', 'body'] as const

/** A rule, ready to be asked. */
export interface Noise {
  rule: NoiseRule
  why: Extract<Explanation, 'ignored' | 'learned'>
  isOn: Scope
  /** Where it is, as it is looked for. */
  at:
    | { header: string }
    | { pointer: PointerPattern }
    | { value: RegExp }
    | { line: RegExp }
    | { body: 'all' }
}

/** Whether a rule is about a request. */
export type Scope = (request: AskedOf) => boolean

/** Of the request that was answered. */
export interface AskedOf {
  method: string
  target: string
}

/** Throws a RangeError that says what was expected. */
export function noiseOf(rule: NoiseRule, why: Noise['why']): Noise {
  return { rule, why, isOn: parseScope(rule.on), at: parsePlace(rule) }
}

function parsePlace(rule: NoisePlace): Noise['at'] {
  if ('header' in rule) return { header: rule.header.toLowerCase() }
  if ('pointer' in rule) return { pointer: parsePointerPattern(rule.pointer) }
  if ('value' in rule) return { value: regexOf(rule.value) }
  return 'line' in rule ? { line: regexOf(rule.line) } : rule
}

/** Throws a RangeError that says what was expected. */
export function parseScope(text: string | undefined): Scope {
  if (text === undefined) return () => true
  const match = /^(?:([A-Za-z][A-Za-z-]*) +)?(\S+)$/.exec(text)
  if (match === null) throw new RangeError(`expected a path, or METHOD and a path, got '${text}'`)
  const method = match[1]?.toUpperCase()
  const isPath = pathMatcher([parsePathPattern(match[2]!)])
  return (asked) =>
    (method === undefined || asked.method === method) && isPath(pathOf(asked.target))
}

type Why = Noise['why'] | null

/** The noise of one answer. */
export class NoiseHere {
  readonly #headers = new Map<string, Noise['why']>()
  readonly #pointers: { pattern: PointerPattern; why: Noise['why'] }[] = []
  readonly #values: { pattern: RegExp; why: Noise['why'] }[] = []
  readonly #lines: { pattern: RegExp; why: Noise['why'] }[] = []
  /** Of the whole body. */
  readonly body: Why = null

  constructor(noise: readonly Noise[]) {
    for (const { at, why } of noise) {
      if ('header' in at) this.#headers.set(at.header, why)
      else if ('pointer' in at) this.#pointers.push({ pattern: at.pointer, why })
      else if ('value' in at) this.#values.push({ pattern: at.value, why })
      else if ('line' in at) this.#lines.push({ pattern: at.line, why })
      else this.body = why
    }
  }

  /** `name` in lower case. */
  ofHeader(name: string): Why {
    return this.#headers.get(name) ?? null
  }

  ofPointer(steps: readonly string[]): Why {
    return this.#pointers.find(({ pattern }) => isWithin(pattern, steps))?.why ?? null
  }

  ofValues(recorded: string, came: string): Why {
    const both = this.#values.find(({ pattern }) => pattern.test(recorded) && pattern.test(came))
    return both?.why ?? null
  }

  ofLine(line: string): Why {
    return this.#lines.find(({ pattern }) => pattern.test(line))?.why ?? null
  }
}

function regexOf(text: string): RegExp {
  try {
    return new RegExp(text, 'u')
  } catch (error) {
    throw new RangeError(`expected a regular expression: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
