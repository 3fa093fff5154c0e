import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { answered, api, Refused } from '../api/client.ts'
import { begin } from './session.ts'

/** A token is asked for, and given back for the cookie of a session; the page itself keeps nothing. */
export function SignIn({ why }: { why: string }) {
  const queries = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [token, setToken] = useState('')
  const [until, setUntil] = useState(0)
  const wait = useLeft(until)
  const signing = useMutation({
    mutationFn: (shown: string) => answered(api.POST('/api/session', { body: { token: shown } })),
    onSuccess: (who) => begin(queries, who),
    onError: (error) => {
      if (error instanceof Refused) setUntil(performance.now() + (error.wait ?? 0) * 1000)
      input.current?.select()
    },
  })
  return (
    <form
      className="sign-in"
      onSubmit={(event) => {
        event.preventDefault()
        if (token !== '' && wait === 0 && !signing.isPending) signing.mutate(token.trim())
      }}
    >
      <h2>Sign in</h2>
      <p>{why}</p>
      <label className="field">
        Token
        <input
          ref={input}
          type="password"
          value={token}
          maxLength={200}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          aria-invalid={signing.isError}
          aria-describedby="sign-in-says"
          onChange={({ target }) => setToken(target.value)}
        />
      </label>
      <p id="sign-in-says" className="wrong" role="alert">
        {signing.error !== null && refusalText(signing.error, wait)}
      </p>
      <button
        type="submit"
        className="primary"
        disabled={token === '' || wait > 0 || signing.isPending}
      >
        {signing.isPending ? 'Signing in…' : 'Sign in'}
      </button>
      <p className="muted">
        <code>reprise token NAME --role read</code> makes one. A service with{' '}
        <code>--tokens generate</code> has said it in its log. The browser keeps a cookie that no
        script reads, for half a day at most.
      </p>
    </form>
  )
}

/** How many seconds are left until a moment of the page's own clock, in whole ones. */
function useLeft(until: number): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const look = () => setLeft(Math.max(0, Math.ceil((until - performance.now()) / 1000)))
    look()
    if (until <= performance.now()) return
    const timer = setInterval(look, 250)
    return () => clearInterval(timer)
  }, [until])
  return left
}

function refusalText(error: Error, wait: number): string {
  if (!(error instanceof Refused)) return 'The service does not answer. Try again.'
  if (error.code === 'credentials_wrong') return 'The service does not know this token.'
  if (error.code !== 'failures_exceeded') return error.message
  return wait > 0
    ? `Wrong tokens came from here too often. In ${wait} s the next one is looked at.`
    : 'Wrong tokens came from here too often. Try again now.'
}
