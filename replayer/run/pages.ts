import type { Attempted, JournalReader } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import { entriesOf, type Plan } from '../plan.ts'
import type { Placed } from '../order/schedule.ts'
import type { Step } from './runner.ts'

export interface Reading {
  plan: Plan
  place: (entry: Entry) => Placed
  /** The first position that is free. */
  from: number
  /** Which of these entries have an attempt in the run already. */
  attempted: (entries: readonly number[]) => Promise<readonly Attempted[]>
}

/** What a run sends, page by page, in the order of the stream. */
export async function* pagesOf(
  journal: JournalReader,
  { plan, place, from, attempted }: Reading,
): AsyncGenerator<Step[]> {
  let next = from
  for await (const page of entriesOf(journal, plan)) {
    const known = new Set((await attempted(page.map(({ id }) => id))).map(({ entry }) => entry))
    yield page
      .filter(({ id }) => !known.has(id))
      .map((entry) => ({ entry, position: next++, placed: place(entry) }))
  }
}
