import {
  MutationCache,
  QueryCache,
  QueryClient,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { answered, api, Refused, type Who } from '../api/client.ts'
import { keepTold } from '../api/told.ts'

// Who looks at the page. The service is asked at first, whenever it said that it does not know who
// asks, and when the session is at its end: so the page never shows more than the service would.

export const SESSION = ['session'] as const

export type Role = NonNullable<Who['role']>

/** Each with all that stands before it, as the service has it. */
const ROLES: readonly Role[] = ['read', 'replay', 'admin']

/** The longest that a timer of the browser's waits, in ms. */
const LONGEST = 2 ** 31 - 1

/** Queries of which any that is refused for want of credentials has the session asked for again. */
export function createQueries(): QueryClient {
  const onError = (error: unknown) => {
    if (isSignedOut(error)) askAgain(queries)
  }
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { queryKey }) => void (queryKey[0] !== SESSION[0] && onError(error)),
    }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the service refused it refuses again.
        retry: (count, error) => !(error instanceof Refused) && count < 2,
        // Whether this machine has a network says nothing of a service on it.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
  return queries
}

export function askAgain(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: SESSION }, { cancelRefetch: false })
}

/** Whoever has signed in is somebody else, maybe: of what was read before nothing is kept. */
export function begin(queries: QueryClient, who: Who): void {
  queries.removeQueries({ predicate: ({ queryKey: [name] }) => !KEPT.has(name) })
  // Asked before, the service may be saying still that it knows nobody.
  keepTold(queries, SESSION, who)
}

const KEPT: ReadonlySet<unknown> = new Set([SESSION[0], 'health'])

export function useSession(): UseQueryResult<Who> {
  return useQuery({
    queryKey: SESSION,
    queryFn: () => answered(api.GET('/api/session')),
    staleTime: Infinity,
    gcTime: Infinity,
    refetchOnWindowFocus: 'always',
    refetchInterval: ({ state: { data, error } }) => {
      const end = data?.ends_at ?? null
      if (end === null || error !== null) return false
      return Math.min(Math.max(Date.parse(end) - Date.now(), 1_000), LONGEST)
    },
  })
}

/** The service wants credentials, and has none or none that still hold. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof Refused && error.code === 'credentials_missing'
}

export const WhoContext = createContext<Who | null>(null)

export function useWho(): Who | null {
  return useContext(WhoContext)
}

/** Whether the service would let whoever looks do what needs a role. */
export function useMay(needed: Role): boolean {
  const role = useWho()?.role ?? null
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

/** Why somebody may not, in words; null: they may. */
export function useRefusal(needed: Role): string | null {
  const who = useWho()
  const may = useMay(needed)
  return may || who === null ? null : `This needs the role ${needed}; ${who.name} has ${who.role}.`
}
