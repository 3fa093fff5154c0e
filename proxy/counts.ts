import type { SealedRecord } from '../journal/contract.ts'
import type { Exclusion } from './policy.ts'

/** The sum of one recorder process. */
export interface RecorderCounts {
  /** Mutations that were given a number; each ends as one of the four below. */
  forwarded: number
  recorded: number
  inDoubt: number
  lost: number
  excluded: Partial<Record<Exclusion, number>>
  /** Of the recorded, context: reads and refusals that were given a number for it. */
  context: number
  /** Reads and refusals that were to be recorded at once, but for the limit of those a minute. */
  contextSkipped: number
  /** Answered 503 before they reached the upstream. */
  refused: number
  /** Entries of which a body is longer than what was kept. */
  truncated: number
}

export function noCounts(): RecorderCounts {
  return {
    forwarded: 0,
    recorded: 0,
    inDoubt: 0,
    lost: 0,
    excluded: {},
    context: 0,
    contextSkipped: 0,
    refused: 0,
    truncated: 0,
  }
}

/** An entry is durable, in the journal or in the spool. */
export function countStored(counts: RecorderCounts, { verdict }: SealedRecord): void {
  if (verdict === 'in_doubt') counts.inDoubt++
  else if (verdict !== null) counts.recorded++
  if (verdict === 'context') counts.context++
}

/** An entry can be stored nowhere; where it waited in the spool, it had counted as stored. */
export function countRefused(
  counts: RecorderCounts,
  { verdict }: SealedRecord,
  from: 'memory' | 'spool',
): void {
  counts.lost++
  if (from === 'memory') return
  if (verdict === 'in_doubt') counts.inDoubt--
  else counts.recorded--
  if (verdict === 'context') counts.context--
}
