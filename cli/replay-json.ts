import type { EntrySummary } from '../journal/entry.ts'
import type { FinishedAttempt, RunSummary } from '../replayer/run.ts'

// What `reprise replay --json` prints of a run, and of an entry.

export function summaryJson(summary: RunSummary, troubles: readonly FinishedAttempt[]) {
  const { stoppedBy, ...rest } = summary
  return {
    ...rest,
    stoppedBy: stoppedBy && attemptJson(stoppedBy),
    notAsRecorded: troubles.map(attemptJson),
  }
}

export function entryJson(entry: EntrySummary) {
  const { id, method, target, contentType, requestLength, status, verdict, label } = entry
  const arrivedAt = new Date(entry.arrivedAt / 1000).toISOString()
  return { id, arrivedAt, method, target, contentType, requestLength, status, verdict, label }
}

function attemptJson({ entry, result }: FinishedAttempt) {
  const { id, method, target } = entry
  const { outcome, detail, answer } = result
  return { entry: id, method, target, outcome, detail, status: answer?.status ?? null }
}
