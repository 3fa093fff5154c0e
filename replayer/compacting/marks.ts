import type { Micros } from '../../journal/entry.ts'
import type { CompactRule, ReplaceRule, ResourceRule } from './rules.ts'

// What later requests say of earlier ones, while the recording is gone through from its end. At most so
// many of a kind are held: the one that was set first goes first, and nothing more is left out because of it.

/** A request that supersedes others. */
export interface Superseder {
  id: number
  arrivedAt: Micros
  clock: string
}

interface Mark<R extends CompactRule> {
  key: string
  rule: R
  by: Superseder
  /** Of what it is about. */
  path: string
  /** How that may be called elsewhere. */
  names: readonly string[]
}

/** Earlier requests of its kind make no difference, as long as nothing that is kept speaks of it between. */
export type ReplaceMark = Mark<ReplaceRule>

/** A request of a cancelled resource that is kept if what made the resource is, and left out with it. */
export interface Held {
  id: number
  uses: readonly string[]
}

/** A resource is gone: so may all be that was sent to it, back to what made it. */
export interface CancelMark extends Mark<ResourceRule> {
  held: Held[]
  /** What may have made it, if nothing earlier did: it was put there. */
  first: Held | null
}

/** The resources of a kind are gone. */
export interface ClearMark {
  key: string
  rule: ResourceRule
  by: Superseder
  /** Paths and names that something which is kept speaks of, before they are gone. */
  spoken: Set<string>
  /** Whether something of the kind is kept, before they are gone. */
  isNeeded: boolean
}

/** Marks by their keys, by what they are called, and by their paths. */
export class Marks<M extends ReplaceMark | CancelMark> {
  readonly #byKey = new Map<string, M>()
  readonly #byWord = new Map<string, Set<M>>()
  readonly #most: number

  constructor(most = MOST) {
    this.#most = most
  }

  get(key: string): M | undefined {
    return this.#byKey.get(key)
  }

  /** Those that are about a path, or go by a name. */
  of(word: string): readonly M[] {
    const found = this.#byWord.get(word)
    return found === undefined ? [] : [...found]
  }

  all(): readonly M[] {
    return [...this.#byKey.values()]
  }

  /** Answers the mark that had to go for it. */
  set(mark: M): M | null {
    this.delete(mark.key)
    this.#byKey.set(mark.key, mark)
    for (const word of wordsOf(mark)) {
      const others = this.#byWord.get(word) ?? new Set()
      this.#byWord.set(word, others.add(mark))
    }
    if (this.#byKey.size <= this.#most) return null
    const [oldest] = this.#byKey.values()
    this.delete(oldest!.key)
    return oldest!
  }

  delete(key: string): void {
    const mark = this.#byKey.get(key)
    if (mark === undefined) return
    this.#byKey.delete(key)
    for (const word of wordsOf(mark)) {
      const others = this.#byWord.get(word)!
      others.delete(mark)
      if (others.size === 0) this.#byWord.delete(word)
    }
  }
}

function wordsOf({ path, names }: ReplaceMark | CancelMark): string[] {
  return [path, ...names]
}

const MOST = 200_000
