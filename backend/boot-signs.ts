import {
  CHANGED,
  FACTORY,
  isSameBoot,
  readBoot,
  type BootSign,
  type ShownBoot,
} from './boot-sign.ts'

// Several signs of one backend: each tells by itself that its life is another one. What one sign alone shows
// is written as it is; what several show, as JSON by what each of them is. So an epoch that was noted with
// one of them can be held against what is seen with others: by those that both have.

/** None of them twice. */
export type BootSigns = readonly BootSign[]

type Means = BootSign['means']

/** What was seen: of all signs, or only of some (`why`: what of the others). */
export interface ShownLife {
  /** Null: nothing was. */
  boot: string | null
  /** In seconds; null: no sign is one. */
  uptime: number | null
  why: string | null
}

/** `shown`: the answer to each target. */
export function readLife(
  signs: BootSigns,
  shown: (target: string) => ShownBoot | { why: string },
): ShownLife {
  const parts = new Map<Means, string>()
  let uptime: number | null = null
  let why: string | null = null
  for (const sign of signs) {
    const answer = shown(sign.target)
    const read = 'why' in answer ? answer : readBoot(sign, answer)
    if ('why' in read) why ??= read.why
    else {
      parts.set(sign.means, read.boot)
      uptime = read.uptime ?? uptime
    }
  }
  return { boot: parts.size === 0 ? null : written(signs, parts), uptime, why }
}

/** Whether what is seen now may be of the life of which the former was seen. */
export function isSameLife(signs: BootSigns, one: string, other: string): boolean {
  return differing(signs, one, other).length === 0
}

/** What tells that it is another life, for people. */
export function lossWords(signs: BootSigns, one: string, other: string): string {
  const [means] = differing(signs, one, other)
  if (means === 'factory') return 'it has the state of the factory'
  return means === 'uptime' ? 'it was started later' : 'another boot id'
}

/** Whether the same life shows itself otherwise than it was noted: with state by now, or by other signs. */
export function isNamedAnew(signs: BootSigns, one: string, other: string): boolean {
  const [before, now] = [partsOf(signs, one), partsOf(signs, other)]
  if ([...now.keys()].some((means) => !before.has(means))) return true
  return now.has('factory') && before.get('factory') !== now.get('factory')
}

/** Whether something tells it that is another one after each boot, whatever state it has. */
export function tellsBoot(signs: BootSigns): boolean {
  return signs.some(({ means }) => means !== 'factory')
}

/** Whether it shows that it has no state. */
export function hasNoState(signs: BootSigns, boot: string): boolean {
  return partsOf(signs, boot).get('factory') === FACTORY
}

function differing(signs: BootSigns, one: string, other: string): Means[] {
  const [before, now] = [partsOf(signs, one), partsOf(signs, other)]
  return signs.flatMap((sign) => {
    const [was, is] = [before.get(sign.means), now.get(sign.means)]
    const isSame = was === undefined || is === undefined || isSameBoot(sign, was, is)
    return isSame ? [] : [sign.means]
  })
}

function written(signs: BootSigns, parts: ReadonlyMap<Means, string>): string {
  return signs.length === 1 ? [...parts.values()][0]! : JSON.stringify(Object.fromEntries(parts))
}

function partsOf(signs: BootSigns, text: string): Map<string, string> {
  const several = severalOf(text)
  if (several !== null) return several
  const means = meansOf(signs, text)
  return means === null ? new Map() : new Map([[means, text]])
}

function severalOf(text: string): Map<string, string> | null {
  if (!/^\{"(?:id|uptime|factory)":"/.test(text)) return null
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, string>))
  } catch {
    // An id that looks like it.
    return null
  }
}

/** Of which sign a text is that stands alone; null: of one that is not asked any more. */
function meansOf(signs: BootSigns, text: string): Means | null {
  const has = (means: Means) => signs.some((sign) => sign.means === means)
  if (text === FACTORY || text === CHANGED) return has('factory') ? 'factory' : null
  if (has('uptime') && IS_MOMENT.test(text)) return 'uptime'
  return has('id') ? 'id' : null
}

const IS_MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

/** Seconds of an uptime beyond which the moment of the boot tells enough; see TOLERANCE of `boot-sign.ts`. */
const YOUNG = 4

/**
 * An uptime that went back: of a backend that was started twice in a moment, whose boots are too close to
 * each other to be told apart.
 */
export class Uptimes {
  #last: { of: unknown; uptime: number; at: number } | null = null
  #isOver = false

  /**
   * Whether it is lower than the same life had shown before, now or ever. `of`: what is taken for one life;
   * `askedAt` and `at` of `performance.now()`.
   */
  wentBack(of: unknown, uptime: number | null, askedAt: number, at: number): boolean {
    if (this.#last?.of !== of) {
      this.#last = null
      this.#isOver = false
    }
    if (uptime === null) return this.#isOver
    const last = this.#last
    // Of two answers on their way at once nobody knows which was made first.
    const isBefore = last !== null && last.at <= askedAt && last.uptime <= YOUNG
    if (isBefore && uptime < last.uptime) this.#isOver = true
    if (!this.#isOver && (last === null || last.at <= at)) this.#last = { of, uptime, at }
    return this.#isOver
  }
}
