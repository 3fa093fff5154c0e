import type { RunStore } from '../../journal/runs.ts'
import { strengthOf } from '../../aliases/strength.ts'
import type { Alias } from '../aliases/alias.ts'
import { Lives, type Restored } from '../aliases/lives.ts'
import { aliasesOf } from '../run/kept-aliases.ts'
import { AS_RECORDED, calledIn, type Called, type Given, type Names } from './names.ts'
import type { Walked } from './reading.ts'

// What restores gave, looked up page by page for what entries say of it: those of each life in the run that
// began it.

/** Values that are asked for at a time. */
const MOST = 2_000

export class GivenNames {
  readonly #journal: Pick<RunStore, 'aliases'>
  readonly #stream: string
  readonly #lives: Lives

  /** `restored`: oldest first. */
  constructor(journal: Pick<RunStore, 'aliases'>, stream: string, restored: readonly Restored[]) {
    this.#journal = journal
    this.#stream = stream
    this.#lives = new Lives(restored)
  }

  /** What the values of each of these entries were recorded as. */
  async namesOf(page: readonly Walked[]): Promise<(walked: Walked) => Names> {
    const byLife = new Map<number, Set<string>>()
    for (const { entry, said, answered } of page) {
      const life = this.#lives.of(entry.id)
      if (life === 0) continue
      const values = byLife.get(life) ?? new Set()
      byLife.set(life, values)
      for (const { value } of [...said, ...answered]) values.add(value)
    }
    const names = new Map<number, Names>()
    for (const [life, values] of byLife) names.set(life, await this.#namesIn(life, values))
    return ({ entry }) => names.get(this.#lives.of(entry.id)) ?? AS_RECORDED
  }

  async #namesIn(life: number, values: ReadonlySet<string>): Promise<Names> {
    const names = new Map<string, Called>()
    const asked = [...values].filter((value) => strengthOf(value) !== 'none')
    const given = await this.#givenIn(life, asked)
    const changed = await this.#aliases(life, 'old', asked)
    const taken = new Set(changed.filter((one) => one.old !== one.new).map(({ old }) => old))
    for (const value of asked) {
      const its = given.get(value) ?? []
      if (its.length === 0 && !taken.has(value)) continue
      names.set(value, calledIn(life, value, its, { isStrong: strengthOf(value) === 'strong' }))
    }
    return names
  }

  /** What values of a life were given for, back to what was recorded in the first one that had it. */
  async #givenIn(life: number, values: readonly string[]): Promise<Map<string, Given[]>> {
    const found = await this.#aliases(life, 'new', values)
    const before = new Map<number, Set<string>>()
    for (const { old, producer } of found) {
      const its = this.#lives.of(producer)
      if (its > 0) before.set(its, (before.get(its) ?? new Set()).add(old))
    }
    const earlier = new Map<number, Map<string, Given[]>>()
    for (const [its, olds] of before) earlier.set(its, await this.#givenIn(its, [...olds]))
    const given = new Map<string, Given[]>()
    for (const alias of found) {
      const chain = earlier.get(this.#lives.of(alias.producer))?.get(alias.old) ?? []
      given.set(alias.new, [...(given.get(alias.new) ?? []), ...firstsOf(alias, chain)])
    }
    return given
  }

  async #aliases(life: number, by: 'old' | 'new', values: readonly string[]): Promise<Alias[]> {
    const run = { stream: this.#stream, id: this.#lives.runOf(life) }
    const found: Alias[] = []
    for (let i = 0; i < values.length; i += MOST) {
      const some = values.slice(i, i + MOST)
      const which = by === 'old' ? { old: some } : { new: some }
      found.push(...aliasesOf(await this.#journal.aliases(run, which)))
    }
    return found
  }
}

function firstsOf({ old, producer, meaning }: Alias, chain: readonly Given[]): Given[] {
  const { noun } = meaning
  if (chain.length === 0) return [{ old, producers: [producer], noun }]
  return chain.map((one) => ({ ...one, producers: [producer, ...one.producers] }))
}
