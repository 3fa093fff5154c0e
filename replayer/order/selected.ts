import type { JournalReader } from '../../journal/contract.ts'
import { isUnsettled, type EntrySummary } from '../../journal/entry.ts'
import { describeFilter, type EntryFilter } from '../../journal/filter.ts'
import { standsBefore, type Plan, type Selection } from '../plan.ts'

/** Why a plan does not send an entry, each reason by itself enough; empty: it does. */
export async function whyLeftOut(
  journal: JournalReader,
  plan: Plan,
  selection: Selection,
  entry: EntrySummary,
): Promise<string[]> {
  const { stream, stopsAt } = plan
  if (entry.stream !== stream) return [`it is of stream ${entry.stream}, not ${stream}`]
  const reasons = [
    ...(await narrowedBy(journal, selection.filter, entry)),
    ...byVerdict(plan, entry),
  ]
  const fate = plan.compaction?.fate
  if (fate != null && 'rule' in fate && plan.compaction?.left.has(entry.id) === true) {
    reasons.push(`entry ${fate.by} makes it needless, by the rule ${fate.rule}`)
  }
  if (stopsAt !== null && entry.id !== stopsAt.id && !standsBefore(entry, stopsAt)) {
    reasons.push(`the run ends before it, at entry ${stopsAt.id}, which is in doubt`)
  }
  return reasons
}

/** The parts of the filter that it does not match (verdicts apart): the journal is asked for each. */
async function narrowedBy(
  journal: JournalReader,
  filter: EntryFilter,
  { id, stream }: EntrySummary,
): Promise<string[]> {
  const reasons: string[] = []
  for (const [part, value] of Object.entries(filter)) {
    if (part === 'verdicts') continue
    const low = Math.max(id, part === 'idFrom' ? Number(value) : 0)
    const high = Math.min(id, part === 'idTo' ? Number(value) : Infinity)
    const alone = { [part]: value, stream, idFrom: low, idTo: high } as EntryFilter
    const found = Object.values(await journal.count(alone)).some((n) => n > 0)
    if (!found) reasons.push(`${WORDS[part] ?? part}: ${wordsOf(alone, part)}`)
  }
  return reasons
}

function wordsOf(filter: EntryFilter, part: string): string {
  if (part === 'after') return `entry ${filter.after!.id}`
  const described = describeFilter(filter)[part]
  const isMoment = part === 'since' || part === 'until'
  if (isMoment) return new Date(Number(described) / 1000).toISOString()
  return Array.isArray(described) ? described.join(', ') : String(described)
}

const WORDS: Readonly<Record<string, string>> = {
  idFrom: 'its id is below the first that is wanted',
  idTo: 'its id is above the last that is wanted',
  methods: 'its method is none of those that are wanted',
  paths: 'its path is none of those that are wanted',
  excludedPaths: 'its path is one of those that are left out',
  statuses: 'its status is none of those that are wanted',
  labels: 'it bears none of the labels that are wanted',
  users: 'its user is none of those that are wanted',
  clients: 'its client is none of those that are wanted',
  text: 'it does not have the text that is wanted',
  after: 'it does not stand behind the checkpoint',
  since: 'it arrived before the time that is wanted',
  until: 'it did not arrive before the time that is wanted',
}

function byVerdict({ filter, stopsAt }: Plan, entry: EntrySummary): string[] {
  const { verdict, settled, settledBy } = entry
  if (verdict === 'in_doubt' && settled !== null) {
    return [`it was in doubt and is settled as not applied (by ${settledBy ?? 'user'})`]
  }
  if (filter.verdicts?.includes(verdict)) return []
  if (!isUnsettled(entry)) {
    return [`its verdict is ${verdict.replace('_', ' ')} (--verdict ${verdict} sends such entries)`]
  }
  const what = 'it is in doubt whether the backend had applied it'
  return [stopsAt?.id === entry.id ? `${what}: the run ends before it` : what]
}
