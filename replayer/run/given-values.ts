import type { Journal } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import type { Aliases } from '../aliases/aliases.ts'
import { aliasesOf, type RunId } from './kept-aliases.ts'

/** Tells the aliases of a run what these entries use of them and is not in memory. */
export async function recall(
  journal: Pick<Journal, 'aliases' | 'attempted'>,
  run: RunId,
  aliases: Aliases,
  entries: readonly Entry[],
): Promise<void> {
  await recallGiven(journal, run, aliases, entries)
  const wanted = aliases.wanted(entries)
  if (wanted.length === 0) return
  aliases.recall(aliasesOf(await journal.aliases(run, { old: wanted })))
}

// What earlier restores gave, looked up page by page for what the requests of a run use of it: however many
// lives a backend had, each request is asked for in one of them.

/**
 * Tells the aliases of a run which values of these entries the restore before each of them gave. Those whose
 * producer is not sent in this run stay what they are: the backend still has them.
 */
async function recallGiven(
  journal: Pick<Journal, 'aliases' | 'attempted'>,
  run: RunId,
  aliases: Aliases,
  entries: readonly Entry[],
): Promise<void> {
  for (const { life, run: id, values, makers } of aliases.wantedOfRestores(entries)) {
    if (values.length === 0) continue
    const restore = { stream: run.stream, id }
    const found = aliasesOf(await journal.aliases(restore, { new: values }))
    const sent = await sentOf(journal, run, found, entries)
    const given = found.filter(({ producer }) => sent.has(producer))
    const taken = aliasesOf(await journal.aliases(restore, { old: values }))
    const missed = await missedBy(journal, restore, makers)
    aliases.recallGiven(life, { given, taken, missed })
  }
}

/** Of some entries those that a run did not send: rules of compaction left them out, or it broke off before. */
async function missedBy(
  journal: Pick<Journal, 'attempted'>,
  run: RunId,
  entries: readonly number[],
): Promise<ReadonlySet<number>> {
  const missed = new Set(entries)
  if (entries.length === 0) return missed
  for (const { entry, outcome } of await journal.attempted(run, entries)) {
    if (outcome !== 'skipped') missed.delete(entry)
  }
  return missed
}

/** Of the producers those that were sent, or are with these entries: they stand before whoever uses them. */
async function sentOf(
  journal: Pick<Journal, 'attempted'>,
  run: RunId,
  found: readonly { producer: number }[],
  entries: readonly Entry[],
): Promise<ReadonlySet<number>> {
  const sent = new Set(entries.map(({ id }) => id))
  const others = [...new Set(found.map(({ producer }) => producer))].filter((id) => !sent.has(id))
  if (others.length === 0) return sent
  for (const { entry } of await journal.attempted(run, others)) sent.add(entry)
  return sent
}
