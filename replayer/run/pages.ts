import type { JournalReader } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import { entriesOf, type Plan } from '../plan.ts'
import type { Placed } from '../order/schedule.ts'
import type { Step } from './runner.ts'

/** Entries that are announced and read at a time. */
const PAGE = 200

export interface Reading {
  plan: Plan
  place: (entry: Entry) => Placed
  /** The first position that is free. */
  from: number
  /** Of these entries, those that are to be sent, with a position where they have one. */
  toSend: (entries: readonly number[]) => Promise<ReadonlyMap<number, number | null>>
}

/** What a run sends, page by page, in the order of the stream. */
export async function* pagesOf(
  journal: JournalReader,
  { plan, place, from, toSend }: Reading,
): AsyncGenerator<Step[]> {
  let next = from
  let page: Entry[] = []
  const steps = async (): Promise<Step[]> => {
    const wanted = await toSend(page.map(({ id }) => id))
    const found = page.filter(({ id }) => wanted.has(id))
    page = []
    return found.map((entry) => {
      const position = wanted.get(entry.id) ?? next++
      return { entry, position, placed: place(entry) }
    })
  }
  for await (const summary of entriesOf(journal, plan)) {
    page.push(await journal.entry(summary.id))
    if (page.length === PAGE) yield await steps()
  }
  if (page.length > 0) yield await steps()
}
