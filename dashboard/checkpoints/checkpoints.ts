import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { answered, api, type Checkpoint } from '../api/client.ts'

// The checkpoints of a stream: places before which nothing is needed to restore the backend.

/** The furthest in the order first: restores begin behind it. */
export function useCheckpoints(stream: string | undefined) {
  return useQuery({
    queryKey: ['checkpoints', stream],
    queryFn: async () => {
      const params = { path: { stream: stream! } }
      return (await answered(api.GET('/api/streams/{stream}/checkpoints', { params }))).checkpoints
    },
    enabled: stream !== undefined,
  })
}

/** Whoever changes them changes plans, and the trail. */
export function useChange<Told, Wanted>(work: (wanted: Wanted) => Promise<Told>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: work,
    onSuccess: () => {
      for (const name of ['checkpoints', 'plan', 'deeds']) {
        void queries.invalidateQueries({ queryKey: [name] })
      }
    },
  })
}

export interface Place {
  /** As it was typed: the id of an entry, or a moment; empty: the newest entry. */
  at: string
  note: string
}

/** What the service takes of it. */
export function placeBody({ at, note }: Place): { at?: number | string; note?: string } {
  const place = at.trim()
  const said = note.trim()
  return {
    ...(place !== '' && { at: /^\d+$/.test(place) ? Number(place) : place }),
    ...(said !== '' && { note: said }),
  }
}

/** What is typed to take one back: no other one of any stream is called so. */
export function nameOf({ stream, number }: Pick<Checkpoint, 'stream' | 'number'>): string {
  return `${stream} ${number}`
}

/** Where they are shown. */
export function checkpointsAddress(stream: string): string {
  return `/state?stream=${encodeURIComponent(stream)}#checkpoints`
}
