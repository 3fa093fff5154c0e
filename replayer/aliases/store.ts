import type { Micros } from '../../journal/entry.ts'
import { kindOf, type Alias } from './alias.ts'
import { strengthOf } from '../../aliases/strength.ts'

/**
 * Of one kind so many: a value that was given again stands for the older thing in a request that had
 * arrived before, and such a request may be sent after it was given again.
 */
const GENERATIONS = 8

/**
 * Aliases by their old value, at most so many; which was not asked for the longest goes first. Of one
 * value there may be several, of different kinds or of different times, the newest last.
 */
export class AliasStore {
  readonly #limit: number
  readonly #byOld = new Map<string, Alias[]>()
  /** New values that are small: another thing may have had one before. */
  readonly #given = new Set<string>()
  #size = 0
  #weak = 0
  #gone: 'none' | 'some' = 'none'

  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#size
  }

  /** Those of small values: only they come back the same for something else. */
  get weak(): number {
    return this.#weak
  }

  /** Whether any had to go. */
  get gone(): 'none' | 'some' {
    return this.#gone
  }

  has(old: string): boolean {
    return this.#byOld.has(old)
  }

  /** Whether a small value came for another one. */
  gave(value: string): boolean {
    return this.#given.has(value)
  }

  get(old: string): readonly Alias[] | undefined {
    const list = this.#byOld.get(old)
    if (list === undefined) return undefined
    if (this.#size * 2 > this.#limit) {
      this.#byOld.delete(old)
      this.#byOld.set(old, list)
    }
    return list
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
    const { old } = alias
    if (strengthOf(alias.new) !== 'strong') this.#given.add(alias.new)
    if (this.#given.size > this.#limit) this.#given.delete(this.#given.values().next().value!)
    const before = this.#byOld.get(old)
    const now = before === undefined ? [alias] : withAdded(alias, before)
    if (before !== undefined) this.#byOld.delete(old)
    this.#byOld.set(old, now)
    const added = now.length - (before?.length ?? 0)
    this.#size += added
    if (strengthOf(old) !== 'strong') this.#weak += added
    while (this.#size > this.#limit && this.#byOld.size > 1) this.#forget()
  }

  #forget(): void {
    const [old, list] = this.#byOld.entries().next().value!
    this.#byOld.delete(old)
    this.#size -= list.length
    if (strengthOf(old) !== 'strong') this.#weak -= list.length
    this.#gone = 'some'
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
