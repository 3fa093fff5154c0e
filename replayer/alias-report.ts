import type { AttemptNote, KeptAlias, Run } from '../journal/runs.ts'
import type { Journal } from '../journal/contract.ts'
import { keptUses, useKey, type AttemptUses } from './run/attempt-uses.ts'
import { aliasPages, producerRequest } from './run/kept-aliases.ts'

// The aliases of a run and what became of each, as somebody reads them who wants to know why a value
// was replaced, or was not. All of it is read page by page: a run may have a million of them.

/** A value that was made anew. Of a secret neither value is told. */
export interface ToldAlias {
  number: number
  secrecy: 'secret' | 'plain'
  recorded: string | null
  came: string | null
  producer: { entry: number; method: string; path: string; place: string }
  /** At most 100, in the order of sending; none where they were not asked for. */
  uses: { entry: number; place: string }[]
  /** Uses beyond those. */
  moreUses: number
}

/** A value in a request: its entry and place; null: it is a secret. */
export interface ToldValue {
  entry: number
  place: string
  value: string | null
}

/** One that was not replaced. */
export type ToldLeftAlone = ToldValue & { why: string }

/** One that was; `producer` and `from` are its alias's. */
export type ToldUse = ToldValue & { producer: number; from: string }

/** `more`: what follows was not asked for. */
export interface ToldPage<T> {
  items: readonly T[]
  more: 'none' | 'some'
}

export interface AliasReport {
  run: Run
  aliases: AsyncIterable<ToldPage<ToldAlias>>
  /** Of one entry; otherwise they stand with their aliases. */
  used: readonly ToldUse[]
  leftAlone: AsyncIterable<ToldPage<ToldLeftAlone>>
}

export interface ReportOptions {
  /** Aliases behind this number. Default: all. */
  after?: number
  /** Aliases, and values left alone, at most. */
  limit: number
  /** Whether their uses, and what was left alone, are told. */
  uses: 'told' | 'left'
}

export function reportAliases(journal: Journal, run: Run, options: ReportOptions): AliasReport {
  return {
    ...{ run, used: [], aliases: told(journal, run, options) },
    leftAlone: options.uses === 'told' ? leftAlone(journal, run, options.limit) : nothing(),
  }
}

/** What one entry made anew, what it used and what was left alone in it. */
export async function reportEntry(journal: Journal, run: Run, entry: number): Promise<AliasReport> {
  const made = await journal.aliases(run, { producer: entry })
  const notes = await journal.uses(run, { entry })
  const aliases = made.map(toldAlias)
  await addUses(journal, run, aliases)
  const used = notes.flatMap(({ uses }) =>
    (keptUses(uses)?.replaced ?? []).map(({ place, value = null, producer, from }) => ({
      ...{ entry, place, value, producer, from },
    })),
  )
  const left = notes.flatMap(leftAloneIn)
  return {
    ...{ run, used },
    aliases: only({ items: aliases, more: 'none' }),
    leftAlone: only({ items: left, more: 'none' }),
  }
}

/** Aliases that are held at a time while the uses of all of them are looked for. */
const HELD = 20_000
const MOST_USES = 100

async function* told(
  journal: Journal,
  run: Run,
  { after = -1, limit, uses }: ReportOptions,
): AsyncGenerator<ToldPage<ToldAlias>> {
  let items: ToldAlias[] = []
  let last = after
  let count = 0
  for await (const page of aliasPages(journal, run, { after, most: limit })) {
    items.push(...page.map(toldAlias))
    last = page.at(-1)!.number
    count += page.length
    if (uses === 'told' && items.length < HELD) continue
    if (uses === 'told') await addUses(journal, run, items)
    yield { items, more: 'none' }
    items = []
  }
  if (uses === 'told' && items.length > 0) await addUses(journal, run, items)
  const isCut =
    count === limit && (await journal.aliases(run, { after: last, limit: 1 })).length > 0
  yield { items, more: isCut ? 'some' : 'none' }
}

export function toldAlias(alias: KeptAlias & { number: number }): ToldAlias {
  const { number, secrecy, old, new: came, producer, place } = alias
  const isSecret = secrecy === 'secret'
  return {
    ...{ number, secrecy, recorded: isSecret ? null : old, came: isSecret ? null : came },
    producer: { entry: producer, ...producerRequest(alias), place },
    ...{ uses: [], moreUses: 0 },
  }
}

/** Looks for their uses in what every attempt of the run has kept. */
async function addUses(journal: Journal, run: Run, aliases: readonly ToldAlias[]): Promise<void> {
  const byKey = new Map(
    aliases.map((alias) => {
      const { producer, recorded } = alias
      return [useKey(producer.entry, producer.place, recorded ?? undefined), alias]
    }),
  )
  if (byKey.size === 0) return
  for await (const { entry, uses } of notesOf(journal, run)) {
    for (const { place, producer, from, value } of uses.replaced) {
      const alias = byKey.get(useKey(producer, from, value))
      if (alias === undefined) continue
      if (alias.uses.length === MOST_USES) alias.moreUses++
      else alias.uses.push({ entry, place })
    }
  }
}

async function* leftAlone(
  journal: Journal,
  run: Run,
  limit: number,
): AsyncGenerator<ToldPage<ToldLeftAlone>> {
  let items: ToldLeftAlone[] = []
  let count = 0
  for await (const note of notesOf(journal, run)) {
    for (const one of leftAloneIn(note)) {
      if (count++ === limit) {
        yield { items, more: 'some' }
        return
      }
      items.push(one)
    }
    if (items.length < PAGE) continue
    yield { items, more: 'none' }
    items = []
  }
  yield { items, more: 'none' }
}

function leftAloneIn({ entry, uses }: Pick<AttemptNote, 'entry' | 'uses'>): ToldLeftAlone[] {
  return (keptUses(uses)?.leftAlone ?? []).map(({ place, why, value = null }) => ({
    ...{ entry, place, value, why },
  }))
}

const PAGE = 1_000

async function* notesOf(
  journal: Journal,
  run: Run,
): AsyncGenerator<{ entry: number; uses: AttemptUses }> {
  for (let after = -1; ;) {
    const page = await journal.uses(run, { after, limit: PAGE })
    for (const { entry, uses } of page) yield { entry, uses: keptUses(uses)! }
    if (page.length < PAGE) return
    after = page.at(-1)!.position
  }
}

async function* only<T>(page: T): AsyncGenerator<T> {
  yield page
}

async function* nothing(): AsyncGenerator<never> {}
