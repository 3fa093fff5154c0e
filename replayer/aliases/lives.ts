import type { Micros } from '../../journal/entry.ts'
import { kindFromBehind, kindOf, type Alias } from './alias.ts'
import type { Maker } from './makers.ts'
import { IdSet } from '../id-set.ts'
import { Recent } from './recent.ts'
import type { AliasStore } from './store.ts'
import { strengthOf } from '../../aliases/strength.ts'

// A thing that was recorded in the first life of a backend as A was called B by the restore before the
// second life, so that whatever was recorded in that one says B. The restore of now calls it C, and has
// learned that A became C: what it must know besides is that B, in the second life, was A.

/** What was recorded behind an entry of this id has the values that a run gave. */
export interface Restored {
  run: number
  upTo: number
  /** What had been answered by then is not sent by it: the backend had it. */
  behind?: Micros
}

/** An entry, and the moment at which its values are asked for. */
export interface Asking {
  id: number
  at: number
}

/** What earlier restores gave, as far as requests that are sent use it. None is forgotten but by turns. */
export class Lives {
  readonly #restored: readonly Restored[]
  readonly #byNew = new Recent<Given[]>()
  /** By a life and what was recorded: what the restore before that life made of it, the oldest first. */
  readonly #became = new Recent<Alias[]>()
  /** By life: producers of which the restore before it was asked whether it sent them, and those that it did not. */
  readonly #asked = new Map<number, IdSet>()
  readonly #absent = new Map<number, IdSet>()
  #hasSmall = false

  /** `restored`: oldest first. */
  constructor(restored: readonly Restored[]) {
    this.#restored = restored
  }

