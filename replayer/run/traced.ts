import type { TracedAttempt } from '../../telemetry/traced-run.ts'
import { fieldValue } from '../../wire/fields.ts'
import type { FinishedAttempt, Times } from './runner.ts'

/** An attempt as a span tells it. */
export function traced(
  { position, entry, result }: FinishedAttempt,
  { sentAt, endedAt }: Times,
): TracedAttempt {
  const { id, method, target, requestHeaders } = entry
  return {
    ...{ entry: id, position, outcome: result.outcome, method, target },
    status: result.answer?.status ?? null,
    beganAt: sentAt / 1000,
    endedAt: endedAt / 1000,
    traceparent: fieldValue(requestHeaders, 'traceparent'),
  }
}
