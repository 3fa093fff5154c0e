import type { IncomingMessage } from 'node:http'
import {
  endToEndFields,
  fieldValue,
  fieldValues,
  withoutField,
  type RawFields,
} from '../wire/fields.ts'

// What of a message's head goes on to the other side.

/** How a request's body is delimited: absent, by a length, or by chunks (RFC 9112 section 6.3). */
export type Framing = { kind: 'none' } | { kind: 'length'; length: number } | { kind: 'chunked' }

export function requestFraming(fields: RawFields): Framing {
  if (fieldValue(fields, 'transfer-encoding') !== undefined) return { kind: 'chunked' }
  const length = Number(fieldValue(fields, 'content-length') ?? 0)
  return length === 0 ? { kind: 'none' } : { kind: 'length', length }
}

export function requestFields(origin: URL, fields: RawFields, framing: Framing): string[] {
  const kept = framed(endToEndFields(fields), framing.kind)
  // A client of HTTP/1.0 may send none; what goes on is HTTP/1.1, which has one.
  if (fieldValue(kept, 'host') === undefined) kept.unshift('Host', origin.host)
  if (framing.kind === 'chunked') kept.push('Transfer-Encoding', 'chunked')
  return kept
}

/** Throws where the body has a coding that the client would not be told of. */
export function answerFields(answer: IncomingMessage, request: IncomingMessage): string[] {
  const fields = answer.rawHeaders
  const codings = fieldValues(fields, 'transfer-encoding')
  if (codings.length > 0 && !/^chunked$/i.test(codings.join())) {
    throw new RangeError(`transfer coding ${codings.join()}`)
  }
  const chunked =
    hasBody(request, answer.statusCode!) &&
    request.httpVersion === '1.1' &&
    fieldValue(fields, 'content-length') === undefined
  return framed(endToEndFields(fields), chunked ? 'chunked' : 'length')
}

export function hasBody(request: IncomingMessage, status: number): boolean {
  return request.method !== 'HEAD' && status !== 204 && status !== 304
}

/** node:http refuses to write Trailer where there can be none; HTTP only has it say nothing. */
function framed(fields: string[], framing: Framing['kind']): string[] {
  if (framing === 'chunked' || fieldValue(fields, 'trailer') === undefined) return fields
  return withoutField(fields, 'trailer')
}
