import type { EntryCursor, JournalReader } from '../journal/contract.ts'
import type { Actor, DeedStore } from '../journal/deed.ts'
import { isUnsettled, type EntrySummary, type Settlement } from '../journal/entry.ts'
import { describeFilter, type EntryFilter } from '../journal/filter.ts'
import { probe, type Probed, type ProbeOptions } from './probe.ts'

/** Which entries that are or were in doubt. `both` is all of them. */
export type Doubts = 'unsettled' | 'settled' | 'both'

/** What is chosen of a stream; verdicts and settlements are those of `doubts`. */
export interface DoubtSelection {
  stream: string
  filter: EntryFilter
  doubts: Doubts
}

/** An entry that was applied after all has that verdict: one filter cannot say `both`. */
function filtersOf({ stream, filter, doubts }: DoubtSelection): EntryFilter[] {
  const unsettled = { ...filter, stream, verdicts: ['in_doubt'], settled: 'no' } as const
  const settled = { ...filter, stream, settled: 'yes' } as const
  return { unsettled: [unsettled], settled: [settled], both: [unsettled, settled] }[doubts]
}

/** The entries that are chosen, in the order of the stream, without their bodies. */
export async function listDoubts(
  journal: JournalReader,
  selection: DoubtSelection,
): Promise<EntrySummary[]> {
  const entries: EntrySummary[] = []
  for (const filter of filtersOf(selection)) {
    let after: EntryCursor | undefined
    for (;;) {
      const page = await journal.list(filter, {
        order: 'order',
        limit: PAGE,
        ...(after && { after }),
      })
      entries.push(...page)
      after = page.at(-1)
      if (page.length < PAGE) break
    }
  }
  return entries.sort((a, b) => a.orderedAt - b.orderedAt || a.id - b.id)
}

const PAGE = 200

/**
 * Settles the entries that were listed, or (null) takes it back; answers how many it changed. Those
 * that came since do not join.
 */
export async function settleDoubts(
  journal: JournalReader & DeedStore,
  selection: DoubtSelection,
  listed: readonly EntrySummary[],
  settlement: Settlement | null,
  actor: Actor,
): Promise<number> {
  const newest = listed.reduce((most, { id }) => Math.max(most, id), 0)
  const idTo = Math.min(newest, selection.filter.idTo ?? Infinity)
  const { stream } = selection
  const filter = describeFilter(selection.filter)
  const detail = { settlement, entries: listed.length, up_to: newest, filter }
  await journal.noteDeed({ ...actor, action: 'settle', stream, detail })
  let changed = 0
  for (const part of filtersOf(selection)) {
    changed += await journal.settle({ ...part, idTo }, settlement, 'user')
  }
  return changed
}

/**
 * Asks the upstream about each entry, one after the other, and settles those of which its answer
 * tells. Ends early, with what it has, when it is interrupted.
 */
export async function probeDoubts(
  journal: JournalReader & DeedStore,
  entries: readonly EntrySummary[],
  options: ProbeOptions,
  actor: Actor,
): Promise<Probed[]> {
  const all: Probed[] = []
  for (const entry of entries) {
    if (options.signal.aborted) break
    all.push(await settled(journal, await probe(journal, entry, options), actor))
  }
  return all
}

/** A bound of what is kept of a path, in characters. */
const MOST_PATH = 500

async function settled(
  journal: JournalReader & DeedStore,
  probed: Probed,
  actor: Actor,
): Promise<Probed> {
  const { entry, outcome, path, status } = probed
  if (outcome === 'in_doubt') return probed
  const only = { idFrom: entry.id, idTo: entry.id }
  const [filter] = filtersOf({ stream: entry.stream, filter: only, doubts: 'unsettled' })
  const by = `probe GET ${path!.slice(0, MOST_PATH)} -> ${status}`
  const { stream, id } = entry
  const detail = { settlement: outcome, entries: 1, up_to: id, by }
  await journal.noteDeed({ ...actor, action: 'settle', stream, detail })
  if ((await journal.settle(filter!, outcome, by)) > 0) return probed
  // Its recorder came back, or somebody was faster: what they say stays.
  const now = await journal.entry(entry.id)
  const said = now.settled ?? (now.verdict === 'applied' ? 'applied' : 'not_applied')
  return isUnsettled(now)
    ? { ...probed, outcome: 'in_doubt', why: 'it could not be settled' }
    : { ...probed, outcome: said, why: 'it was settled in the meantime' }
}
