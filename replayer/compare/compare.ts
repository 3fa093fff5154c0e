import type { AttemptResult } from '../../journal/runs.ts'
import type { Entry, EntrySummary, Micros } from '../../journal/entry.ts'
import { fieldValue } from '../../wire/fields.ts'
import { grpcStatusOf, isGrpc } from '../../wire/grpc.ts'
import type { Answer } from '../answer.ts'
import { compareMessages } from './comparison.ts'
import type { Found } from './difference.ts'
import { differencesLine } from './difference-view.ts'
import type { Explains } from './judge.ts'
import { answerMessage, recordedMessage } from './message.ts'
import type { CompareRules } from './rules.ts'

/** What came of an entry re-issued, and where it differs. `Found` is plain JSON. */
export type Comparison = AttemptResult & Found

/**
 * What came back against what was recorded. `same`: as recorded, but for what is explained.
 * `failed`: an error came that was not recorded. `differs`: all else. Where another status came, that
 * is the difference, and nothing else is compared. Of gRPC both statuses count. `cameAt` is when the
 * answer came.
 */
export function compare(
  entry: Entry,
  answer: Answer,
  rules: CompareRules,
  explains: Explains,
  cameAt: Micros,
): Comparison {
  const kept = { status: answer.status, fields: answer.fields, body: answer.body }
  const came = statusOf(entry, answer)
  const recorded = recordedStatus(entry)
  if (recorded === null) {
    // Nothing was recorded to compare with: an answer without an error is what was hoped for.
    const detail = `answered ${came.words}, recorded no answer`
    return { outcome: came.isError ? 'failed' : 'same', detail, answer: kept, ...NOTHING }
  }
  if (came.words !== recorded.words) {
    const detail = `answered ${came.words}, recorded ${recorded.words}`
    const outcome = came.isError ? 'failed' : 'differs'
    const differences = [{ where: 'status', recorded: recorded.words, came: came.words }]
    return { outcome, detail, answer: kept, ...NOTHING, differences }
  }
  const host = fieldValue(entry.requestHeaders, 'host') ?? null
  const then = recordedMessage(entry, host)
  const found = compareMessages(entry, then, answerMessage(answer, cameAt), rules, explains)
  const isSame = found.differences.length === 0
  const detail = isSame ? uncomparedWords(found) : differencesLine(found)
  return { outcome: isSame ? 'same' : 'differs', detail, answer: kept, ...found }
}

const NOTHING: Found = { differences: [], unlisted: 0, explained: {}, uncompared: [] }

function uncomparedWords({ uncompared }: Found): string | null {
  return uncompared.length === 0 ? null : `not compared: ${uncompared.join('; ')}`
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
