import type { EntrySummary } from '../journal/entry.ts'
import type { Found } from '../replayer/compare/difference.ts'
import type { Minimised } from '../replayer/reproduce/minimise.ts'
import type { Reproduction } from '../replayer/reproduce/reproduce.ts'

/** What `reprise reproduce --json` prints. */
export function reproductionJson({ entry, run, attempt, restored, judgement, why }: Reproduction) {
  const { id, stream, method, target, status } = entry
  return {
    ...{ entry: id, stream, method, target, recordedStatus: status },
    ...{ outcome: judgement, why, status: attempt?.result.answer?.status ?? null },
    differences: (attempt?.result.differences as Partial<Found> | undefined)?.differences ?? [],
    before: restored,
    run: { id: run.run, target: run.target, state: run.state, sent: run.sent },
  }
}

/** What `reprise minimise --json` prints. */
export function minimisedJson(
  { how, ids, before, steadiness, trials, last }: Minimised,
  failure: EntrySummary,
  entries: readonly EntrySummary[],
) {
  return {
    ...{ entry: failure.id, stream: failure.stream, outcome: how, steadiness, trials },
    ...{ before, needed: ids, why: last?.why ?? null },
    entries: entries.map(({ id, method, target, status, verdict }) => ({
      ...{ id, method, target, status, verdict },
    })),
  }
}
