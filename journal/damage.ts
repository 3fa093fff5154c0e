import { hash } from 'node:crypto'
import type { Entry, Side } from './entry.ts'
import { Problem } from './problem.ts'

/** What is told of a body that is not what its digest says. */
export function damaged(entry: number, side: Side): Problem {
  return new Problem(
    'body_damaged',
    `the ${side} body of entry ${entry} is not what its digest says: it was changed or is incomplete`,
    { source: 'journal', hint: '`reprise audit` shows all that are' },
  )
}

/** The same of a request body that is kept in one piece, or null where it is what was recorded. */
export function damageOfOnePiece(entry: Entry): Problem | null {
  const { requestBody, requestDigest } = entry
  const isRight = requestDigest === null || hash('sha256', requestBody) === requestDigest
  return isRight ? null : damaged(entry.id, 'request')
}
