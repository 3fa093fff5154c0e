import type { JournalReader } from '../journal/contract.ts'
import type { CompactedJournal } from './compacting/compaction.ts'
import type { EntryFilter } from '../journal/filter.ts'
import { entriesOf, makePlan, unknownStream, type InDoubt, type Plan } from './plan.ts'
import { askText, begin, choose, confirmRun, leave, tell } from './prompt.ts'
import type { Terminal, Wished } from './prompt.ts'
import { counted, planLine, previewTable } from './show.ts'
import { printable } from './table.ts'
import { askFilter } from './wizard-filter.ts'

/** What is settled before the first question. */
export interface WizardStart {
  /** Asked for where it is absent. */
  stream: string | undefined
  filter: EntryFilter
  inDoubt: InDoubt
  maxColumnWidth: number
  /** Throws an Error that says what is expected of a target, or why this one is not allowed. */
  parseTarget: (text: string, recordedTargets: readonly string[]) => URL
}

/**
 * Asks for everything that a replay needs: stream, filter, target, mode. Answers null when the
 * user left; nothing was sent then.
 */
export async function runWizard(
  journal: CompactedJournal,
  start: WizardStart,
  terminal: Terminal,
): Promise<Wished | null> {
  await begin('reprise replay', terminal)
  const wished = await ask(journal, start, terminal)
  await leave(wished === null ? 'Left. Nothing was sent.' : goodbye(wished), terminal)
  return wished
}

function goodbye({ mode, target }: Wished): string {
  return mode === 'dry' ? 'A dry run: nothing is sent.' : `On to ${target.href.replace(/\/$/, '')}`
}

async function ask(
  journal: CompactedJournal,
  start: WizardStart,
  terminal: Terminal,
): Promise<Wished | null> {
  const stream = start.stream ?? (await askStream(journal, terminal))
  if (stream === null) return null
  const filter = await askFilter(journal, stream, start.filter, terminal)
  if (filter === null) return null
  const plan = await askPlan(journal, { stream, filter, inDoubt: start.inDoubt }, terminal)
  if (plan === null) return null
  const target = await askText(
    'Where to?',
    plan.recordedTargets[0] ?? 'http://127.0.0.1:3000',
    (text) => start.parseTarget(text, plan.recordedTargets),
    terminal,
  )
  if (target === null) return null
  await tell(
    `${planLine(plan)}${await preview(journal, plan, start.maxColumnWidth, terminal)}`,
    terminal,
  )
  const mode = await choose(
    'How?',
    [
      { value: 'dry', label: 'dry run', hint: 'print all that would be sent, send nothing' },
      { value: 'each', label: 'step by step', hint: 'asked before each request' },
      { value: 'all', label: 'all', hint: 'asked once more, then sent one after the other' },
    ],
    terminal,
  )
  if (mode === null) return null
  const wished: Wished = { plan, target, mode }
  if (mode === 'all' && !(await confirmRun(wished, terminal))) return null
  return wished
}

async function askStream(journal: JournalReader, terminal: Terminal): Promise<string | null> {
  const streams = await journal.streams()
  if (streams.length === 0) throw unknownStream('nothing was recorded yet', [])
  const options = streams.map(({ stream, entries, targets }) => ({
    value: stream,
    label: printable(stream),
    hint: `${counted(entries, 'entry', 'entries')}, ${targets[0] ?? 'no upstream'}`,
  }))
  return choose('Which stream?', options, terminal)
}

/** Fixes the plan; entries in doubt need a word. */
async function askPlan(
  journal: CompactedJournal,
  selection: { stream: string; filter: EntryFilter; inDoubt: InDoubt },
  terminal: Terminal,
): Promise<Plan | null> {
  const plan = await makePlan(journal, selection)
  if (plan.stopsAt === null) return plan
  const doubtful = counted(plan.leftOut.in_doubt ?? 0, 'entry', 'entries')
  const inDoubt = await choose<InDoubt>(
    `Careful: the selection holds ${doubtful} in doubt: the backend may or may not have applied them`,
    [
      { value: 'skip', label: 'leave them out' },
      { value: 'send', label: 'send them too' },
      { value: 'stop', label: 'stop before the first', hint: `entry ${plan.stopsAt.id}` },
    ],
    terminal,
  )
  if (inDoubt === null) return null
  return inDoubt === 'stop' ? plan : makePlan(journal, { ...selection, inDoubt })
}

async function preview(
  journal: JournalReader,
  plan: Plan,
  maxColumnWidth: number,
  { output }: Terminal,
): Promise<string> {
  const first = []
  for await (const entry of entriesOf(journal, plan)) {
    if (first.push(entry) === 8) break
  }
  const rest = plan.planned - first.length
  // Beside the bar that the prompt draws at the left.
  const line = (output.columns ?? 80) - 4
  const table = previewTable(first, { column: maxColumnWidth, line })
  return rest > 0 ? `${table}\n… and ${rest} more` : table
}
