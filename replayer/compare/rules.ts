import { secretNames, SECRET_NAMES, type SecretNames } from '../../journal/masking/names.ts'
import { SECRET_FIELDS } from '../../journal/secrets.ts'
import { SHAPES, type Shape } from './difference.ts'
import { noiseOf, type AskedOf, type Noise, type NoiseRule, type Scope } from './noise-rule.ts'
import type { PointerPattern } from './pointer-pattern.ts'

/** What is compared of an answer, and what in it is noise. */
export interface CompareRules {
  /** Fields of the head that are compared, in lower case. The status always is. */
  headers: readonly string[]
  bodies: 'compared' | 'left'
  noise: readonly Noise[]
  /** Arrays of JSON whose items come in any order. */
  unordered: readonly { place: PointerPattern; isOn: Scope }[]
  /** Shapes that count as noise. */
  shapes: ReadonlySet<Shape>
  /** Fields whose values must not be shown in differences, in lower case. */
  secrets: readonly string[]
  /** The same of members of JSON, fields of forms and parameters. */
  names: SecretNames
}

/**
 * The fields by which a client acts: what the body is, where things are, what is allowed. Not ETag and
 * Set-Cookie, which are generated, nor caching, server names and request ids.
 */
export const COMPARED_HEADERS: readonly string[] = [
  'content-type',
  'content-language',
  'content-disposition',
  'content-range',
  'location',
  'content-location',
  'link',
  'allow',
  'accept-patch',
  'accept-post',
  'www-authenticate',
  'preference-applied',
]

export const DEFAULT_RULES: CompareRules = {
  headers: COMPARED_HEADERS,
  bodies: 'compared',
  noise: [],
  unordered: [],
  shapes: new Set(SHAPES),
  secrets: SECRET_FIELDS,
  names: secretNames(SECRET_NAMES),
}

/** Nothing but the status. */
export const STATUS_ONLY: CompareRules = { ...DEFAULT_RULES, headers: [], bodies: 'left' }

/** The rules of one answer: those that are about its request. */
export function rulesFor(rules: CompareRules, asked: AskedOf): CompareRules {
  const { noise, unordered } = rules
  if (noise.length === 0 && unordered.length === 0) return rules
  const isHere = ({ isOn }: { isOn: Scope }) => isOn(asked)
  return { ...rules, noise: noise.filter(isHere), unordered: unordered.filter(isHere) }
}

/** With what was learned. Throws a RangeError for a rule that cannot be read. */
export function withLearned(rules: CompareRules, learned: readonly NoiseRule[]): CompareRules {
  return { ...rules, noise: [...rules.noise, ...learned.map((rule) => noiseOf(rule, 'learned'))] }
}
