import type { Run } from '../api/client.ts'
import { countText, durationText } from '../journal/shown.ts'

// How fast a run goes, of what was seen of it lately.

/** How many of a run's requests had come to their end at a moment, in ms. */
export interface Sample {
  at: number
  done: number
}

/** How far back a rate looks, in ms. */
const WINDOW = 10_000

/** With one more, and without those that no rate looks at any more. */
export function sampled(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const begins = samples.findLastIndex(({ at }) => at <= sample.at - WINDOW)
  return [...samples.slice(Math.max(0, begins)), sample]
}

/** Requests a second until now; null: too little was seen of it. */
export function rateOf(samples: readonly Sample[], now: number): number | null {
  const begins = Math.max(
    0,
    samples.findLastIndex(({ at }) => at <= now - WINDOW),
  )
  const first = samples[begins]
  const last = samples.at(-1)
  if (first === undefined || last === undefined || now - first.at < 1_000) return null
  return (last.done - first.done) / ((now - first.at) / 1000)
}

export function doneOf({ outcomes }: Pick<Run, 'outcomes'>): number {
  return Object.entries(outcomes).reduce((sum, [one, n]) => (one === 'sending' ? sum : sum + n), 0)
}

export function rateText(rate: number): string {
  return rate > 0 && rate < 10 ? `${rate.toFixed(1)}/s` : `${countText(Math.round(rate))}/s`
}

/** About how long the rest takes; null: nobody knows. */
export function restText(rest: number, rate: number | null): string | null {
  if (rate === null || rate <= 0 || rest <= 0) return null
  const seconds = rest / rate
  if (seconds < 1) return 'less than a second'
  return seconds >= 86_400
    ? `${countText(Math.round(seconds / 86_400))} days`
    : seconds >= 3_600
      ? `${Math.floor(seconds / 3_600)} h ${Math.round((seconds % 3_600) / 60)} min`
      : durationText(Math.round(seconds) * 1000)
}
