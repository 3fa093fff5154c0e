import type { Micros } from '../../journal/entry.ts'
import { kindOf, type Alias } from './alias.ts'
import { strengthOf } from '../../aliases/strength.ts'
import { ownText } from './own-text.ts'
import { Recent } from './recent.ts'
import { ValueSet } from './value-set.ts'

/**
 * Of one kind so many: a value that was given again stands for the older thing in a request that had
 * arrived before, and such a request may be sent after it was given again.
 */
const GENERATIONS = 8

/**
 * Aliases by their old value. Of one value there may be several, of different kinds or of different times, the
 * newest last. None is forgotten but by turns.
 */
export class AliasStore {
  readonly #byOld = new Recent<Alias[]>()
  readonly #gone = new ValueSet()
  /** New values that are small: another thing may have had one before. */
  readonly #given = new ValueSet()
  #hasSmall = false

  get isEmpty(): boolean {
    return this.#byOld.isEmpty
  }

  /** Values whose aliases were added or in use since the last turn. */
  get fresh(): number {
    return this.#byOld.fresh
  }

  /** Whether there was one of a small value: only they come back the same for something else. */
  get hasSmall(): boolean {
    return this.#hasSmall
  }

  has(old: string): boolean {
    return this.#byOld.has(old)
  }

  /** Says that a value is in use; answers whether its aliases may have been forgotten. */
  keep(old: string): 'known' | 'forgotten' {
    return this.#byOld.keep(old) || !this.#gone.has(old) ? 'known' : 'forgotten'
  }

  /** Forgets what was not in use for two turns. */
  turn(): void {
    for (const old of this.#byOld.turn()) this.#gone.add(old)
  }

  /** Whether a small value came for another one. */
  gave(value: string): boolean {
    return this.#given.has(value)
  }

  get(old: string): readonly Alias[] | undefined {
    return this.#byOld.get(old)
  }

  /**
   * Those that held at a moment of the recording: of each kind the newest by then, or else the first.
   * `among`: only these count.
   */
  heldAt(
    old: string,
    moment: Micros,
    among?: (alias: Alias) => boolean,
  ): readonly Alias[] | undefined {
    const all = this.get(old)
    const list = among === undefined ? all : all?.filter(among)
    if (list === undefined || list.length === 1) return list
    const held = new Map<string, Alias>()
    for (const alias of list) {
      const kind = kindOf(alias)
      if (alias.since > moment && held.has(kind)) continue
      held.delete(kind)
      held.set(kind, alias)
    }
    return [...held.values()]
  }

  add(alias: Alias): void {
    const own = { ...alias, old: ownText(alias.old), new: ownText(alias.new) }
    if (strengthOf(own.new) !== 'strong') this.#given.add(own.new)
    if (strengthOf(own.old) !== 'strong') this.#hasSmall = true
    const before = this.#byOld.get(own.old)
    this.#byOld.set(own.old, before === undefined ? [own] : withAdded(own, before))
  }
}

function withAdded(alias: Alias, before: readonly Alias[]): Alias[] {
  const replaced = replacedBy(alias, before)
  const others = before.filter((one) => one !== replaced)
  return [...others, alias].sort((a, b) => a.since - b.since)
}

/** What was learned of the same answer, or the oldest of too many. */
function replacedBy(alias: Alias, before: readonly Alias[]): Alias | undefined {
  const kind = kindOf(alias)
  const ofKind = before.filter((one) => kindOf(one) === kind)
  const same = ofKind.find(({ since }) => since === alias.since)
  return same ?? (ofKind.length === GENERATIONS ? ofKind[0] : undefined)
}
