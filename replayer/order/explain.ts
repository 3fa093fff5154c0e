import type { EntryCursor, JournalReader } from '../../journal/contract.ts'
import type { EntrySummary } from '../../journal/entry.ts'
import { keptWords } from '../compacting/compaction-show.ts'
import type { Plan, Selection } from '../plan.ts'
import type { Placed } from './placed.ts'
import { placedOf, type Order } from './reading.ts'
import { whyLeftOut } from './selected.ts'
import { Waits, type Reason } from './waits.ts'

/** Another entry, and why one of the two waits for the other. */
export interface Neighbour {
  entry: EntrySummary
  reason: Reason
}

export interface Explanation {
  entry: EntrySummary
  /** Why it is not sent, each reason by itself enough; empty: it is. */
  leftOut: readonly string[]
  /** Why it is sent though a rule of compaction is about it; null: none is. */
  stays: string | null
  /** Null where it is left out. */
  placed: Placed | null
  /** The one before it in the order of the stream. */
  previous: EntrySummary | null
  /** For whom it waits directly, the nearest first. */
  waitsFor: readonly Neighbour[]
  /** Who waits for it directly, in the order of the stream. */
  waitedForBy: readonly Neighbour[]
}

/**
 * What a plan does with one entry. It looks as many entries back and ahead as the window has: an
 * entry that is further away is finished before this one has its turn, or has its turn after it.
 * Rejects with `entry_unknown`.
 */
export async function explain(
  journal: JournalReader,
  plan: Plan,
  selection: Selection,
  order: Order,
  id: number,
): Promise<Explanation> {
  const entry = await journal.entry(id)
  const leftOut = await whyLeftOut(journal, plan, selection, entry)
  const fate = plan.compaction?.fate ?? null
  const stays = fate === null || leftOut.length > 0 ? null : keptWords(fate)
  const nobody = { placed: null, previous: null, waitsFor: [], waitedForBy: [] }
  if (leftOut.length > 0) return { entry, leftOut, stays, ...nobody }
  return { entry, leftOut, stays, ...(await surroundingsOf(journal, plan, order, entry)) }
}

async function surroundingsOf(
  journal: JournalReader,
  plan: Plan,
  order: Order,
  subject: EntrySummary,
): Promise<Omit<Explanation, 'entry' | 'leftOut' | 'stays'>> {
  const { tolerance, window } = order.rules
  const waits = new Waits({ tolerance, window, most: Infinity })
  const near = new Map<number, EntrySummary>()
  const waitsFor: Neighbour[] = []
  const waitedForBy: Neighbour[] = []
  let placed: Placed | null = null
  let previous: EntrySummary | null = null
  let last: EntrySummary | null = null
  let ahead = window
  const from = await placeBack(journal, plan, subject, window)
  for await (const one of placedOf(journal, plan, order, from)) {
    const { direct } = waits.add(one.placed)
    if (one.entry.id === subject.id) {
      placed = one.placed
      previous = last
      for (const { entry, reason } of direct) waitsFor.push({ entry: near.get(entry.id)!, reason })
    } else if (placed === null) {
      near.set(one.entry.id, one.entry)
    } else {
      const wait = direct.find(({ entry }) => entry.id === subject.id)
      if (wait !== undefined) waitedForBy.push({ entry: one.entry, reason: wait.reason })
      if (--ahead === 0) break
    }
    last = one.entry
  }
  return { placed, previous, waitsFor, waitedForBy }
}

/** A place so many entries before one, or undefined: there are not so many. */
async function placeBack(
  journal: JournalReader,
  plan: Plan,
  { orderedAt, id }: EntrySummary,
  count: number,
): Promise<EntryCursor | undefined> {
  const after = { orderedAt, id }
  const page = await journal.list(plan.filter, { order: '-order', limit: count + 1, after })
  return page.length > count ? page.at(-1) : undefined
}
