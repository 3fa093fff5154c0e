import { messageOf, Problem } from '../journal/problem.ts'

/** What was thrown, as a Problem; of what is none nothing is known, so it is not retried. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem('journal_refused', messageOf(error), { source: 'internal', cause: error })
}
