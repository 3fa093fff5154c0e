import type { JournalReader } from '../journal/contract.ts'
import { VERDICTS, type Verdict } from '../journal/entry.ts'
import { parseStatusRange, type EntryFilter } from '../journal/filter.ts'
import { parsePathPattern } from '../journal/path-pattern.ts'
import { Problem } from '../journal/problem.ts'
import { entriesOf, makePlan, type InDoubt, type Plan } from './plan.ts'
import {
  askText,
  begin,
  choose,
  confirmRun,
  leave,
  tell,
  type Terminal,
  type Wished,
} from './prompt.ts'
import { entriesTable, planLine } from './show.ts'

/**
 * Asks for everything that a replay needs: stream, filter, target, mode. Answers null when the
 * user left; nothing was sent then.
 */
export async function runWizard(
  journal: JournalReader,
  terminal: Terminal,
): Promise<Wished | null> {
  begin('reprise replay', terminal)
  const wished = await ask(journal, terminal)
  if (wished === null) leave('Left. Nothing was sent.', terminal)
  return wished
}

async function ask(journal: JournalReader, terminal: Terminal): Promise<Wished | null> {
  const stream = await askStream(journal, terminal)
  if (stream === null) return null
  const filter = await askFilter(journal, stream, terminal)
  if (filter === null) return null
  const plan = await askPlan(journal, stream, filter, terminal)
  if (plan === null) return null
  const target = await askText(
    'Where to?',
    plan.recordedTargets[0] ?? 'http://127.0.0.1:3000',
    parseTarget,
    terminal,
  )
  if (target === null) return null
  tell(`${planLine(plan)}${await preview(journal, plan)}`, terminal)
  const mode = await choose(
    'How?',
    [
      { value: 'dry', label: 'dry run', hint: 'print all that would be sent, send nothing' },
      { value: 'each', label: 'step by step', hint: 'asked before each request' },
      { value: 'all', label: 'all' },
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
  if (streams.length === 0) {
    throw new Problem('stream_unknown', 'nothing was recorded yet', {
      source: 'user',
      hint: 'record something first: reprise proxy --target URL',
    })
  }
  const options = streams.map(({ stream, entries, targets }) => ({
    value: stream,
    label: stream,
    hint: `${entries} entries, ${targets[0] ?? 'no upstream'}`,
  }))
  return choose('Which stream?', options, terminal)
}

type FilterPart =
  | 'go'
  | 'method'
  | 'path'
  | 'excluded'
  | 'status'
  | 'id'
  | 'label'
  | 'verdict'
  | 'reset'

/** Narrows the selection part by part; every question shows how many entries match so far. */
async function askFilter(
  journal: JournalReader,
  stream: string,
  terminal: Terminal,
): Promise<EntryFilter | null> {
  let filter: EntryFilter = {}
  for (;;) {
    const counts = await journal.count({ ...filter, stream })
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0)
    const by = Object.entries(counts).map(([verdict, n]) => `${n} ${verdict}`)
    const part = await choose<FilterPart>(
      `Which entries? ${total} match${by.length === 0 ? '' : ` (${by.join(', ')})`}`,
      [
        { value: 'go', label: 'go on with these' },
        { value: 'method', label: 'methods', hint: filter.methods?.join(' ') ?? 'all' },
        { value: 'path', label: 'paths', hint: shown(filter.paths) },
        {
          value: 'excluded',
          label: 'paths to leave out',
          hint: shown(filter.excludedPaths, 'none'),
        },
        { value: 'status', label: 'recorded statuses', hint: filter.statuses ? 'some' : 'all' },
        { value: 'id', label: 'from id', hint: String(filter.idFrom ?? 'the first') },
        { value: 'label', label: 'labels', hint: filter.labels?.join(' ') ?? 'all' },
        { value: 'verdict', label: 'verdicts', hint: filter.verdicts?.join(' ') ?? 'applied' },
        { value: 'reset', label: 'take all filters away' },
      ],
      terminal,
    )
    if (part === null) return null
    if (part === 'go') return filter
    const narrowed = part === 'reset' ? {} : await askPart(part, filter, terminal)
    if (narrowed === null) return null
    filter = narrowed
  }
}

async function askPart(
  part: Exclude<FilterPart, 'go' | 'reset'>,
  filter: EntryFilter,
  terminal: Terminal,
): Promise<EntryFilter | null> {
  const list = async <T>(message: string, parse: (word: string) => T) =>
    askText(
      `${message} (several with a space between)`,
      '',
      (text) => words(text).map(parse),
      terminal,
    )
  const withPart = <T>(name: keyof EntryFilter, value: T[] | null): EntryFilter | null =>
    value === null ? null : value.length === 0 ? filter : { ...filter, [name]: value }
  switch (part) {
    case 'method':
      return withPart('methods', await list('Methods', (word) => word.toUpperCase()))
    case 'path':
      return withPart('paths', await list('Paths: /exact, /prefix/* or glob', parsePathPattern))
    case 'excluded':
      return withPart('excludedPaths', await list('Paths to leave out', parsePathPattern))
    case 'status':
      return withPart('statuses', await list('Statuses: 404, 5xx, 400-499', parseStatusRange))
    case 'label':
      return withPart('labels', await list('Labels', (word) => word))
    case 'verdict':
      return withPart('verdicts', await list(`Verdicts: ${VERDICTS.join(' ')}`, parseVerdict))
    case 'id': {
      const idFrom = await askText('From id', String(filter.idFrom ?? 1), parseId, terminal)
      return idFrom === null ? null : { ...filter, idFrom }
    }
  }
}

/** Fixes the plan; entries in doubt need a word. */
async function askPlan(
  journal: JournalReader,
  stream: string,
  filter: EntryFilter,
  terminal: Terminal,
): Promise<Plan | null> {
  try {
    return await makePlan(journal, { stream, filter, inDoubt: 'stop' })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'in_doubt_unsettled') throw error
    const inDoubt = await choose<Exclude<InDoubt, 'stop'>>(
      `Careful: ${error.message}`,
      [
        { value: 'skip', label: 'leave them out' },
        { value: 'send', label: 'send them too' },
      ],
      terminal,
    )
    return inDoubt === null ? null : makePlan(journal, { stream, filter, inDoubt })
  }
}

async function preview(journal: JournalReader, plan: Plan): Promise<string> {
  const shownEntries = []
  for await (const entry of entriesOf(journal, plan)) {
    if (shownEntries.push(entry) === 8) break
  }
  const rest = plan.planned - shownEntries.length
  const more = rest > 0 ? `... and ${rest} more\n` : ''
  return shownEntries.length === 0 ? '' : entriesTable(shownEntries, 40) + more
}

function shown(patterns: readonly { text: string }[] | undefined, none = 'all'): string {
  return patterns?.map((pattern) => pattern.text).join(' ') ?? none
}

function words(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}

function parseVerdict(word: string): Verdict {
  const verdict = VERDICTS.find((one) => one === word)
  if (verdict === undefined) throw new RangeError(`expected some of ${VERDICTS.join(', ')}`)
  return verdict
}

function parseId(text: string): number {
  if (!/^\d+$/.test(text.trim())) throw new RangeError('expected a whole number')
  return Number(text)
}

function parseTarget(text: string): URL {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new RangeError('expected a URL such as http://127.0.0.1:3000')
  }
  return new URL(text)
}
