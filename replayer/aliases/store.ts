import { kindOf, type Alias } from './alias.ts'
import { strengthOf } from './strength.ts'

/**
 * Aliases by their old value, at most so many; which was not asked for the longest goes first. Of one
 * value there may be several of different kinds, the newest last.
 */
export class AliasStore {
  readonly #limit: number
  readonly #byOld = new Map<string, Alias[]>()
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

  get(old: string): readonly Alias[] | undefined {
    const list = this.#byOld.get(old)
    if (list === undefined) return undefined
    if (this.#size * 2 > this.#limit) {
      this.#byOld.delete(old)
      this.#byOld.set(old, list)
    }
    return list
  }

  add(alias: Alias): void {
    const { old } = alias
    const kind = kindOf(alias)
    const before = this.#byOld.get(old) ?? []
    const others = before.filter((one) => kindOf(one) !== kind)
    this.#byOld.delete(old)
    this.#byOld.set(old, [...others, alias])
    const added = others.length + 1 - before.length
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
