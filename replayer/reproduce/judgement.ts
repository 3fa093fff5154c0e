import type { AttemptResult } from '../../journal/runs.ts'
import type { EntrySummary } from '../../journal/entry.ts'
import type { Found } from '../compare/difference.ts'

// Whether what came of a request that was sent again is the failure that was recorded.

/**
 * `reproduced`: the same status, and the same answer but for what is explained; or again no answer.
 * `another_failure`: an error, but not that one. `not_failed`: no error. `not_restored`: it was not
 * sent, or not delivered, so nothing is known.
 */
export const JUDGEMENTS = ['reproduced', 'another_failure', 'not_failed', 'not_restored'] as const
export type Judgement = (typeof JUDGEMENTS)[number]

export interface Judged {
  judgement: Judgement
  /** What came, in words. */
  why: string
}

export function judge(
  entry: Pick<EntrySummary, 'status' | 'cause' | 'verdict'>,
  result: AttemptResult,
): Judged {
  const { outcome, answer } = result
  const why = result.detail ?? `answered ${answer?.status}, as recorded`
  // What was cut off had begun with a status, and was no answer all the same.
  const isAnswered = entry.status !== null && entry.cause === null
  switch (outcome) {
    case 'skipped':
      return { judgement: 'not_restored', why }
    case 'in_doubt':
      return { judgement: isAnswered ? 'another_failure' : 'reproduced', why }
    case 'failed':
      return { judgement: answer === null ? 'not_restored' : 'another_failure', why }
    case 'same':
      return { judgement: isAnswered ? 'reproduced' : 'not_failed', why }
    case 'differs': {
      const isFailure = entry.verdict === 'failed' || (entry.status ?? 0) >= 400
      const isOther = isFailure && !hasOtherStatus(result)
      return { judgement: isOther ? 'another_failure' : 'not_failed', why }
    }
  }
}

function hasOtherStatus({ differences: found }: AttemptResult): boolean {
  const { differences = [] } = (found ?? {}) as Partial<Found>
  return differences.some(({ where }) => where === 'status')
}
