import type { JournalReader } from '../journal/contract.ts'
import type { Verdict } from '../journal/entry.ts'
import type { EntryFilter } from '../journal/filter.ts'
import type { Timeline } from '../journal/timeline.ts'

/**
 * Counts over time of all that match, in at most so many spans, however many answers of the journal that
 * takes. Throws what `signal` was aborted with.
 */
export async function countOverTime(
  journal: Pick<JournalReader, 'timeline'>,
  filter: EntryFilter,
  most: number,
  signal: AbortSignal,
): Promise<Timeline> {
  let whole = await journal.timeline(filter, most)
  const until = whole.since + whole.step * whole.spans.length
  const spanned = { since: whole.since, until, ...filter }
  while (whole.next !== null) {
    signal.throwIfAborted()
    whole = added(whole, await journal.timeline(spanned, most, whole.next))
  }
  return whole
}

function added(whole: Timeline, part: Timeline): Timeline {
  const shift = Math.round((part.since - whole.since) / whole.step)
  const spans = whole.spans.map((counts, i) => {
    const sum: Partial<Record<Verdict, number>> = { ...counts }
    for (const [verdict, n] of Object.entries(part.spans[i - shift] ?? {})) {
      sum[verdict as Verdict] = (sum[verdict as Verdict] ?? 0) + n
    }
    return sum
  })
  return { ...whole, spans, next: part.next }
}
