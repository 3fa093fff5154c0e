import type { Attempt, Contrast, ContrastSide, Run } from '../journal/runs.ts'
import { filterWords } from './filter-show.ts'
import { keptSpared } from './run/manner.ts'
import type { RunComparison } from './runs.ts'
import { isoTime } from './show.ts'
import { tableLines, type Column, type TableWidths } from './table.ts'

// Runs, and two of them beside each other, as text for a terminal.

const RUNS: readonly Column<Run>[] = [
  { title: 'run', value: ({ id }) => String(id), align: 'right' },
  { title: 'state', value: stateWords },
  { title: 'begun', value: ({ startedAt }) => isoTime(startedAt) },
  { title: 'stream', value: ({ stream }) => stream },
  { title: 'target', value: ({ target }) => target },
  { title: 'planned', value: ({ planned }) => String(planned), align: 'right' },
  { title: 'outcomes', value: ({ outcomes }) => outcomeWords(outcomes) },
  { title: 'selection', value: selectionText },
]

export function runsTable(runs: readonly Run[], widths: TableWidths): string {
  return `${tableLines(RUNS, runs, widths).join('\n')}\n`
}

/** `applied; /api/*; behind checkpoint 3; without what is needless by PUT /x/:1 replaces PUT /x/:1` */
function selectionText(run: Run): string {
  const { checkpoint, compactRules } = keptSpared(run)
  return [
    filterWords((run.selection ?? {}) as Record<string, unknown>),
    ...(checkpoint === null ? [] : [`behind checkpoint ${checkpoint}`]),
    ...(compactRules.length === 0
      ? []
      : [`without what is needless by ${compactRules.join(', ')}`]),
  ].join('; ')
}

const ATTEMPTS: readonly Column<Attempt>[] = [
  { title: '#', value: ({ position }) => String(position), align: 'right' },
  { title: 'entry', value: ({ entry }) => String(entry), align: 'right' },
  { title: 'sent', value: ({ sentAt }) => isoTime(sentAt) },
  { title: 'outcome', value: ({ outcome }) => outcome.replace('_', ' ') },
  { title: 'status', value: ({ status }) => String(status ?? '-'), align: 'right' },
  { title: 'why', value: ({ detail }) => detail ?? '' },
]

export function attemptsTable(attempts: readonly Attempt[], widths: TableWidths): string {
  return `${tableLines(ATTEMPTS, attempts, widths).join('\n')}\n`
}

/** Of one entry, in several runs. */
export function entryAttemptsTable(attempts: readonly Attempt[], widths: TableWidths): string {
  const run: Column<Attempt> = { title: 'run', value: (one) => String(one.run), align: 'right' }
  return `${tableLines([run, ...ATTEMPTS.slice(2)], attempts, widths).join('\n')}\n`
}

/** `running`, or how it is driven where that says more: `paused`. */
export function stateWords({ state, driven }: Run): string {
  if (driven === null) return state
  return driven === 'nobody' ? 'running, nobody drives it' : driven
}

/** `12 same, 1 failed` */
export function outcomeWords(outcomes: Run['outcomes']): string {
  const words = Object.entries(outcomes).map(([name, n]) => `${n} ${name.replace('_', ' ')}`)
  return words.join(', ') || 'nothing sent'
}

/** Both tallies, and a line an entry. */
export function comparisonText(
  { one, other, contrasts }: RunComparison,
  widths: TableWidths,
): string {
  const columns: readonly Column<Contrast>[] = [
    { title: 'entry', value: ({ entry }) => String(entry), align: 'right' },
    { title: `run ${one.id}`, value: (contrast) => sideWords(contrast.one) },
    { title: `run ${other.id}`, value: (contrast) => sideWords(contrast.other) },
    { title: 'bodies', value: ({ answers }) => answers },
  ]
  const tallies = [one, other].map(({ id, outcomes }) => `run ${id}: ${outcomeWords(outcomes)}\n`)
  const table = contrasts.length === 0 ? [] : tableLines(columns, contrasts, widths)
  return `${tallies.join('')}${table.map((line) => `${line}\n`).join('')}`
}

function sideWords(side: ContrastSide | null): string {
  if (side === null) return 'not sent'
  return `${side.outcome.replace('_', ' ')} (${side.status ?? 'no answer'})`
}
