import type { JournalReader } from '../../../journal/contract.ts'
import type { Entry } from '../../../journal/entry.ts'
import type { Plan } from '../../../replayer/plan.ts'

/** A journal that holds what was recorded, and is only read page by page. */
export function journalOf(stream: readonly Entry[]): JournalReader {
  const entries: JournalReader['entries'] = async ({ verdicts, context }, { after, limit }) =>
    stream
      .filter(
        ({ verdict }) =>
          (verdict === 'context' && context === 'also') || verdicts!.includes(verdict),
      )
      .filter(
        ({ orderedAt, id }) =>
          after === undefined ||
          orderedAt > after.orderedAt ||
          (orderedAt === after.orderedAt && id > after.id),
      )
      .slice(0, limit)
  return { entries } as JournalReader
}

/** All that was applied, and the context that it needs. */
export function planOf(stream: readonly Entry[]): Plan {
  const applied = stream.filter(({ verdict }) => verdict === 'applied')
  return {
    stream: 'model',
    filter: { stream: 'model', verdicts: ['applied'], settled: 'no', context: 'also' },
    selection: { filter: {}, inDoubt: 'stop' },
    planned: applied.length,
    ...{ context: 0, leftOut: {} },
    stopsAt: null,
    ...{ upTo: null, compaction: null, behind: null },
    recordedTargets: [],
  }
}
