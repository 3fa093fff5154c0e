import type { Journal } from '../journal/contract.ts'
import type { Actor } from '../journal/deed.ts'
import { describeFilter, type EntryFilter } from '../journal/filter.ts'

/** Sets or (null) takes away the label of all that match, once it is noted who does; answers how many changed. */
export async function labelEntries(
  journal: Journal,
  filter: EntryFilter,
  label: string | null,
  { actor, stream }: { actor: Actor; stream: string | null },
): Promise<number> {
  const detail = { label, filter: describeFilter(filter) }
  await journal.noteDeed({ ...actor, action: 'label', stream, detail })
  return journal.label(filter, label)
}
