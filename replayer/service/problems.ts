import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Say } from '../../telemetry/log.ts'
import { nameOf } from './request-log.ts'
import { PROBLEMS, Problem, codeOf, messageOf } from '../../journal/problem.ts'

/** Every error that the service may answer, by its code. */
export const CATALOGUE = { ...PROBLEMS, internal: 'something went wrong here' }

/** Of RFC 9457 the type: where the catalogue is, and in it the code. */
export const typeOf = (code: keyof typeof CATALOGUE) => `/problems#${code}`

/** RFC 9457, with the code of the catalogue. */
export function problem(
  c: Context,
  status: number,
  code: keyof typeof CATALOGUE,
  detail: string,
  hint?: string,
) {
  const body = {
    type: typeOf(code),
    title: CATALOGUE[code],
    status,
    detail,
    code,
    ...(hint !== undefined && { hint }),
  }
  return c.json(body, status as 400, { 'Content-Type': 'application/problem+json' })
}

export function invalidInput(
  c: Context,
  error: z.ZodError | { issues: readonly z.core.$ZodIssue[] },
) {
  const detail = error.issues
    .map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`)
    .join('; ')
  return problem(c, 400, 'input_invalid', detail)
}

export function failure(c: Context, error: unknown, say: Say) {
  if (isDataException(error)) {
    return problem(c, 400, 'input_invalid', messageOf((error as Error).cause))
  }
  if (error instanceof Problem) {
    return problem(c, statusOf(error), error.code, error.message, error.hint)
  }
  // What Hono throws for a body that is no JSON, or of another type, carries its status.
  const { status } = error as { status?: unknown }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return problem(c, status, 'input_invalid', messageOf(error))
  }
  const { aborted, reason } = c.req.raw.signal
  // Whoever asked has left: nobody reads the answer, and nothing went wrong.
  if (aborted && error === reason) return c.body(null, 499 as 400)
  const request = nameOf(c)
  const { stack } = error as { stack?: unknown }
  say(messageOf(error), 'error', { request, ...(typeof stack === 'string' && { stack }) })
  return problem(c, 500, 'internal', `see the log of the service for request ${request}`)
}

function statusOf(error: Problem): number {
  if (error.code.endsWith('_unknown')) return 404
  if (CONFLICTS.has(error.code)) return 409
  if (error.source === 'user') return 400
  return error.retryable ? 503 : 500
}

/** What is as expected by itself, but not as things stand. */
const CONFLICTS: ReadonlySet<string> = new Set([
  ...['run_driven', 'run_undriven', 'run_limit', 'run_over', 'run_in_doubt', 'doubt_none'],
  ...['epoch_open', 'epoch_lost', 'rules_unproven'],
])

/** PostgreSQL could not take a value (class 22: a NUL in a text, a pattern too long). */
function isDataException(error: unknown): boolean {
  return error instanceof Problem && codeOf(error.cause)?.startsWith('22') === true
}
