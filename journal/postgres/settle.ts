import type { Settlement } from '../entry.ts'
import type { EntryFilter } from '../filter.ts'
import type { Queryable } from './database.ts'
import { storable } from './text.ts'
import { whereEntry } from './where.ts'

/**
 * Settles the entries in doubt that match, or takes it back; answers how many it changed. One that
 * was applied after all is an applied entry from then on; `settled` tells what it was before.
 */
export async function settleEntries(
  db: Queryable,
  filter: EntryFilter,
  settlement: Settlement | null,
  by: string,
): Promise<number> {
  const where = whereEntry(filter)
  const given = `$${where.values.length + 1}::text`
  const who = `$${where.values.length + 2}::text`
  const { rowCount } = await db.query(
    `update reprise.entry set settled = ${given},
       verdict = case when ${given} = 'applied' then 'applied' else 'in_doubt' end,
       settled_at = case when ${given} is not null then clock_timestamp() end,
       settled_by = case when ${given} is not null then ${who} end
     where ${where.sql} and (verdict = 'in_doubt' or settled is not null)
       and settled is distinct from ${given}`,
    [...where.values, settlement, storable(by)],
  )
  return rowCount ?? 0
}
