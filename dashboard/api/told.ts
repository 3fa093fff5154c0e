import type { QueryClient, QueryKey } from '@tanstack/react-query'

/** What was told otherwise than by asking for it is newer than an answer that is still on its way. */
export function keepTold(queries: QueryClient, queryKey: QueryKey, data: unknown): void {
  queries.setQueryData(queryKey, data)
  void queries.cancelQueries({ queryKey, exact: true })
}
