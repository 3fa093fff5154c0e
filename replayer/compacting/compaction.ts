import type { EntryCursor, JournalReader } from '../../journal/contract.ts'
import type { Entry, EntrySummary } from '../../journal/entry.ts'
import type { EpochStore } from '../../journal/epochs.ts'
import type { EntryFilter } from '../../journal/filter.ts'
import type { RunStore } from '../../journal/runs.ts'
import { DEFAULT_RULES } from '../order/schedule.ts'
import { Compactor, type Compacted } from './compactor.ts'
import { GivenNames } from './given-names.ts'
import { Walked } from './reading.ts'
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

/** Where all of that stands, and what restores in between gave. */
export type CompactedJournal = JournalReader &
  Pick<EpochStore, 'restorations'> &
  Pick<RunStore, 'aliases'>

/** Entries and bytes of bodies that are read at a time. */
const PAGE = { limit: 500, bytes: 8 * 1024 * 1024 }

export interface Compacting {
  /** An entry of which all is to be told. */
  watched?: number
  /** Nobody waits for it any more: what is read then is not looked at. */
  signal?: AbortSignal
}

/** Goes through what a plan sends, once, from its end. `rules` in their normal form. */
export async function compact(
  journal: CompactedJournal,
  { stream, filter, stopsAt }: Compactable,
  rules: readonly string[],
  { watched, signal }: Compacting = {},
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
  const observe = await observing(journal, stream, compactor)
  for (let next = read(); ;) {
    const page = await next
    signal?.throwIfAborted()
    const last = page.at(-1)
    if (last === undefined) return { ...compactor.finish(), rules }
    next = read({ orderedAt: last.orderedAt, id: last.id })
    await observe(page)
  }
}

/** Tells a compactor of entries, in the names of what was recorded first where restores gave others. */
async function observing(
  journal: CompactedJournal,
  stream: string,
  compactor: Compactor,
): Promise<(page: readonly Entry[]) => Promise<void> | void> {
  const restored = await journal.restorations(stream)
  if (restored.length === 0) {
    return (page) => {
      for (const entry of page) compactor.observe(new Walked(entry))
    }
  }
  const given = new GivenNames(journal, stream, restored)
  return async (page) => {
    const walked = page.map((entry) => new Walked(entry))
    const namesOf = await given.namesOf(walked)
    for (const one of walked) compactor.observe(one, namesOf(one))
  }
}
