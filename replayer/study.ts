import type { JournalReader } from '../journal/contract.ts'
import type { EntrySummary } from '../journal/entry.ts'
import { Patterns } from './aliases/patterns.ts'
import { valuesOf } from './aliases/values.ts'
import { ContextNeeds } from './context.ts'
import type { IdSet } from './id-set.ts'
import { wholeEntriesOf, type Plan } from './plan.ts'

/** What one pass over the recording tells before anything is sent. */
export interface Study {
  /** What its small values were used for. */
  patterns: Patterns
  /** The context entries that are sent again, by id. */
  needed: Pick<IdSet, 'has' | 'size'>
}

/** Without a pass: of whoever sends values as they were recorded. */
export const NO_STUDY: Study = { patterns: new Patterns(), needed: new Set() }

/** Goes through what a plan sends, in its order; memory does not grow with it. */
export async function studyRecording(journal: JournalReader, plan: Plan): Promise<Study> {
  const patterns = new Patterns()
  const needs = new ContextNeeds()
  for await (const entry of wholeEntriesOf(journal, plan)) {
    patterns.observe(entry)
    needs.observe(entry, valuesOf)
  }
  return { patterns, needed: needs.needed }
}

/** Whether an entry that is read is sent: all but context that nothing needs. */
export function isSent(
  { id, verdict }: Pick<EntrySummary, 'id' | 'verdict'>,
  { filter }: Plan,
  { needed }: Study,
): boolean {
  return verdict !== 'context' || filter.verdicts!.includes('context') || needed.has(id)
}
