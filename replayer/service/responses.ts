import type { z } from '@hono/zod-openapi'
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

export const refused = {
  description: 'A problem (RFC 9457).',
  content: { 'application/problem+json': { schema: ProblemView } },
}

/** What any route answers that needs a role and the journal. */
export const always = { 401: refused, 403: refused, 429: refused, 503: refused }
export const problems = { 400: refused, ...always }
export const problemsOfOne = { ...problems, 404: refused }
/** Of what may not be possible as things stand. */
export const withConflict = { ...problemsOfOne, 409: refused }
