import type { ReactNode } from 'react'
import { Refused } from '../api/client.ts'

// What stands where there is nothing to show, not yet, or not any more.

export function Loading({ what }: { what: string }) {
  return (
    <div className="state" role="status">
      <span className="spinner" aria-hidden="true" />
      <p>Reading {what}…</p>
    </div>
  )
}

export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <span className="blank" aria-hidden="true" />
      <h2>{title}</h2>
      <div className="why">{children}</div>
    </div>
  )
}

/** Why something is not shown, and a way to try it again. */
export function Failed({
  what,
  error,
  onRetry,
}: {
  what: string
  error: unknown
  onRetry: () => void
}) {
  const refused = error instanceof Refused ? error : null
  return (
    <div className="state failed" role="alert">
      <h2>{titleOf(what, refused)}</h2>
      <p className="why">
        {refused === null
          ? 'It may have been stopped, or the way to it is cut. This view comes back with it.'
          : refused.message}
      </p>
      {refused !== null && (
        <p className="why">
          <code>{refused.code}</code> {refused.hint}
        </p>
      )}
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}

function titleOf(what: string, refused: Refused | null): string {
  if (refused === null) return 'The service does not answer'
  return refused.code === 'role_insufficient'
    ? `${what} is not for your role`
    : `${what} cannot be shown`
}

/** Why something that was asked for was not done, in one line. */
export function ProblemText({ error }: { error: Error }) {
  if (!(error instanceof Refused))
    return 'The service does not answer: it may have been done or not.'
  return error.hint === undefined ? error.message : `${error.message} (${error.hint})`
}
