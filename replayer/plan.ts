import type { JournalReader } from '../journal/contract.ts'
import type { EntrySummary, Verdict } from '../journal/entry.ts'
import type { EntryFilter } from '../journal/filter.ts'
import { Problem } from '../journal/problem.ts'

/** What is done with entries in doubt that the selection holds. */
export type InDoubt = 'stop' | 'skip' | 'send'

export interface Selection {
  stream: string
  filter: EntryFilter
  inDoubt: InDoubt
}

export interface Plan {
  stream: string
  /** What is read, in the order of the stream. */
  filter: EntryFilter
  planned: number
  /** Entries that match but are not sent, by verdict. */
  leftOut: Readonly<Partial<Record<Verdict, number>>>
  /** Upstreams the stream was recorded in front of. */
  recordedTargets: readonly string[]
}

/**
 * Fixes what a run will send. Without verdicts in the filter those are the applied entries.
 * Later entries do not join: the plan ends at the newest entry of this moment.
 */
export async function makePlan(journal: JournalReader, selection: Selection): Promise<Plan> {
  const { stream, inDoubt } = selection
  const [newest] = await journal.list({ stream }, { order: '-id', limit: 1 })
  const idTo = Math.min(selection.filter.idTo ?? Infinity, newest?.id ?? 0)
  const { verdicts: chosen, ...rest } = selection.filter
  const filter: EntryFilter = { ...rest, stream, idTo }
  const counts = await journal.count(filter)
  const verdicts =
    chosen ?? (inDoubt === 'send' ? (['applied', 'in_doubt'] as const) : (['applied'] as const))
  const doubtful = counts.in_doubt ?? 0
  if (doubtful > 0 && inDoubt === 'stop' && (chosen === undefined || chosen.includes('in_doubt'))) {
    throw new Problem(
      'in_doubt_unsettled',
      `the selection holds ${doubtful} ${doubtful === 1 ? 'entry' : 'entries'} in doubt: ` +
        'the upstream may or may not have applied them',
      { source: 'user', hint: 'say --in-doubt skip or --in-doubt send' },
    )
  }
  const sent = verdicts.filter((verdict) => verdict !== 'in_doubt' || inDoubt === 'send')
  const leftOut = Object.entries(counts).filter(([verdict]) => !sent.includes(verdict as Verdict))
  const streams = await journal.streams()
  return {
    stream,
    filter: { ...filter, verdicts: sent },
    planned: sent.reduce((sum, verdict) => sum + (counts[verdict] ?? 0), 0),
    leftOut: Object.fromEntries(leftOut),
    recordedTargets: streams.find((one) => one.stream === stream)?.targets ?? [],
  }
}

/** The entries of a plan in the order they are sent in, without their bodies. */
export async function* entriesOf(journal: JournalReader, plan: Plan): AsyncGenerator<EntrySummary> {
  const limit = 200
  let after: { orderedAt: number; id: number } | undefined
  for (;;) {
    const page = await journal.list(plan.filter, { order: 'order', limit, ...(after && { after }) })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < limit) return
    after = { orderedAt: last.orderedAt, id: last.id }
  }
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
