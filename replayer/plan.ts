import type { Run } from '../journal/runs.ts'
import type { EntryCursor, JournalReader } from '../journal/contract.ts'
import type { Entry, EntrySummary, Verdict } from '../journal/entry.ts'
import type { EntryFilter } from '../journal/filter.ts'
import { Problem } from '../journal/problem.ts'
import {
  compact,
  type CompactedJournal,
  type Compacting,
  type Compaction,
} from './compacting/compaction.ts'

/** What a run does at an entry in doubt that is not settled: end there, pass it by, or send it. */
export type InDoubt = 'stop' | 'skip' | 'send'

export interface Selection {
  stream: string
  filter: EntryFilter
  inDoubt: InDoubt
  /** An entry that is sent last, whatever the filter says; of all others only what stands before it. */
  upTo?: number
  /** Rules of compaction in their normal form: what they leave out is not sent. */
  compact?: readonly string[]
  /** The checkpoint behind which it begins, for people; `filter.after` is its place. */
  checkpoint?: number
}

export interface Plan {
  stream: string
  /** What is read, in the order of the stream. */
  filter: EntryFilter
  /** What it was made of; plain JSON, so that a run keeps it and can be resumed. */
  selection: Omit<Selection, 'stream'>
  planned: number
  /** Context that may be sent besides, where an entry needs it (see study.ts). */
  context: number
  /** Entries that match but are not sent, by verdict, and those settled as not applied. */
  leftOut: Readonly<Partial<Record<Verdict | 'not_applied', number>>>
  /** The first entry in doubt, where nobody said what to do with it: the run ends before it. */
  stopsAt: EntrySummary | null
  /** What is sent last, behind all that the filter selects; null: nothing is. */
  upTo: EntrySummary | null
  /** What later entries make needless; null: nobody asked. */
  compaction: Compaction | null
  /** The checkpoint behind which it begins; null: it begins with all that is selected. */
  behind: Behind | null
  /** Upstreams the stream was recorded in front of. */
  recordedTargets: readonly string[]
}

export interface Behind {
  checkpoint: number
  /** That the checkpoint stands at: the last that is left out. */
  entry: number
  /** How many that would be sent stand before it. */
  leftOut: number
}

/**
 * Fixes what a run will send. Without verdicts in the filter those are the applied entries.
 * Later entries do not join: the plan ends at the newest entry of this moment. Where it is compacted, all of
 * it is gone through.
 */
export async function makePlan(
  journal: CompactedJournal,
  selection: Selection,
  compacting?: Compacting,
): Promise<Plan> {
  const whole = await wholePlan(journal, selection)
  if (selection.compact === undefined) return whole
  const compaction = await compact(journal, whole, selection.compact, compacting)
  return { ...whole, compaction, planned: whole.planned - compaction.left.size }
}

async function wholePlan(journal: JournalReader, selection: Selection): Promise<Plan> {
  const { stream, inDoubt, compact: rules, checkpoint } = selection
  const [newest] = await journal.list({ stream }, { order: '-id', limit: 1 })
  const idTo = Math.min(selection.filter.idTo ?? Infinity, newest?.id ?? 0)
  const { verdicts: chosen, ...rest } = selection.filter
  const upTo = selection.upTo === undefined ? null : await journal.entry(selection.upTo)
  const before = upTo && { orderedAt: upTo.orderedAt, id: upTo.id }
  const filter: EntryFilter = { ...rest, stream, idTo, ...(before && { before }) }
  const doubtful: EntryFilter = { ...filter, verdicts: ['in_doubt'], settled: 'no' }
  const isDoubtChosen = chosen === undefined || chosen.includes('in_doubt')
  const certain = (chosen ?? ['applied']).filter((verdict) => verdict !== 'in_doubt')
  const sent = inDoubt === 'send' && isDoubtChosen ? [...certain, 'in_doubt' as const] : certain
  const counts = await journal.count(filter)
  const { context } = await journal.count({ stream, idTo, verdicts: ['context'] })
  const unsettled = (await journal.count(doubtful)).in_doubt ?? 0
  const streams = await journal.streams()
  const read: EntryFilter = { ...filter, verdicts: sent, settled: 'no' }
  return {
    stream,
    filter: read,
    selection: {
      ...{ filter: { ...selection.filter, idTo }, inDoubt },
      ...(upTo && { upTo: upTo.id }),
      ...(rules && { compact: rules }),
      ...(checkpoint !== undefined && { checkpoint }),
    },
    planned: sent.reduce(
      (sum, verdict) => sum + (verdict === 'in_doubt' ? unsettled : (counts[verdict] ?? 0)),
      upTo === null ? 0 : 1,
    ),
    context: sent.includes('context') ? 0 : (context ?? 0),
    leftOut: leftOutOf(counts, unsettled, [...sent, 'context']),
    stopsAt:
      inDoubt === 'stop' && isDoubtChosen
        ? ((await journal.list(doubtful, { order: 'order', limit: 1 }))[0] ?? null)
        : null,
    upTo,
    compaction: null,
    behind: checkpoint === undefined ? null : await behindOf(journal, checkpoint, read),
    recordedTargets: streams.find((one) => one.stream === stream)?.targets ?? [],
  }
}

