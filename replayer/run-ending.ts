import type { RunSummary } from './run.ts'

/** How a run came out: the worst that is true of it. */
export type RunEnding = 'as_recorded' | 'differs' | 'failed' | 'interrupted'

/** `failed`: a request did, or the run stopped before its end. */
export function endingOf({
  state,
  planned,
  outcomes,
}: Pick<RunSummary, 'state' | 'planned' | 'outcomes'>): RunEnding {
  if (state === 'interrupted') return 'interrupted'
  if (state === 'stopped' || outcomes.failed || outcomes.in_doubt) return 'failed'
  if (outcomes.differs) return 'differs'
  return (outcomes.same ?? 0) + (outcomes.skipped ?? 0) === planned ? 'as_recorded' : 'failed'
}