  /** How many restores were before an entry: in which life of the backend it was recorded. */
  of(entry: number): number {
    let life = this.#restored.length
    while (life > 0 && this.#restored[life - 1]!.upTo >= entry) life -= 1
    return life
  }

  /** The run that gave the values of a life; of the first one there is none. */
  runOf(life: number): number {
    return this.#restored[life - 1]!.run
  }

  /** Whether what an entry made is there in a later life only if the restore before that one sent it. */
  isUpTo(life: number, { id, at }: Maker): boolean {
    const { upTo, behind = 0 } = this.#restored[life - 1]!
    return id <= upTo && at > behind
  }

  get isEmpty(): boolean {
    return this.#byNew.isEmpty
  }

  /** Values that were added since the last turn. */
  get fresh(): number {
    return this.#byNew.fresh + this.#became.fresh
  }

  /** Forgets what was not added again for two turns. */
  turn(): void {
    this.#byNew.turn()
    this.#became.turn()
  }

  /** Whether a small one was among them: only they come back the same for something else. */
  get hasSmall(): boolean {
    return this.#hasSmall
  }

  has(value: string): boolean {
    return this.#byNew.has(value)
  }

  /** Takes an alias that the restore before a life kept, in the order in which it learned them. */
  add(life: number, alias: Alias): void {
    const list = this.#byNew.get(alias.new) ?? []
    if (strengthOf(alias.new) !== 'strong') this.#hasSmall = true
    const seen = seenFromBehind(alias)
    const kind = kindOf(seen)
    const others = list.filter((one) => one.life !== life || kindOf(one.seen) !== kind)
    this.#byNew.set(alias.new, [...others, { life, alias, seen }])
  }

  /** Takes all of recorded values that are used in that life: there they may mean something else, or nothing. */
  take(life: number, taken: readonly Alias[]): void {
    const found = new Map<string, Alias[]>()
    for (const alias of taken.toSorted((a, b) => a.since - b.since)) {
      const key = `${life} ${alias.old}`
      found.set(key, [...(found.get(key) ?? []), alias])
    }
    for (const [key, became] of found) this.#became.set(key, became)
  }

  /** Of some producers those that nobody was asked for yet in that life; from now on they are. */
  unasked(life: number, producers: readonly number[]): number[] {
    const asked = ofLife(this.#asked, life)
    const found = producers.filter((id) => !asked.has(id))
    for (const id of found) asked.add(id)
    return found
  }

  /** Takes producers that the restore before a life did not send: what they made is not there in that life. */
  miss(life: number, producers: Iterable<number>): void {
    for (const producer of producers) ofLife(this.#absent, life).add(producer)
  }

  #isAbsent(life: number, producer: number): boolean {
    return this.#absent.get(life)?.has(producer) === true
  }

  /** Of the aliases of a recorded value those that it has in a life. */
  amongThose(old: string, life: number): ((alias: Alias) => boolean) | undefined {
    const became = this.#became.isEmpty ? undefined : this.#became.get(`${life} ${old}`)
    if (became === undefined && this.#absent.size === 0) return undefined
    const isStrong = strengthOf(old) === 'strong'
    return (alias) => {
      if (this.of(alias.producer) >= life) return true
      // Of a value that says enough by itself no other thing can be meant.
      const isThere = isStrong || !this.#isAbsent(life, alias.producer)
      return isThere && (became === undefined || !isMoved(alias, became))
    }
  }

  /** What the values were recorded as that a value was given for. */
  recordedOf(value: string): string[] {
    return (this.#byNew.get(value) ?? []).map(({ alias }) => alias.old)
  }

  /** What a value of a life was given for, as aliases of now; without a life: of any. */
  aliasesOf(value: string, life: number | null, store: Pick<AliasStore, 'heldAt'>): Alias[] {
    const list = this.#byNew.get(value) ?? []
    return list
      .filter((one) => life === null || one.life === life)
      .map((one) => ({ ...one.seen, ...this.#nowOf(one, store) }))
  }

  /**
   * What the recorded value became; itself where the answer of now has it as it was. Of an echo nothing is
   * learned, nor of what may be one by chance: it is what its request meant, that may have named it otherwise,
   * or what else that restore gave the same value for, under the same noun.
   */
  #nowOf(
    { life, alias }: Given,
    store: Pick<AliasStore, 'heldAt'>,
  ): Pick<Alias, 'new' | 'becomes'> {
    const { old, since, producer, becomes } = alias
    const kind = kindOf(alias)
    const own = store.heldAt(old, since)
    const its = this.of(producer)
    const held = heldIn(old, { id: producer, at: since }, { store, lives: this }) ?? []
    const then = held.filter((one) => one.since <= since)
    const now =
      own?.find((one) => one.producer === producer && kindOf(one) === kind) ??
      then.find((one) => kindOf(one) === kind) ??
      then.findLast((one) => isOfTheSame(one, alias)) ??
      then.findLast((one) => isNamesake(one, alias) && this.#gave(life, alias.new, one, its)) ??
      (strengthOf(old) === 'strong' ? then.at(-1) : undefined)
    return { new: now?.new ?? old, becomes: respelt(becomes, now?.becomes ?? 'same') }
  }

  /** Whether the restore before a life gave a value to what an alias of an earlier life (`its`) is of, or left it that. */
  #gave(life: number, value: string, alias: Alias, its: number): boolean {
    const { producer, old } = alias
    const isIts = (one: Alias) => one.producer === producer && isNamesake(one, alias)
    const givenIn = (of: number, name: string) =>
      this.#byNew.get(name)?.find((one) => one.life === of && isIts(one.alias))
    if (givenIn(life, value) !== undefined) return true
    const recorded = givenIn(its, old)?.alias.old ?? old
    if (recorded !== value || this.#isAbsent(life, producer)) return false
    return this.#became.get(`${life} ${value}`)?.some(isIts) !== true
  }
}

interface Given {
  life: number
  /** As the restore kept it. */
  alias: Alias
  /** With the value that came for the recorded one, in the words of that life. */
  seen: Alias
}

/** Whether a restore gave another value, or another parent, to what an alias of now is of. */
function isMoved(alias: Alias, became: readonly Alias[]): boolean {
  const kind = kindOf(alias)
  const then = became.findLast((one) => one.since <= alias.since && kindOf(one) === kind)
  return then !== undefined && (then.new !== then.old || kindFromBehind(then) !== kind)
}

function seenFromBehind(alias: Alias): Alias {
  const { renamed, ...rest } = alias
  return { ...rest, old: alias.new, ...renamed }
}

/** Whether it says of a value what an alias says, under another name: `groupId` of one that `/groups` made. */
function isOfTheSame(one: Alias, other: Alias): boolean {
  const isOpen = one.meaning.under === '' || other.meaning.under === ''
  return isOpen && isNamesake(one, other)
}

function isNamesake({ meaning: one }: Alias, { meaning: other }: Alias): boolean {
  return one.noun !== '' && one.noun === other.noun && one.key === other.key
}

/** Both say how a value is spelt that was recorded in one of two ways. */
function respelt(before: Alias['becomes'], now: Alias['becomes']): Alias['becomes'] {
  if (before === 'same') return now
  if (now !== 'same') return 'same'
  return before === 'number' ? 'string' : 'number'
}

/**
 * The aliases that a value has in an entry: of each kind the newest, be it recorded or given by a restore.
 * The newest last: of two things that are called the same it is that one.
 */
export function heldIn(
  value: string,
  { id, at }: Asking,
  { store, lives }: { store: Pick<AliasStore, 'heldAt'>; lives: Lives },
): readonly Alias[] | undefined {
  const life = lives.of(id)
  const own = store.heldAt(value, at, lives.amongThose(value, life))
  if (!lives.has(value)) return own
  const given = lives.aliasesOf(value, life, store)
  if (given.length === 0 || own === undefined) return given.length === 0 ? own : given
  // What was made behind it and has that value too, by then, has it from it.
  const isNewer = (one: Alias, other: Alias) =>
    one.since <= at && one.since > other.since && kindOf(one) === kindOf(other)
  const left = given.filter((one) => !own.some((other) => isNewer(other, one)))
  const kinds = new Set(left.map(kindOf))
  const all = [...own.filter((one) => !kinds.has(kindOf(one))), ...left]
  const heldSince = ({ since }: Alias) => (since <= at ? since : 0)
  return all.sort((a, b) => heldSince(a) - heldSince(b))
}

function ofLife(sets: Map<number, IdSet>, life: number): IdSet {
  const set = sets.get(life) ?? new IdSet()
  sets.set(life, set)
  return set
}
