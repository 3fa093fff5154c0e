import type { Journal } from '../../journal/contract.ts'
import { declareAppending } from './contract/appending.ts'
import { declareFilters } from './contract/filters.ts'
import { declareKeeping } from './contract/keeping.ts'
import { declarePages } from './contract/pages.ts'
import { declareRuns } from './contract/runs.ts'

/**
 * What journal/contract.ts promises, as tests: every implementation of Journal declares them.
 * `journal` answers one that is open; the tests keep to streams of their own, so that they can
 * share it.
 */
export function declareJournalContract(journal: () => Journal): void {
  declareAppending(journal)
  declarePages(journal)
  declareFilters(journal)
  declareKeeping(journal)
  declareRuns(journal)
}
