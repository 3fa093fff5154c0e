import { answered, api } from '../api/client.ts'
import type { Filter } from './filter.ts'
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

export interface Counting {
  show: (counts: Counts) => void
  isStopped: () => boolean
}

export async function countOver(
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
