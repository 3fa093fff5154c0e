import { useQuery } from '@tanstack/react-query'
import { answered, api } from '../api/client.ts'
import type { Filter } from '../journal/filter.ts'
import { MOST_IDS } from './wish.ts'

export interface StreamChoice {
  /** The one that is replayed; undefined: it is not known yet, or has to be chosen. */
  stream: string | undefined
  /** All there are, or those of the chosen entries. */
  names: readonly string[]
  isPending: boolean
  error: unknown
  retry: () => void
}

/** A run is of one stream: the named one, or the only one that there is, or that has chosen entries. */
export function useStream({ stream, id }: Filter): StreamChoice {
  const { data, isPending, error, refetch } = useQuery({
    queryKey: ['streams of', id ?? 'all'],
    queryFn: () => (id === undefined ? allStreams() : streamsOf(id)),
    staleTime: 30_000,
  })
  const names = data ?? []
  const only = names.length === 1 ? names[0] : undefined
  return { stream: stream ?? only, names, isPending, error, retry: () => void refetch() }
}

async function allStreams(): Promise<string[]> {
  const { streams } = await answered(api.GET('/api/streams'))
  return streams.filter(({ entries }) => entries > 0).map((one) => one.stream)
}

async function streamsOf(id: string): Promise<string[]> {
  const query = { id, columns: 'stream', limit: MOST_IDS }
  const { entries } = await answered(api.GET('/api/entries', { params: { query } }))
  return [...new Set(entries.flatMap(({ stream }) => stream ?? []))].sort()
}
