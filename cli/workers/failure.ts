import { Problem } from '../../journal/problem.ts'
import type { Failure } from './messages.ts'

/** An error, on its way to the primary. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Problem) {
    const { code, message, source, retryable, hint } = error
    return { code, message, source, retryable, hint }
  }
  return { unexpected: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

/** The same error, for whoever started the worker. */
export function errorOf(failure: Failure): Error {
  if ('unexpected' in failure) {
    // Where it came from, not where it was told.
    return Object.assign(new Error(failure.unexpected), { stack: failure.unexpected })
  }
  const { code, message, source, retryable, hint } = failure
  return new Problem(code, message, {
    source,
    ...(retryable && { retryable }),
    ...(hint !== undefined && { hint }),
  })
}

/** In a line of the log. */
export function describedFailure(failure: Failure): string {
  if ('unexpected' in failure) return failure.unexpected
  return `${failure.message.replaceAll(/\n\s*/g, '; ')} [${failure.code}]`
}
