import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, done, type Who } from '../api/client.ts'
import { fullText } from '../journal/shown.ts'
import { Menu } from '../shell/Menu.tsx'
import { isSignedOut, SESSION } from './session.ts'

/** Who has signed in, in which role, and the way out; nothing where nobody is asked who they are. */
export function Account({ who }: { who: Who }) {
  const queries = useQueryClient()
  const leaving = useMutation({
    mutationFn: async () => {
      try {
        await done(api.DELETE('/api/session'))
      } catch (error) {
        // It had ended already.
        if (!isSignedOut(error)) throw error
      }
    },
    onSuccess: () => queries.resetQueries({ queryKey: SESSION }),
  })
  if (who.by === 'machine') return null
  return (
    <div className="account">
      <Menu
        text={
          <>
            <span className="initial" aria-hidden="true">
              {who.name[0]}
            </span>
            <b>{who.name}</b> <span className="role">{who.role}</span>
          </>
        }
      >
        <p>
          <b>{who.name}</b> has the role <b>{who.role}</b>: {MAY[who.role ?? 'none']}.
        </p>
        {who.ends_at !== null && (
          <p className="muted">The session ends {fullText(who.ends_at)} at the latest.</p>
        )}
        {who.by === 'session' ? (
          <button type="button" disabled={leaving.isPending} onClick={() => leaving.mutate()}>
            Sign out
          </button>
        ) : (
          <p className="muted">Known by the proxy before this service, which signs people out.</p>
        )}
        {leaving.isError && (
          <p className="wrong" role="alert">
            {leaving.error.message}
          </p>
        )}
      </Menu>
    </div>
  )
}

const MAY = {
  read: 'it looks at what was recorded and replayed',
  replay: 'it looks, replays, settles and labels',
  admin: 'it may do everything',
  none: 'it may do nothing',
} as const
