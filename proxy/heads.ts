import type { Framing } from '../wire/body-reader.ts'
import type { AnswerHead } from '../wire/client.ts'
import {
  endToEndFields,
  fieldValue,
  fieldValues,
  withFieldValue,
  withoutField,
} from '../wire/fields.ts'
import type { Incoming } from './downstream.ts'
import { withForwarded, type ForwardedRules, type Hop } from './forwarded.ts'

// What of a message's head goes on to the other side. All that is changed on the way is here.

/** What is changed in heads beside what RFC 9110 section 7.6 demands; by default nothing. */
export interface HeadRules {
  /** Which Host goes on: the client's, the upstream's own, or this one. */
  host: 'keep' | 'target' | { name: string }
  forwarded: ForwardedRules
  /** The name of this proxy in Via, both ways (RFC 9110 section 7.6.3), or null for no Via. */
  via: string | null
}

export function requestFields(
  rules: HeadRules,
  origin: URL,
  request: Incoming,
  framing: Framing['kind'],
): string[] {
  const kept = framed(endToEndFields(request.rawHeaders), framing)
  const host = fieldValue(kept, 'host')
  const forwarded = withForwarded(rules.forwarded, kept, () => hopOf(request, host))
  const told = withVia(rules.via, forwarded, request.httpVersion)
  if (framing === 'chunked') told.push('Transfer-Encoding', 'chunked')
  // A client of HTTP/1.0 may send no Host; what goes on is HTTP/1.1, which has one.
  if (host === undefined) return ['Host', hostOf(rules, origin), ...told]
  return rules.host === 'keep' ? told : withFieldValue(told, 'host', hostOf(rules, origin))
}

function hopOf({ socket }: Incoming, host: string | undefined): Hop {
  return { peer: socket.remoteAddress, proto: isEncrypted(socket) ? 'https' : 'http', host }
}

/** Asked of its value: what node:http2 gives for a socket has the property in any case. */
function isEncrypted(socket: Incoming['socket']): boolean {
  return (socket as { encrypted?: boolean }).encrypted === true
}

function hostOf({ host }: HeadRules, origin: URL): string {
  return typeof host === 'string' ? origin.host : host.name
}

function withVia(via: string | null, fields: string[], httpVersion: string): string[] {
  return via === null ? fields : [...fields, 'Via', `${httpVersion} ${via}`]
}

/** Throws where the body has a coding that the client would not be told of. */
export function answerFields({ via }: HeadRules, answer: AnswerHead, request: Incoming): string[] {
  const { fields } = answer
  const codings = fieldValues(fields, 'transfer-encoding')
  if (codings.length > 0 && !/^chunked$/i.test(codings.join())) {
    throw new RangeError(`transfer coding ${codings.join()}`)
  }
  const chunked =
    hasBody(request, answer.status) &&
    request.httpVersion !== '1.0' &&
    fieldValue(fields, 'content-length') === undefined
  const kept = framed(endToEndFields(fields), chunked ? 'chunked' : 'length')
  return withVia(via, kept, answer.httpVersion)
}

export function hasBody(request: Incoming, status: number): boolean {
  // Nobody may send one with it (RFC 9110 section 15.3.6), and node:http2 ends it with its head.
  if (status === 205 && request.httpVersion === '2.0') return false
  return request.method !== 'HEAD' && status !== 204 && status !== 304
}

/** Trailer announces what only chunks carry (RFC 9110 section 6.6.2). */
function framed(fields: string[], framing: Framing['kind']): string[] {
  if (framing === 'chunked' || fieldValue(fields, 'trailer') === undefined) return fields
  return withoutField(fields, 'trailer')
}
