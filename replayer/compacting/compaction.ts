import type { EntryCursor, JournalReader } from '../../journal/contract.ts'
import type { EntrySummary } from '../../journal/entry.ts'
import type { EntryFilter } from '../../journal/filter.ts'
import { DEFAULT_RULES } from '../order/schedule.ts'
import { Compactor, type Compacted } from './compactor.ts'
import { parseCompactRule } from './rules.ts'

/** What is gone through: all that a plan would send, but for what stands behind the entry at which it ends. */
export interface Compactable {
  stream: string
  filter: EntryFilter
  stopsAt: EntrySummary | null
}

/** What a plan leaves out because of later entries. */
export interface Compaction extends Compacted {
  /** In their normal form. */
  rules: readonly string[]
}

/** Entries and bytes of bodies that are read at a time. */
const PAGE = { limit: 500, bytes: 8 * 1024 * 1024 }

/**
 * Goes through what a plan sends, once, from its end. `rules` in their normal form; of the entry `watched`
 * all is told.
 */
export async function compact(
  journal: JournalReader,
  { stream, filter, stopsAt }: Compactable,
  rules: readonly string[],
  watched?: number,
): Promise<Compaction> {
  const hosts = new Map((await journal.recorders(stream)).map(({ id, host }) => [id, host]))
  const compactor = new Compactor({
    rules: rules.map(parseCompactRule),
    clockOf: (recorder) => hosts.get(recorder) ?? recorder,
    tolerance: DEFAULT_RULES.tolerance,
    ...(watched !== undefined && { watched }),
  })
  const isAsked = filter.verdicts?.includes('context') === true
  const whole: EntryFilter = {
    ...(isAsked ? filter : { ...filter, context: 'also' }),
    ...(stopsAt && { before: { orderedAt: stopsAt.orderedAt, id: stopsAt.id } }),
  }
  const read = (after?: EntryCursor) => {
    const page = { ...PAGE, order: '-order', ...(after && { after }) } as const
    const reading = journal.entries(whole, page, 'opened')
    reading.catch(() => {})
    return reading
  }
  for (let next = read(); ;) {
    const page = await next
    const last = page.at(-1)
    if (last === undefined) return { ...compactor.finish(), rules }
    next = read({ orderedAt: last.orderedAt, id: last.id })
    for (const entry of page) compactor.observe(entry)
  }
}
