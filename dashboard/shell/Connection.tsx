import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { answered, api } from '../api/client.ts'

/** How often the service is asked whether it is there, in ms. */
const PACE = 4_000

/** Whether the service answers. When it comes back, what had failed meanwhile is asked for again. */
export function Connection() {
  const queries = useQueryClient()
  const { isError, isPending, data } = useQuery({
    queryKey: ['health'],
    queryFn: () => answered(api.GET('/health')),
    refetchInterval: PACE,
    retry: false,
  })
  const wasAway = useRef(false)
  useEffect(() => {
    if (wasAway.current && !isError) {
      void queries.invalidateQueries({ predicate: ({ state }) => state.status === 'error' })
    }
    wasAway.current = isError
  }, [isError, queries])
  if (isPending) return <span className="connection" />
  return (
    <span className={isError ? 'connection away' : 'connection'} role="status">
      <i aria-hidden="true" />
      <span className="link-state">{isError ? 'Disconnected: trying again' : 'Connected'}</span>
      {!isError && <span className="version">{data?.version}</span>}
    </span>
  )
}