async function behindOf(
  journal: JournalReader,
  checkpoint: number,
  { after, ...filter }: EntryFilter,
): Promise<Behind | null> {
  if (after === undefined) return null
  const { orderedAt, id: entry } = after
  const counts = await journal.count({ ...filter, before: { orderedAt, id: entry + 1 } })
  return { checkpoint, entry, leftOut: Object.values(counts).reduce((sum, n) => sum + n, 0) }
}

function leftOutOf(
  counts: Partial<Record<Verdict, number>>,
  unsettled: number,
  sent: readonly Verdict[],
): Plan['leftOut'] {
  const { in_doubt: inDoubt = 0, ...others } = counts
  const all = { ...others, in_doubt: unsettled, not_applied: inDoubt - unsettled }
  const left = Object.entries(all).filter(
    ([verdict, n]) => n > 0 && !sent.includes(verdict as Verdict),
  )
  return Object.fromEntries(left)
}

/** The entries of a plan in the order of the stream, without their bodies, from a place on. */
export async function* entriesOf(
  journal: JournalReader,
  plan: Plan,
  from?: EntryCursor,
): AsyncGenerator<EntrySummary> {
  const limit = 200
  let after = from
  for (;;) {
    const page = await journal.list(plan.filter, { order: 'order', limit, ...(after && { after }) })
    for (const entry of page) {
      if (plan.stopsAt !== null && !standsBefore(entry, plan.stopsAt)) return
      if (plan.compaction?.left.has(entry.id) !== true) yield entry
    }
    const last = page.at(-1)
    if (last === undefined || page.length < limit) break
    after = { orderedAt: last.orderedAt, id: last.id }
  }
  if (plan.upTo !== null) yield plan.upTo
}

/** How many entries a page has, and how many bytes of bodies. Two pages are in memory at a time. */
export interface PageSize {
  limit: number
  bytes: number
}

const PAGE: PageSize = { limit: 500, bytes: 8 * 1024 * 1024 }

/**
 * The same, and all context between them, secrets opened, with the bodies that are kept in one piece (those in chunks: `journal.body`), page by
 * page. The next page is read while the last one is used.
 */
export async function* wholeEntriesOf(
  journal: JournalReader,
  plan: Plan,
  size: PageSize = PAGE,
  from?: EntryCursor,
): AsyncGenerator<Entry> {
  const isAsked = plan.filter.verdicts?.includes('context') === true
  const filter: EntryFilter = isAsked ? plan.filter : { ...plan.filter, context: 'also' }
  const read = (after?: EntryCursor) => {
    const page = journal.entries(filter, { ...size, ...(after && { after }) }, 'opened')
    // Whoever asks for the next entry is told of it; who does not ask any more need not know.
    page.catch(() => {})
    return page
  }
  for (let next = read(from); ;) {
    const page = await next
    const last = page.at(-1)
    if (last === undefined) break
    next = read({ orderedAt: last.orderedAt, id: last.id })
    for (const entry of page) {
      if (plan.stopsAt !== null && !standsBefore(entry, plan.stopsAt)) return
      if (plan.compaction?.left.has(entry.id) !== true) yield entry
    }
  }
  if (plan.upTo !== null) yield await journal.entry(plan.upTo.id, 'opened')
}

/** The selection of a run. Throws a Problem for a run that kept none. */
export function selectionOf(run: Pick<Run, 'id' | 'stream' | 'plan'>): Selection {
  const { filter, inDoubt, ...rest } = (run.plan ?? {}) as Partial<Selection>
  if (filter === undefined || inDoubt === undefined) {
    throw new Problem('run_over', `run ${run.id} kept no plan: it was made by an older version`, {
      source: 'user',
      hint: 'replay again without --resume',
    })
  }
  const { upTo, compact: rules, checkpoint } = rest
  return {
    ...{ stream: run.stream, filter, inDoubt },
    ...(upTo !== undefined && { upTo }),
    ...(rules && { compact: rules }),
    ...(checkpoint !== undefined && { checkpoint }),
  }
}

/** By their places in the order of the stream. */
export function standsBefore(entry: EntrySummary, other: EntrySummary): boolean {
  if (entry.orderedAt !== other.orderedAt) return entry.orderedAt < other.orderedAt
  return entry.id < other.id
}

/**
 * The stream to replay: the named one, or the only one there is, or the only one that was recorded
 * in front of the target.
 */
export async function chooseStream(
  journal: JournalReader,
  named: string | undefined,
  target?: URL,
): Promise<string> {
  const known = await journal.streams()
  const streams = known.filter((one) => one.entries > 0).map((one) => one.stream)
  if (named !== undefined) {
    if (known.some((one) => one.stream === named)) return named
    throw unknownStream(`there is no stream '${named}'`, streams)
  }
  if (streams.length === 1) return streams[0]!
  const [recorded, ...others] = known.filter(
    ({ targets }) => target !== undefined && targets.includes(target.origin),
  )
  if (recorded !== undefined && others.length === 0) return recorded.stream
  throw unknownStream(
    streams.length === 0 ? 'nothing was recorded yet' : 'there are several streams',
    streams,
  )
}

export function unknownStream(what: string, streams: readonly string[]): Problem {
  return new Problem('stream_unknown', what, {
    source: 'user',
    hint:
      streams.length === 0
        ? 'record something first: reprise proxy --target URL'
        : `name one with --stream: ${streams.join(', ')}`,
  })
}
