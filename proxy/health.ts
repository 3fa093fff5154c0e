import type { RecorderInfo } from '../journal/standing.ts'
import type { ProblemCode } from '../journal/problem.ts'
import type { Shut } from './gate/gate.ts'
import type { Spool } from './spool.ts'
import type { Writer } from './writer.ts'

/**
 * `ok`: PostgreSQL takes entries. `spooling`: they wait on the local disk. Neither does: mutations
 * are refused (`refusing`), or let through unrecorded where that was chosen (`degraded`).
 */
export type RecorderState = 'ok' | 'spooling' | 'refusing' | 'degraded'

export interface RecorderHealth {
  state: RecorderState
  recorder: string
  /** Why PostgreSQL does not take entries, or null. */
  journalProblem: string | null
  /** The code of that. */
  journalCode: ProblemCode | null
  /** Why the spool does not take entries, or null. */
  spoolProblem: string | null
  spool: { records: number; bytes: number; limit: number } | null
  /** Records that wait in memory. */
  waiting: number
  /** Why clients are kept away from the backend, or null, and how many wait; only where they may be. */
  gate?: { shut: Shut | null; held: number }
}

export function healthOf(
  { mode, hasRoom, away, blocked, waiting }: Writer,
  recorder: string,
  spool: Spool | null,
  whenUnrecordable: RecorderInfo['whenUnrecordable'],
): RecorderHealth {
  const without = whenUnrecordable === 'pass' ? 'degraded' : 'refusing'
  return {
    state: !hasRoom ? without : mode === 'direct' ? 'ok' : 'spooling',
    recorder,
    journalProblem: away?.message ?? null,
    journalCode: away?.code ?? null,
    spoolProblem: blocked?.message ?? null,
    spool: spool && { records: spool.records, bytes: spool.bytes, limit: spool.limit },
    waiting,
  }
}
