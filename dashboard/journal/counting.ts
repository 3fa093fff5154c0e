import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { answered, api } from '../api/client.ts'
import { queryOf, type Filter } from './filter.ts'
import { countText } from './shown.ts'
import type { Strip } from './strip.ts'

// Counts over time. Of a filter that lets millions through they come in several answers, the latest
// first, and are shown as they come.

export interface Counts {
  /** Null: there is nothing to count. */
  strip: Strip | null
  /** How many answers it took so far. */
  answers: number
  /** Under way: all is counted back to this moment. */
  counting?: string
  /** The same, where somebody stopped it. */
  stopped?: string
}

/** How often the counts are read again while somebody looks, in ms. */
const PACE = 10_000

export interface CountsRead {
  /** Undefined: there are none yet. */
  data: Counts | undefined
  isError: boolean
  /** Of another filter or turn, until those of this one are there. */
  isFormer: boolean
  /** What is not counted yet stays uncounted. */
  stop: () => void
}

/** Read once for all that shows them: the chart, and how many match. */
export function useCounts(filter: Filter, turn: number): CountsRead {
  const queries = useQueryClient()
  const stopped = useRef(false)
  const queryKey = ['timeline', queryOf(filter), turn]
  const { data, isError, isPlaceholderData } = useQuery({
    queryKey,
    queryFn: ({ signal }) => {
      stopped.current = false
      const show = (counts: Counts) => void queries.setQueryData(queryKey, counts)
      return countOver(filter, signal, { show, isStopped: () => stopped.current })
    },
    placeholderData: keepPreviousData,
    // What took several answers is not asked for all the time.
    refetchInterval: ({ state }) => ((state.data?.answers ?? 1) > 1 ? false : PACE),
    refetchOnWindowFocus: false,
  })
  const stop = useCallback(() => void (stopped.current = true), [])
  return { data, isError, isFormer: isPlaceholderData, stop }
}

/**
 * How many match, where something is filtered and the chart counts just that; null: nothing is, or a text is
 * looked for, which is not counted.
 */
export function matchText(filter: Filter, { data, isError, isFormer }: CountsRead): string | null {
  if (queryOf(filter) === '' || filter.text !== undefined) return null
  if (isError) return null
  // Where it stands is there from the start: the list must not move when it is known.
  if (data === undefined || isFormer) return '… match'
  const count = (data.strip?.spans ?? []).reduce((sum, span) => sum + countIn(span), 0)
  const isPart = data.counting !== undefined || data.stopped !== undefined
  const words = count === 1 && !isPart ? '1 matches' : `${countText(count)} match`
  return isPart ? `at least ${words}` : words
}

function countIn(span: Strip['spans'][number]): number {
  return Object.values(span).reduce((sum, n) => sum + n, 0)
}

interface Counting {
  show: (counts: Counts) => void
  isStopped: () => boolean
}

async function countOver(
  filter: Filter,
  signal: AbortSignal,
  { show, isStopped }: Counting,
): Promise<Counts> {
  // What stands in bodies is not looked for: the chart shows all that the rest lets through.
  const { text: _, ...asked } = filter
  let query: Filter & { spans: number; after?: string } = { ...asked, spans: 120 }
  let strip: Strip | null = null
  for (let answers = 1; ; answers++) {
    const answer = await answered(api.GET('/api/timeline', { params: { query }, signal }))
    if (answer.since === null) return { strip, answers }
    const part: Strip = { ...answer, since: Date.parse(answer.since) }
    strip = strip === null ? part : added(strip, part)
    if (answer.next === null || answer.reached === null) return { strip, answers }
    const counts = { strip, answers }
    if (isStopped()) return { ...counts, stopped: answer.reached }
    show({ ...counts, counting: answer.reached })
    const until = new Date(strip.since + strip.step * strip.spans.length).toISOString()
    query = { since: answer.since, until, ...query, after: answer.next }
  }
}

function added(strip: Strip, part: Strip): Strip {
  const shift = Math.round((part.since - strip.since) / strip.step)
  const spans = strip.spans.map((counts, i) => {
    const more = part.spans[i - shift] ?? {}
    const verdicts = ['applied', 'failed', 'in_doubt', 'context'] as const
    const sums = verdicts.map((one) => [one, (counts[one] ?? 0) + (more[one] ?? 0)] as const)
    return Object.fromEntries(sums.filter(([, n]) => n > 0))
  })
  return { ...strip, spans }
}
