import { AssertionError } from 'node:assert'
import type { ReplayRun } from '../run.ts'

/**
 * Throws an AssertionError that shows each difference, unless every entry was answered as recorded. A run
 * that sent nothing is none: what was to be recorded was not.
 */
export function assertAsRecorded(run: ReplayRun): void {
  const flaw = flawOf(run)
  if (flaw !== null) {
    throw new AssertionError({ message: flaw, stackStartFn: assertAsRecorded })
  }
}

/** What is wrong with it, for people; null: nothing is. */
export function flawOf(run: ReplayRun): string | null {
  if (run.planned === 0)
    return `nothing of stream ${run.stream} was recorded that could be replayed`
  if (run.ok && run.sent === 0) return `nothing was sent: all ${run.planned} were left out`
  return run.ok ? null : `expected all to be answered as recorded\n\n${run.report}`
}
