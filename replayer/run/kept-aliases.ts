import type { KeptAlias, Run, RunAlias } from '../../journal/runs.ts'
import type { Journal } from '../../journal/contract.ts'
import type { Micros } from '../../journal/entry.ts'
import type { Alias } from '../aliases/alias.ts'
import { isExplained } from '../aliases/explained.ts'
import { Lives } from '../aliases/lives.ts'
import type { AliasRules } from '../aliases/rules.ts'
import { AliasStore } from '../aliases/store.ts'
import type { Explains } from '../compare/judge.ts'

// Aliases of a run as the journal keeps them.

/** As a run keeps it. */
export function runAlias(alias: Alias): RunAlias {
  const { old, new: now, producer, place, secrecy, ...kind } = alias
  return { old, new: now, producer, place, secrecy, kind }
}

/** What a run kept, as aliases; those whose values were not kept are left out. */
export function aliasesOf(kept: readonly KeptAlias[]): Alias[] {
  return kept.flatMap((one) => {
    const { old, new: now, producer, place, secrecy } = one
    return old === null || now === null
      ? []
      : [{ old, new: now, producer, place, secrecy, ...kindOf(one) }]
  })
}

type Kind = Omit<Alias, keyof RunAlias>

function kindOf({ kind }: KeptAlias): Kind {
  // Runs of earlier versions kept no moment.
  const { since = 0, ...rest } = kind as Omit<Kind, 'since'> & { since?: Micros }
  return { ...rest, since }
}

/** The request whose answer had it: its method, and its path without a query. */
export function producerRequest(alias: KeptAlias): Pick<Alias, 'method' | 'path'> {
  const { method, path } = kindOf(alias)
  return { method, path }
}

export type RunId = Pick<Run, 'stream' | 'id'>

/** Aliases that are read at a time. */
const PAGE = 1_000

/** Page by page, in the order in which they were learned. */
export async function* aliasPages(
  journal: Pick<Journal, 'aliases'>,
  run: RunId,
  from: { after: number; most: number } = { after: -1, most: Infinity },
): AsyncGenerator<(KeptAlias & { number: number })[]> {
  let { after, most } = from
  while (most > 0) {
    const limit = Math.min(PAGE, most)
    const page = await journal.aliases(run, { after, limit })
    if (page.length > 0) yield page
    if (page.length < limit) return
    after = page.at(-1)!.number
    most -= page.length
  }
}

/** What explains that values are others after a run. */
export interface RunExplanation {
  run: RunId
  rules: Pick<AliasRules, 'pin'>
}

/**
 * Compares with the aliases of a run taken out. Only those are read that a comparison asks for: it is
 * made again as long as it asks for others. What was kept since the restore before that run has the values
 * which that one gave.
 */
export async function comparedWith<T>(
  journal: Pick<Journal, 'aliases' | 'restorations'>,
  explanation: RunExplanation | null,
  compare: (explains: Explains) => T,
): Promise<T> {
  if (explanation === null) return compare(() => null)
  const { run, rules } = explanation
  const store = new AliasStore()
  const before = (await journal.restorations(run.stream)).filter((one) => one.run < run.id)
  const lives = new Lives(before)
  const known = new Set<string>()
  let missing: string[] = []
  const get = (old: string) => {
    if (!known.has(old)) {
      known.add(old)
      missing.push(old)
    }
    return [...(store.get(old) ?? []), ...lives.aliasesOf(old, before.length, store)]
  }
  const explains: Explains = (place, recorded, now) =>
    recorded === now || isExplained({ store: { get }, rules }, place, recorded, now)
      ? 'alias'
      : null
  for (;;) {
    missing = []
    const result = compare(explains)
    if (missing.length === 0) return result
    for (let i = 0; i < missing.length; i += PAGE) {
      const values = missing.slice(i, i + PAGE)
      const given = await givenIn(journal, run.stream, before.at(-1), values)
      for (const alias of given) lives.add(before.length, alias)
      const old = [...new Set([...values, ...given.map((alias) => alias.old)])]
      for (const alias of aliasesOf(await journal.aliases(run, { old }))) store.add(alias)
    }
  }
}

async function givenIn(
  journal: Pick<Journal, 'aliases'>,
  stream: string,
  restored: { run: number } | undefined,
  values: readonly string[],
): Promise<Alias[]> {
  if (restored === undefined) return []
  return aliasesOf(await journal.aliases({ stream, id: restored.run }, { new: values }))
}
