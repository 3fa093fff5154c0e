import type { Attempted } from '../../journal/runs.ts'
import type { JournalReader } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import { wholeEntriesOf, type Plan } from '../plan.ts'
import type { Placed } from '../order/placed.ts'
import type { Step } from './runner.ts'

export interface Reading {
  plan: Plan
  place: (entry: Entry) => Placed
  /** The first position that is free. */
  from: number
  /** Which of those that are read are sent. */
  isSent: (entry: Entry) => boolean
  /** Told of entries before they are sent. */
  onRead: (entries: readonly Entry[]) => Promise<void>
  /** Which of these entries have an attempt in the run already. */
  attempted: (entries: readonly number[]) => Promise<readonly Attempted[]>
}

/** Entries that are announced at a time: what a kill leaves in doubt where there is no ledger. */
const ANNOUNCED = 128

/** What a run sends, page by page, in the order of the stream. */
export async function* pagesOf(
  journal: JournalReader,
  { plan, place, from, isSent, onRead, attempted }: Reading,
): AsyncGenerator<Step[]> {
  let next = from
  let page: Entry[] = []
  const steps = async (): Promise<Step[]> => {
    const known = new Set((await attempted(page.map(({ id }) => id))).map(({ entry }) => entry))
    const found = page.filter(({ id }) => !known.has(id))
    page = []
    await onRead(found)
    return found.map((entry) => ({ entry, position: next++, placed: place(entry) }))
  }
  for await (const entry of wholeEntriesOf(journal, plan)) {
    if (isSent(entry) && page.push(entry) === ANNOUNCED) yield await steps()
  }
  if (page.length > 0) yield await steps()
}
