import type { z } from '@hono/zod-openapi'
import { ProblemView } from './schemas.ts'

// What routes say of their answers.

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

export const refused = {
  description: 'A problem (RFC 9457).',
  content: { 'application/problem+json': { schema: ProblemView } },
}
export const away = { 503: refused }
export const problems = { 400: refused, ...away }
export const problemsOfOne = { ...problems, 404: refused }
