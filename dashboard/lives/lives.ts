import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { answered, api, type Epoch } from '../api/client.ts'
import { useEvents } from '../api/events.ts'
import { keepTold } from '../api/told.ts'

// The lives of backends: which is the newest of each stream, as it changes, and how it stands in words.

const NEWEST = ['epochs'] as const

/** The newest life of each stream that keeps to epochs. */
export function useNewestLives(): readonly Epoch[] {
  const { data } = useQuery({
    queryKey: NEWEST,
    queryFn: () => answered(api.GET('/api/epochs')),
  })
  return data?.epochs ?? NONE
}

const NONE: readonly Epoch[] = []

/** Keeps them as they are; once on the page, and not behind another tab: browsers have few connections. */
export function useLivesFollowed(): void {
  const queries = useQueryClient()
  const isSeen = useSyncExternalStore(onVisibility, () => document.visibilityState === 'visible')
  useEvents(isSeen ? '/api/epochs/events' : null, 'epochs', (data) => {
    keepTold(queries, NEWEST, JSON.parse(data))
    void queries.invalidateQueries({ queryKey: ['lives'] })
  })
}

function onVisibility(listener: () => void): () => void {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}

/** How a life stands, in a word. `isOver`: a later one has been noticed. */
export function standingOf({ phase, outcome, number }: Epoch, isOver: boolean): string {
  if (phase === 'restoring') return isOver ? 'lost again' : 'being restored'
  if (outcome === 'given_up') return 'opened by hand'
  if (phase === 'failed') return outcome === 'differs' ? 'differs, shut' : 'not restored'
  if (outcome === 'differs') return 'restored, differs'
  if (outcome === 'failed') return 'not restored'
  if (outcome === 'restored') return 'restored'
  return number === 1 ? 'first seen' : 'open'
}

/** For colours: how good that is. */
export function moodOf({ phase, outcome }: Epoch): 'well' | 'look' | 'wrong' | 'plain' {
  if (phase === 'failed' || outcome === 'failed') return 'wrong'
  if (phase === 'restoring' || outcome === 'differs' || outcome === 'given_up') return 'look'
  return outcome === 'restored' ? 'well' : 'plain'
}

export interface Stage {
  name: 'waited' | 'replayed' | 'proved'
  seconds: number
}

/** The parts of the time for which clients were kept away; none where it is not over, or there was no run. */
export function stagesOf({ seconds }: Pick<Epoch, 'seconds'>): Stage[] {
  return (['waited', 'replayed', 'proved'] as const).flatMap((name) => {
    const took = seconds[name]
    return took === null ? [] : [{ name, seconds: took }]
  })
}

/** `0.3 s`, `12 s`, `4 min 10 s`. */
export function secondsText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}
