import { kindOf, type Alias } from './alias.ts'
import type { AliasStore } from './store.ts'
import { strengthOf } from '../../aliases/strength.ts'

// A thing that was recorded in the first life of a backend as A was called B by the restore before the
// second life, so that whatever was recorded in that one says B. The restore of now calls it C, and has
// learned that A became C: what it must know besides is that B, in the second life, was A.

/** What was recorded behind an entry of this id has the values that a run gave. */
export interface Restored {
  run: number
  upTo: number
}

/** An entry, and the moment at which its values are asked for. */
export interface Asking {
  id: number
  at: number
}

/** What earlier restores gave, as far as requests that are sent use it; at most so many of them. */
export class Lives {
  readonly #restored: readonly Restored[]
  readonly #limit: number
  readonly #byNew = new Map<string, Given[]>()
  /** By a life and what was recorded: of which producers it is not the value any more in that life. */
  readonly #taken = new Map<string, Set<string>>()
  #size = 0

  /** `restored`: oldest first. */
  constructor(restored: readonly Restored[], limit: number) {
    this.#restored = restored
    this.#limit = limit
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

  /** Values that are known to have been given. */
  get size(): number {
    return this.#size
  }

  has(value: string): boolean {
    return this.#byNew.has(value)
  }

  /** Takes an alias that the restore before a life kept, in the order in which it learned them. */
  add(life: number, alias: Alias): void {
    const list = this.#byNew.get(alias.new) ?? []
    const seen = seenFromBehind(alias)
    const kind = kindOf(seen)
    const others = list.filter((one) => one.life !== life || kindOf(one.seen) !== kind)
    this.#byNew.delete(alias.new)
    this.#byNew.set(alias.new, [...others, { life, alias, seen }])
    this.#size += others.length + 1 - list.length
    while (this.#size > this.#limit && this.#byNew.size > 1) {
      const [value, oldest] = this.#byNew.entries().next().value!
      this.#byNew.delete(value)
      this.#size -= oldest.length
    }
  }

  /** Takes one of which the recorded value is used in that life: it means something else, or nothing. */
  take(life: number, alias: Alias): void {
    const { old, producer } = alias
    const key = `${life} ${old}`
    const taken = this.#taken.get(key) ?? new Set()
    this.#taken.delete(key)
    this.#taken.set(key, taken.add(`${producer} ${kindOf(alias)}`))
    if (this.#taken.size > this.#limit) this.#taken.delete(this.#taken.keys().next().value!)
  }

  /** Of the aliases of a recorded value those that it has in a life. */
  amongThose(old: string, life: number): ((alias: Alias) => boolean) | undefined {
    const taken = this.#taken.get(`${life} ${old}`)
    return taken && ((alias) => !taken.has(`${alias.producer} ${kindOf(alias)}`))
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
      .map(({ alias, seen }) => ({ ...seen, ...nowOf(alias, store) }))
  }
}

interface Given {
  life: number
  /** As the restore kept it. */
  alias: Alias
  /** With the value that came for the recorded one, in the words of that life. */
  seen: Alias
}

function seenFromBehind(alias: Alias): Alias {
  const { renamed, ...rest } = alias
  return { ...rest, old: alias.new, ...renamed }
}

/** What the recorded value became; itself where the answer of now has it as it was. */
function nowOf(
  { old, since, becomes: spelt, ...rest }: Alias,
  store: Pick<AliasStore, 'heldAt'>,
): Pick<Alias, 'new' | 'becomes'> {
  const held = (store.heldAt(old, since) ?? []).filter((one) => one.since <= since)
  const kind = kindOf({ old, since, becomes: spelt, ...rest })
  const now =
    held.find((one) => one.producer === rest.producer && kindOf(one) === kind) ??
    held.find((one) => kindOf(one) === kind) ??
    (strengthOf(old) === 'strong' ? held.at(-1) : undefined)
  return { new: now?.new ?? old, becomes: respelt(spelt, now?.becomes ?? 'same') }
}

/** Both say how a value is spelt that was recorded in one of two ways. */
function respelt(before: Alias['becomes'], now: Alias['becomes']): Alias['becomes'] {
  if (before === 'same') return now
  if (now !== 'same') return 'same'
  return before === 'number' ? 'string' : 'number'
}

/** The aliases that a value has in an entry: of each kind the newest, be it recorded or given by a restore. */
export function heldIn(
  value: string,
  { id, at }: Asking,
  { store, lives }: { store: AliasStore; lives: Lives },
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
  return [...own.filter((one) => !kinds.has(kindOf(one))), ...left]
}
