import { fieldValue, type RawFields } from '../wire/fields.ts'

// Where values that a later request uses stand: which fields, and which kinds of bodies.

/**
 * Whether an answer may hand out a value that a later request sends back: in a field made for it, or
 * in a body that programs read.
 */
export function bearsValues(answer: RawFields): boolean {
  const type = fieldValue(answer, 'content-type')
  if (type !== undefined) return isTextual(type)
  for (let i = 0; i < answer.length; i += 2) if (handsOut(answer[i]!)) return true
  return false
}

/** Not an event stream, which has no end, nor what stands in files that all clients get alike. */
export function isTextual(contentType: string): boolean {
  return remembered(TEXTUAL_TYPES, contentType, TEXTUAL)
}

/** Whether values are looked for in a body of that type. */
export function isReadable(contentType: string): boolean {
  return isTextual(contentType) || MULTIPART.test(contentType)
}

const MULTIPART = /^\s*multipart\//i

const TEXTUAL =
  /^\s*(text\/(?!(css|javascript|event-stream)\b)|application\/(([\w.-]+\+)?(json|xml)|x-www-form-urlencoded)\b)/i

/** Whether a field of an answer hands out values that come back in requests. */
export function handsOut(name: string): boolean {
  return remembered(HANDED_OUT, name, HANDS_OUT)
}

/** Whether a field of a request may hold a value that an answer handed out. */
export function bringsBack(name: string): boolean {
  return !remembered(NEVER_BROUGHT, name, BRINGS_NOTHING)
}

const HANDS_OUT =
  /^(etag|(content-)?location|link|(www|proxy)-authenticate|authentication-info|set-cookie)$|csrf|xsrf|token|session|nonce|challenge|ticket|upload/i

/** Of the client, of the connection, or new with each request. */
const BRINGS_NOTHING =
  /^(host|user-agent|accept(-.*)?|connection|keep-alive|te|trailer|transfer-encoding|upgrade(-insecure-requests)?|content-(length|type|encoding|language|md5|digest)|date|dnt|expect|from|max-forwards|origin|referer|pragma|cache-control|priority|range|via|forwarded|x-forwarded-.*|x-real-ip|x-request-id|x-correlation-id|traceparent|tracestate|baggage|sec-.*|idempotency-key)$/i

const TEXTUAL_TYPES = new Map<string, boolean>()
const HANDED_OUT = new Map<string, boolean>()
const NEVER_BROUGHT = new Map<string, boolean>()

/** The same few names come all the time: looking one up costs a fraction of matching it. */
function remembered(memory: Map<string, boolean>, name: string, pattern: RegExp): boolean {
  let matches = memory.get(name)
  if (matches === undefined) {
    matches = pattern.test(name)
    if (memory.size < 1_000) memory.set(name, matches)
  }
  return matches
}
