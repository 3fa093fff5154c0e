import type { AttemptResult } from '../journal/contract.ts'
import type { EntrySummary } from '../journal/entry.ts'
import { grpcStatusOf, isGrpc } from '../wire/grpc.ts'
import type { Answer } from './answer.ts'

/**
 * What came back against what was recorded. `same`: the recorded status came back. `failed`: an
 * error did that was not recorded. `differs`: another status below 400. Of gRPC both statuses count.
 */
export function compare(entry: EntrySummary, answer: Answer): AttemptResult {
  const kept = { status: answer.status, fields: answer.fields, body: answer.body }
  const came = statusOf(entry, answer)
  const recorded = recordedStatus(entry)
  if (recorded !== null && came.words === recorded.words) {
    return { outcome: 'same', detail: null, answer: kept }
  }
  const detail = `answered ${came.words}, recorded ${recorded?.words ?? 'no answer'}`
  // Nothing was recorded to compare with: an answer without an error is what was hoped for.
  if (recorded === null && !came.isError) return { outcome: 'same', detail, answer: kept }
  return { outcome: came.isError ? 'failed' : 'differs', detail, answer: kept }
}

interface Status {
  words: string
  isError: boolean
}

/** Null where no answer was recorded, or none that says what was done. */
function recordedStatus(entry: EntrySummary): Status | null {
  const { status, responseHeaders, responseTrailers } = entry
  if (status === null || entry.cause !== null) return null
  return statusOf(entry, {
    status,
    fields: responseHeaders ?? [],
    trailers: responseTrailers ?? [],
  })
}

function statusOf(
  { requestHeaders }: EntrySummary,
  answer: Pick<Answer, 'status' | 'fields' | 'trailers'>,
): Status {
  const { status } = answer
  if (!isGrpc(requestHeaders) || status !== 200) {
    return { words: String(status), isError: status >= 400 }
  }
  const code = grpcStatusOf(answer)
  return { words: `${status} with grpc-status ${code ?? 'none'}`, isError: code !== 0 }
}
