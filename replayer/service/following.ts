import type { Journal } from '../../journal/contract.ts'
import type { EntrySummary } from '../../journal/entry.ts'
import type { EntryFilter } from '../../journal/filter.ts'

// What is new in the journal is found by its ids, which PostgreSQL gives out in order. But a
// statement with lower ids may commit after one with higher ids, so what stands a little behind the
// highest one is looked at again for a while, and told if it was not there before.

/** How long after a statement began its ids may still come to light, in ms. */
const LATENESS = 3_000

/** How many entries are read at once. */
const PAGE = 500

export interface Following {
  /** What came since the last time, by id; empty: nothing. */
  next(): Promise<EntrySummary[]>
}

/** Follows the entries that match, from behind an id on. */
export function follow(
  journal: Pick<Journal, 'list'>,
  filter: EntryFilter,
  afterId: number,
  now: () => number = Date.now,
): Following {
  /** Ids that were told, with the moment, as long as a lower one may still come. */
  const told = new Map<number, number>()
  /** The highest id at a moment, matching or not: below it nothing is looked for again and again. */
  let checked: { id: number; at: number } | null = null
  let settled = afterId
  return {
    async next() {
      for (const [id, at] of told) {
        if (now() - at < LATENESS) break
        settled = Math.max(settled, id)
        told.delete(id)
      }
      if (checked !== null && now() - checked.at >= LATENESS) {
        settled = Math.max(settled, checked.id)
        checked = null
      }
      const highest = await highestId(journal, filter.stream)
      const at = now()
      const known = told.size
      const idFrom = Math.max(filter.idFrom ?? 0, settled + 1)
      const page = { order: 'id', limit: known + PAGE } as const
      const found = await journal.list({ ...filter, idFrom }, page)
      // Behind the last of a full page there may be more.
      if (found.length < page.limit) checked ??= { id: highest, at }
      const fresh = found.filter(({ id }) => !told.has(id))
      for (const { id } of fresh) told.set(id, now())
      return fresh
    },
  }
}

/** The highest id there is; 0 where there is none. */
export async function highestId(
  journal: Pick<Journal, 'list'>,
  stream: string | undefined,
): Promise<number> {
  const filter = stream === undefined ? {} : { stream }
  const [latest] = await journal.list(filter, { order: '-id', limit: 1 })
  return latest?.id ?? 0
}
