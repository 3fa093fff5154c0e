import type { Entry, Micros } from '../../journal/entry.ts'
import { openedBody } from '../../journal/masking/opened.ts'
import type { RawFields } from '../../wire/fields.ts'
import type { Answer } from '../answer.ts'

/** An answer as it is compared, whether it was recorded, kept or has just come. */
export interface Message {
  fields: RawFields
  /** What was kept of the body. */
  body: Buffer
  /** Bytes that passed. */
  length: number
  /** SHA-256 of the whole body in hex, or null where it is not known. */
  digest: string | null
  /** Why `body` is not the whole of it, or null. */
  partly: string | null
  /** When it came. */
  at: Micros
  /** Host as the request named it. */
  host: string | null
  /** Some of its secrets are not known: masks stand in their place. */
  withheld?: 'some'
}

/**
 * The recorded answer. A body in chunks counts as kept in part, unless whoever read the chunks put
 * them into `responseBody`.
 */
export function recordedMessage(entry: Entry, host: string | null): Message {
  const { responseCapture: capture, responseChunks: chunks } = entry
  const body = openedBody(entry, 'response') ?? Buffer.alloc(0)
  const length = entry.responseLength ?? body.length
  const isCut = capture !== null && capture !== 'complete'
  return {
    fields: entry.responseHeaders ?? [],
    body,
    length,
    // That of a body with secrets is of the masked one.
    digest: isCut || hasSecrets(entry) ? null : entry.responseDigest,
    partly: isCut
      ? `it was recorded ${capture}`
      : chunks > 0 && body.length < length
        ? 'it is too large to be looked into'
        : null,
    at: entry.answeredAt ?? entry.arrivedAt,
    host,
    ...(isWithheld(entry) && { withheld: 'some' as const }),
  }
}

function hasSecrets({ masked, maskedChunks }: Entry): boolean {
  return maskedChunks.includes('response') || masked.some((one) => one.in === 'response')
}

function isWithheld({ masked }: Entry): boolean {
  return masked.some((one) => one.in === 'response' && one.value === null)
}

export function answerMessage(answer: Answer, at: Micros): Message {
  const { fields, body } = answer
  const length = answer.length ?? body.length
  const digest = answer.digest ?? null
  const partly = body.length < length ? 'more came than is kept of an answer' : null
  return { fields, body, length, digest, partly, at, host: null }
}
