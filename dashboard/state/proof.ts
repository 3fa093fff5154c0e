import { useQuery, useQueryClient } from '@tanstack/react-query'
import { answered, api, type Audit, type Stream } from '../api/client.ts'

/** Up to so many entries and bytes the sum costs little: then it is made up without being asked for. */
const FEW_ENTRIES = 20_000
const FEW_BYTES = 50_000_000

export interface Proven {
  audit: Audit
  /** In ms: when it was there, and how long it took. */
  at: number
  took: number
}

export interface ProofState {
  audit: Proven | null
  isBusy: boolean
  error: unknown
  prove: () => void
  stop: () => void
}

export function isCheap(streams: readonly Stream[]): boolean {
  const entries = streams.reduce((sum, one) => sum + one.entries, 0)
  const bytes = streams.reduce((sum, one) => sum + (one.body_bytes ?? Infinity), 0)
  return entries <= FEW_ENTRIES && bytes <= FEW_BYTES
}

/** The sum that proves the journal, made up when somebody asks, or at once where it is cheap. */
export function useProof(stream: string | undefined, isAsked: boolean): ProofState {
  const queries = useQueryClient()
  const queryKey = ['audit', stream]
  const { data, error, isFetching, refetch } = useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<Proven> => {
      const began = performance.now()
      const query = stream === undefined ? {} : { stream }
      const audit = await answered(api.GET('/api/audit', { params: { query }, signal }))
      return { audit, at: Date.now(), took: performance.now() - began }
    },
    enabled: isAsked,
    staleTime: 30_000,
    gcTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
  })
  return {
    audit: data ?? null,
    isBusy: isFetching,
    error,
    prove: () => void refetch(),
    stop: () => void queries.cancelQueries({ queryKey }),
  }
}
