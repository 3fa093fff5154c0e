import type { Journal, LabelCount } from '../journal/contract.ts'
import type { Actor } from '../journal/deed.ts'
import { describeFilter, type EntryFilter } from '../journal/filter.ts'

/** How many were labelled, and how many of them bore another label before. */
export interface Labelled {
  changed: number
  overwritten: number
}

/** Sets or (null) takes away the label of all that match, once it is noted who does. */
export async function labelEntries(
  journal: Journal,
  filter: EntryFilter,
  label: string | null,
  { actor, stream }: { actor: Actor; stream: string | null },
): Promise<Labelled> {
  const detail = { label, filter: describeFilter(filter) }
  await journal.noteDeed({ ...actor, action: 'label', stream, detail })
  const before = await journal.labels(filter)
  return { changed: await journal.label(filter, label), overwritten: overwrittenBy(label, before) }
}

/** How many lose another label that they bear; null takes all of them. */
export function overwrittenBy(label: string | null, before: readonly LabelCount[]): number {
  return before.reduce((sum, one) => (one.label === label ? sum : sum + one.count), 0)
}
