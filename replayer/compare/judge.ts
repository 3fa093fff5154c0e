import type { SecretNames } from '../../journal/masking/names.ts'
import type { Explanation } from './difference.ts'
import { NoiseHere } from './noise-rule.ts'
import type { CompareRules } from './rules.ts'
import { HTTP_TIME, ISO_TIME, sharedShape, type Clock } from './shapes.ts'

/**
 * Whether another value at a place (`header location`, `body /a/0/id`, `body line 3`) is only the new
 * name of a generated one. The values may be part of what stands there.
 */
export type Explains = (place: string, recorded: string, now: string) => 'alias' | null

/** Where a value stands. */
export interface Place {
  where: string
  /** The name that it is the value of; empty where it has none. */
  key: string
}

/** Says why two different values are no difference, or null. */
export class Judge {
  readonly #explains: Explains
  readonly #rules: CompareRules
  readonly #clock: Clock
  readonly #hidden: SecretNames | null
  readonly noise: NoiseHere

  /** `rules` are those of the one answer; `hidden`: what is called so may be a mask in the recorded one. */
  constructor(
    rules: CompareRules,
    explains: Explains,
    clock: Clock,
    hidden: SecretNames | null = null,
  ) {
    this.#hidden = hidden
    this.#explains = explains
    this.#rules = rules
    this.#clock = clock
    this.noise = new NoiseHere(rules.noise)
  }

  /** Whether masks stand in the recorded answer. */
  get mayHide(): boolean {
    return this.#hidden !== null
  }

  /** Of a secret whose recorded value is not known, whatever came. */
  ofHidden(where: string): 'withheld' | null {
    return this.#hidden?.isIn(where) === true ? 'withheld' : null
  }

  /** Of texts, which may be explained part by part. */
  ofTexts(place: Place, recorded: string, came: string): Explanation | null {
    return this.ofWholes(place, recorded, came) ?? this.#ofParts(place, recorded, came)
  }

  /** Of values that have no parts, and of texts as a whole. */
  ofWholes(place: Place, recorded: string, came: string): Explanation | null {
    return (
      this.#explains(place.where, recorded, came) ??
      this.noise.ofValues(recorded, came) ??
      this.#ofShape(place, recorded, came)
    )
  }

  /** Whether a name is the new one of a generated one. */
  ofNames(where: string, recorded: string, came: string): 'alias' | null {
    return this.#explains(where, recorded, came)
  }

  /** Of what stands within a text no rule speaks, nor is it what the text is named. */
  #ofPart({ where }: Place, recorded: string, came: string): Explanation | null {
    return (
      this.#explains(where, recorded, came) ?? this.#ofShape({ where, key: '' }, recorded, came)
    )
  }

  #ofShape({ key }: Place, recorded: string, came: string): Explanation | null {
    const shape = sharedShape(key, recorded, came, this.#clock)
    return shape !== null && this.#rules.shapes.has(shape) ? shape : null
  }

  #ofParts(place: Place, recorded: string, came: string): Explanation | null {
    if (recorded.length > LONGEST || came.length > LONGEST) return null
    const isTimed = DATED.test(recorded) && DATED.test(came)
    const large = differingParts(recorded, came, isTimed ? TIMED : LARGE)
    const pairs = large ?? differingParts(recorded, came, SMALL)
    if (pairs === null) return null
    let found: Explanation | null = null
    for (const [then, now] of pairs) {
      const isWhole = then === recorded
      const why =
        (isWhole ? null : this.#ofPart(place, then, now)) ?? this.#ofSmall(place, then, now)
      if (why === null) return null
      found = found === 'alias' ? found : why
    }
    return found
  }

  #ofSmall(place: Place, recorded: string, came: string): Explanation | null {
    const pairs = differingParts(recorded, came, SMALL)
    if (pairs === null || (pairs.length === 1 && pairs[0]![0] === recorded)) return null
    const whys = pairs.map(([then, now]) => this.#ofPart(place, then, now))
    return whys.includes(null) ? null : (whys.find((why) => why === 'alias') ?? whys[0] ?? null)
  }
}

const LONGEST = 20_000

/** Tokens with the marks that stand within them, and single other characters. */
const LARGE = /[\p{L}\p{N}_.~+=%-]+|[^]/gu
/** And times, which are looked for at every character: only where there may be some. */
const TIMED = new RegExp(`${ISO_TIME}|${HTTP_TIME}|${LARGE.source}`, 'gu')
const DATED = /\d\d:\d\d|\d{4}-\d\d-\d\d/
const SMALL = /[\p{L}\p{N}]+|[^]/gu

/** The parts that differ where all that stands between parts is the same; null where it is not. */
function differingParts(
  recorded: string,
  came: string,
  parts: RegExp,
): [recorded: string, came: string][] | null {
  const then = recorded.match(parts) ?? []
  const now = came.match(parts) ?? []
  if (then.length !== now.length) return null
  const pairs: [string, string][] = []
  for (const [i, part] of then.entries()) {
    const other = now[i]!
    if (part === other) continue
    if (!isWord(part) || !isWord(other)) return null
    pairs.push([part, other])
  }
  return pairs
}

function isWord(part: string): boolean {
  return /[\p{L}\p{N}]/u.test(part)
}
