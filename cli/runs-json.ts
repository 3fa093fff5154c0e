import type { Run } from '../journal/runs.ts'
import type { RunComparison } from '../replayer/runs.ts'

// What `reprise runs --json` prints.

export function runJson(run: Run) {
  const { id, stream, target, state, planned, outcomes, selection, startedAt, endedAt } = run
  return {
    ...{ id, stream, target, state, planned, outcomes, selection },
    ...{ startedAt: iso(startedAt), endedAt: endedAt && iso(endedAt) },
  }
}

export function comparisonJson({ one, other, contrasts }: RunComparison) {
  return { one: runJson(one), other: runJson(other), contrasts }
}

function iso(micros: number): string {
  return new Date(micros / 1000).toISOString()
}
