import { z } from '@hono/zod-openapi'
import type { Side } from '../../journal/entry.ts'
import { ProblemView } from './schemas.ts'

// What routes answer, for the OpenAPI document.

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

export function given<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } }
}

/** Fields of an answer of recorded bytes: nobody's browser may take them for a page of this service. */
export function recordedBytes(id: number, side: Side) {
  return {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="entry-${id}-${side}"`,
  }
}

/** Server-sent events. */
export function events(description: string) {
  return {
    description,
    content: { 'text/event-stream': { schema: z.string() } },
    headers: z.object({ 'X-Accel-Buffering': z.string() }),
  }
}

function problemOf<T extends z.ZodObject>(description: string, headers: T) {
  return { description, content: { 'application/problem+json': { schema: ProblemView } }, headers }
}

const refused = problemOf('A problem (RFC 9457).', z.object({}))
const unknown = problemOf('It is not known who asks.', z.object({ 'WWW-Authenticate': z.string() }))
const forbidden = problemOf(
  'Whoever asks may not do this, or the request may be the doing of another site.',
  z.object({ 'WWW-Authenticate': z.string().optional() }),
)
const later = problemOf(
  'Too much of one client at once, or too many wrong credentials.',
  z.object({ 'Retry-After': z.string() }),
)

/** What any route may answer, whatever it does: see door/limits.ts and door/hosts.ts. */
export const ofAny = { 403: forbidden, 411: refused, 413: refused, 429: later }
/** What any route answers that needs a role and the journal. */
export const always = { ...ofAny, 401: unknown, 503: refused }
export const problems = { 400: refused, ...always }
export const problemsOfOne = { ...problems, 404: refused }
/** Of what may not be possible as things stand. */
export const withConflict = { ...problemsOfOne, 409: refused }
/** Of what takes a body. */
export const ofBody = { 415: refused }
/** Where nothing has changed since an answer with the ETag that the request named. */
export const unchanged = { 304: { description: 'It is as If-None-Match says.', headers: tag() } }

/** The field that says which state of something was answered (RFC 9110 section 8.8.3). */
export function tag() {
  return z.object({ ETag: z.string() })
}
