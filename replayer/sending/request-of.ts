import type { Entry } from '../../journal/entry.ts'
import { openedBody, openedTarget } from '../../journal/masking/opened.ts'
import { fieldValue, withoutField } from '../../wire/fields.ts'
import type { Request } from '../request.ts'

/** Bytes of a body kept in pieces that is read whole, so that it can be looked into. */
export const MOST_WHOLE = 16 * 1024 * 1024

/**
 * A recorded request as it is to be sent again, with its secrets where the entry was read `opened`. A body kept in pieces stays a function, which may be
 * called again for each try; one of text with a structure is read whole, up to `whole` bytes.
 * Rejects with the Problem of a body that cannot be read (`body_damaged`, `journal_unreachable`).
 */
export async function requestOf(
  entry: Entry,
  body: () => AsyncIterable<Buffer>,
  whole: number = MOST_WHOLE,
): Promise<Request> {
  const { method, httpVersion, requestTrailers } = entry
  const target = openedTarget(entry)
  return {
    method,
    target,
    httpVersion,
    fields: fieldsOf(entry),
    trailers: requestTrailers,
    body: await bodyOf(entry, body, whole),
  }
}

async function bodyOf(
  entry: Entry,
  body: () => AsyncIterable<Buffer>,
  whole: number,
): Promise<Request['body']> {
  if (entry.requestChunks === 0) {
    return entry.requestBody.length > 0 ? openedBody(entry, 'request') : null
  }
  const type = fieldValue(entry.requestHeaders, 'content-type') ?? ''
  if (entry.requestLength > whole || !isStructured(type)) return body
  const pieces: Buffer[] = []
  for await (const piece of body()) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** A length that says more than was kept would have the target wait for the rest. */
function fieldsOf({ requestHeaders, requestCapture, requestLength }: Entry): Request['fields'] {
  if (requestCapture === 'complete' || requestLength === 0) return requestHeaders
  return withoutField(requestHeaders, 'content-length')
}

/** Whether a media type is of what may hold values that the upstream generated. */
export function isStructured(mediaType: string): boolean {
  return STRUCTURED.test(mediaType)
}

const STRUCTURED =
  /^\s*(?:text\/|application\/(?:json|xml|x-www-form-urlencoded|graphql|x-ndjson)\b|multipart\/|[\w.-]+\/[^;\s]*\+(?:json|xml)\b)/i
