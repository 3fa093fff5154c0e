import type { Reproduction } from '../replayer/reproduce/reproduce.ts'

/** What `reprise reproduce --json` prints. */
export function reproductionJson({ entry, run, attempt, restored, judgement, why }: Reproduction) {
  const { id, stream, method, target, status } = entry
  return {
    ...{ entry: id, stream, method, target, recordedStatus: status },
    ...{ outcome: judgement, why, status: attempt?.result.answer?.status ?? null },
    differences: attempt?.result.differences ?? [],
    before: restored,
    run: { id: run.run, target: run.target, state: run.state, sent: run.sent },
  }
}
