import type { Journal } from '../journal/contract.ts'
import type { EntryFilter } from '../journal/filter.ts'
import { Problem } from '../journal/problem.ts'
import { chooseStream, makePlan, type Plan } from '../replayer/plan.ts'
import { compactedSelection, watching } from './compact-settings.ts'
import { filterOf } from './filter-settings.ts'
import type { ReplaySettings } from './replay-settings.ts'

/** What settings select, where nobody is asked. Rejects with `stream_unknown`. */
export async function plannedRun(journal: Journal, settings: ReplaySettings): Promise<Plan> {
  const stream = await chooseStream(journal, settings.stream, settings['base-url'])
  const filter = filterOf(settings)
  const inDoubt = settings['in-doubt']
  const selection = await compactedSelection(journal, { stream, filter, inDoubt }, settings)
  return makePlan(journal, selection, watching(settings))
}

/** A filter that nothing matches is a mistake in it: a run of nothing would pass for a good one. */
export function requireAny({ planned, leftOut, stream }: Plan, filter: EntryFilter): void {
  if (planned > 0 || Object.keys(leftOut).length > 0 || Object.keys(filter).length === 0) return
  throw new Problem('selection_empty', `no entry of stream ${stream} matches the filter`, {
    source: 'user',
    hint: "'reprise entries' with the same filter lists what matches",
  })
}
