import { Problem } from '../../journal/problem.ts'
import { SHAPES, type Shape } from './difference.ts'
import { NOISE_PLACES, noiseOf, parseScope, type Noise, type NoiseRule } from './noise-rule.ts'
import { parsePointerPattern } from './pointer-pattern.ts'
import { COMPARED_HEADERS, DEFAULT_RULES, type CompareRules } from './rules.ts'

// Rules as they stand in a file:
//
//   headers: [Content-Type, Location]   # instead of the usual ones
//   more-headers: [ETag]                # besides them
//   bodies: compared                    # or: left
//   shapes: [time, duration, age, id]   # values that count as noise when both look so; [] for none
//   unordered:                          # arrays whose items come in any order
//     - /items
//     - { on: GET /api/things, pointer: /tags }
//   ignore:
//     - { header: X-Node }
//     - { on: /api/*, pointer: /items/*/updatedAt }
//     - { value: '^tmp-' }
//     - { on: GET /status, line: '^load average' }
//     - { on: /report.pdf, body: all }

/**
 * Reads rules of plain values, as YAML or JSON give them; undefined and null are the usual ones.
 * Throws one Problem that names everything wrong. `before` goes before the
 * name of each rule: the file and a colon, or the setting and a dot.
 */
export function parseCompareRules(value: unknown, before = 'compare.'): CompareRules {
  const wrong: string[] = []
  const given = membersOf(value, before, KNOWN, wrong)
  const headers = lists(given['headers'], `${before}headers`, parseHeader, wrong)
  const more = lists(given['more-headers'], `${before}more-headers`, parseHeader, wrong) ?? []
  const shapes = lists(given['shapes'], `${before}shapes`, parseShape, wrong)
  const rules: CompareRules = {
    ...DEFAULT_RULES,
    headers: [...new Set([...(headers ?? COMPARED_HEADERS), ...more])],
    bodies: attempt(given['bodies'], `${before}bodies`, parseBodies, wrong) ?? 'compared',
    noise: parseNoiseList(given['ignore'], `${before}ignore`, 'ignored', wrong),
    unordered: lists(given['unordered'], `${before}unordered`, parseUnordered, wrong) ?? [],
    shapes: shapes === undefined ? DEFAULT_RULES.shapes : new Set(shapes),
  }
  if (wrong.length > 0) throw wrongRules(wrong)
  return rules
}

/**
 * Reads what noiseFile gave. Throws one Problem that names everything wrong. `before` as above.
 */
export function parseLearned(value: unknown, before = ''): NoiseRule[] {
  const wrong: string[] = []
  const { noise } = membersOf(value, before, ['noise'], wrong)
  const rules = parseNoiseList(noise, `${before}noise`, 'learned', wrong)
  if (wrong.length > 0) throw wrongRules(wrong)
  return rules.map(({ rule }) => rule)
}

/** Rules that were learned, as plain values to be kept as YAML or JSON. */
export function noiseFile(rules: readonly NoiseRule[]): { noise: readonly NoiseRule[] } {
  return { noise: rules }
}

const KNOWN = ['headers', 'more-headers', 'bodies', 'shapes', 'unordered', 'ignore'] as const

function parseNoiseList(
  value: unknown,
  name: string,
  why: Noise['why'],
  wrong: string[],
): readonly Noise[] {
  return lists(value, name, (one) => noiseOf(parseNoiseRule(one), why), wrong) ?? []
}

function parseNoiseRule(value: unknown): NoiseRule {
  const rule = isPlain(value) ? value : {}
  const unknown = Object.keys(rule).find((key) => key !== 'on' && !isPlace(key))
  const places = NOISE_PLACES.filter((place) => place in rule)
  const [place] = places
  if (unknown !== undefined || places.length !== 1 || place === undefined) {
    throw new RangeError(`expected one of ${NOISE_PLACES.join(', ')}, and on, got ${said(value)}`)
  }
  const where = textOf(rule[place], place)
  if (place === 'body' && where !== 'all') throw new RangeError(`body: expected all, got ${where}`)
  if (place === 'header') parseHeader(where)
  const on = 'on' in rule ? { on: textOf(rule['on'], 'on') } : {}
  return { ...on, [place]: where } as NoiseRule
}

function isPlace(key: string): boolean {
  return NOISE_PLACES.some((place) => place === key)
}

function parseUnordered(value: unknown): CompareRules['unordered'][number] {
  if (typeof value === 'string') return { place: parsePointerPattern(value), isOn: () => true }
  if (!isPlain(value) || Object.keys(value).some((key) => key !== 'on' && key !== 'pointer')) {
    throw new RangeError(`expected a JSON pointer, or pointer and on, got ${said(value)}`)
  }
  return {
    place: parsePointerPattern(textOf(value['pointer'], 'pointer')),
    isOn: parseScope('on' in value ? textOf(value['on'], 'on') : undefined),
  }
}

function parseHeader(value: unknown): string {
  if (typeof value === 'string' && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value)) {
    return value.toLowerCase()
  }
  throw new RangeError(`expected the name of a field such as ETag, got ${said(value)}`)
}

function parseShape(value: unknown): Shape {
  const shape = SHAPES.find((one) => one === value)
  if (shape === undefined) {
    throw new RangeError(`expected one of ${SHAPES.join(', ')}, got ${said(value)}`)
  }
  return shape
}

function parseBodies(value: unknown): CompareRules['bodies'] {
  if (value === 'compared' || value === 'left') return value
  throw new RangeError(`expected compared or left, got ${said(value)}`)
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw new RangeError(`${name}: expected a text, got ${said(value)}`)
}

/** The members of a map; others than the known ones are wrong. */
function membersOf(
  value: unknown,
  before: string,
  known: readonly string[],
  wrong: string[],
): Record<string, unknown> {
  if (value === undefined || value === null) return {}
  if (!isPlain(value)) {
    wrong.push(
      `${before.replace(/[.: ]+$/, '') || 'the whole'}: expected a map of ${known.join(', ')}, got ${said(value)}`,
    )
    return {}
  }
  for (const key of Object.keys(value).filter((key) => !known.includes(key))) {
    wrong.push(`${before}${key}: there is no such rule; expected one of ${known.join(', ')}`)
  }
  return value
}

/** Each item by itself, so that every wrong one is named. */
function lists<T>(
  value: unknown,
  name: string,
  parse: (item: unknown) => T,
  wrong: string[],
): readonly T[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value)) {
    wrong.push(`${name}: expected a list, got ${said(value)}`)
    return undefined
  }
  return value.flatMap((item, i) => {
    const parsed = attempt(item, `${name}[${i}]`, parse, wrong)
    return parsed === undefined ? [] : [parsed]
  })
}

function attempt<T>(
  value: unknown,
  name: string,
  parse: (value: unknown) => T,
  wrong: string[],
): T | undefined {
  if (value === undefined) return undefined
  try {
    return parse(value)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    wrong.push(`${name}: ${error.message}`)
    return undefined
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function said(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100)
}

function wrongRules(wrong: readonly string[]): Problem {
  const [first = ''] = wrong
  const text =
    wrong.length === 1
      ? first
      : `${wrong.length} rules are wrong\n${wrong.map((one) => `  ${one}`).join('\n')}`
  return new Problem('settings_invalid', text, {
    source: 'user',
    hint: 'the rules of the comparison are described in `reprise state --help`',
  })
}
