import type { UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { Refused, type Who } from '../api/client.ts'
import { named } from '../shell/named.tsx'
import { Failed, Loading } from '../shell/states.tsx'
import { SignIn } from './SignIn.tsx'
import { isSignedOut, WhoContext } from './session.ts'

/** What is behind it is there while the service knows who looks; the address stays as it is. */
export function Door({ session, children }: { session: UseQueryResult<Who>; children: ReactNode }) {
  const { data, refetch } = session
  const error = useLastError(session)
  const isOut = isSignedOut(error)
  useEffect(() => {
    // Whoever has come in goes on with the keyboard where the view begins.
    if (!isOut) return
    return () => document.querySelector<HTMLElement>('#content')?.focus()
  }, [isOut])
  if (isOut) return named('Sign in', <SignIn why={reasonText(data)} />)
  if (data !== undefined) return <WhoContext value={data}>{children}</WhoContext>
  if (error === null) return <Loading what="who you are" />
  return named(
    'Sign in',
    error instanceof Refused && error.code === 'role_insufficient' ? (
      <Excluded says={error.message} />
    ) : (
      <Failed what="The page" error={error} onRetry={() => void refetch()} />
    ),
  )
}

/** Asked again, as whenever somebody comes back to the page, what it refused holds until it says something else. */
function useLastError({ status, error }: UseQueryResult<Who>): Error | null {
  const [last, setLast] = useState(error)
  const now = status === 'pending' && last instanceof Refused ? last : error
  if (now !== last) setLast(now)
  return now
}

function reasonText(before: Who | undefined): string {
  return before === undefined
    ? 'This service shows its journal to whoever has a token for it.'
    : `The session of ${before.name} has ended. Sign in to go on where you were.`
}

/** An identity proxy says who it is, and the settings give that person nothing. */
function Excluded({ says }: { says: string }) {
  const [isSigning, setSigning] = useState(false)
  if (isSigning) return <SignIn why="A token may give what your name does not." />
  return (
    <div className="state failed" role="alert">
      <h2>You may not look at this service</h2>
      <p className="why">{says}</p>
      <p className="why">
        Roles are given with <code>--identity-roles GROUP=ROLE</code>.
      </p>
      <button type="button" onClick={() => setSigning(true)}>
        Sign in with a token
      </button>
    </div>
  )
}
