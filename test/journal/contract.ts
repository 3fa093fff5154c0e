import type { Journal } from '../../journal/contract.ts'
import { declareAppending } from './contract/appending.ts'
import { declareBodies } from './contract/bodies.ts'
import { declareCheckpoints } from './contract/checkpoints.ts'
import { declareClocks } from './contract/clocks.ts'
import { declareDeeds } from './contract/deeds.ts'
import { declareEpochs } from './contract/epochs.ts'
import { declareLives } from './contract/lives.ts'
import { declareFilters } from './contract/filters.ts'
import { declareIntents } from './contract/intents.ts'
import { declareKeeping } from './contract/keeping.ts'
import { declareLeases } from './contract/leases.ts'
import { declareStanding } from './contract/standing.ts'
import { declareLooking } from './contract/looking.ts'
import { declarePages } from './contract/pages.ts'
import { declareRuns } from './contract/runs.ts'
import { declareSettling } from './contract/settling.ts'
import { declareStates } from './contract/states.ts'
import { declareSum } from './contract/sum.ts'
import { declareWhole } from './contract/whole.ts'

/**
 * What journal/contract.ts promises, as tests: every implementation of Journal declares them.
 * `journal` answers one that is open; the tests keep to streams of their own, so that they can
 * share it.
 */
export function declareJournalContract(journal: () => Journal): void {
  declareAppending(journal)
  declarePages(journal)
  declareWhole(journal)
  declareFilters(journal)
  declareLooking(journal)
  declareKeeping(journal)
  declareLeases(journal)
  declareStanding(journal)
  declareIntents(journal)
  declareBodies(journal)
  declareSum(journal)
  declareSettling(journal)
  declareRuns(journal)
  declareStates(journal)
  declareDeeds(journal)
  declareEpochs(journal)
  declareCheckpoints(journal)
  declareLives(journal)
  declareClocks(journal)
}
