import type { EntrySummary } from '../journal/entry.ts'
import type { FinishedAttempt, RunSummary } from '../replayer/run.ts'
import { foundOf, type RunReport } from '../replayer/run-report.ts'
import type { VerifiedState } from '../replayer/state/verify-state.ts'
import { verifiedJson } from './state-json.ts'

// What `reprise replay --json` prints of a run, and of an entry.

/** `restored`: undefined where nobody asked for it. */
export function summaryJson(
  summary: RunSummary,
  { troubles, moreTroubles, replaced, leftAlone }: RunReport,
  restored?: VerifiedState | null,
) {
  const { stoppedBy, ...rest } = summary
  return {
    ...rest,
    stoppedBy: stoppedBy && attemptJson(stoppedBy),
    notAsRecorded: troubles.map(attemptJson),
    notAsRecordedMore: moreTroubles,
    replaced: { ...replaced, leftAlone },
    ...(restored !== undefined && {
      restored: restored && verifiedJson(summary.stream, restored),
    }),
  }
}

export function entryJson(entry: EntrySummary) {
  const { id, method, target, contentType, requestLength, status, verdict, label } = entry
  const arrivedAt = new Date(entry.arrivedAt / 1000).toISOString()
  return { id, arrivedAt, method, target, contentType, requestLength, status, verdict, label }
}

/** Of one attempt. */
const MOST_DIFFERENCES = 10

function attemptJson({ entry, result }: FinishedAttempt) {
  const { id, method, target } = entry
  const { outcome, detail, answer } = result
  const found = foundOf(result.differences)
  const differences = found?.differences.slice(0, MOST_DIFFERENCES) ?? []
  return {
    ...{ entry: id, method, target, outcome, detail, status: answer?.status ?? null, differences },
    differencesMore: (found?.differences.length ?? 0) - differences.length + (found?.unlisted ?? 0),
  }
}
