import type { AttemptResult } from '../journal/contract.ts'
import type { EntrySummary } from '../journal/entry.ts'
import type { RawFields } from '../wire/fields.ts'

export interface Answer {
  status: number
  reason: string
  fields: RawFields
  body: Buffer
}

/**
 * What came back against what was recorded. `same`: the recorded status came back. `failed`: an
 * error did that was not recorded. `differs`: another status below 400.
 */
export function compare(entry: EntrySummary, answer: Answer): AttemptResult {
  const kept = { status: answer.status, fields: answer.fields, body: answer.body }
  if (answer.status === entry.status) return { outcome: 'same', detail: null, answer: kept }
  const detail = `answered ${answer.status}, recorded ${entry.status ?? 'no answer'}`
  // Nothing was recorded to compare with: an answer without an error is what was hoped for.
  if (entry.status === null && answer.status < 400) return { outcome: 'same', detail, answer: kept }
  return { outcome: answer.status >= 400 ? 'failed' : 'differs', detail, answer: kept }
}
