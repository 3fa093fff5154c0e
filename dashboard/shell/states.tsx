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
      <h2>{refused === null ? 'The service does not answer' : `${what} cannot be shown`}</h2>
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
