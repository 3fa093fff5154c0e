import type { Deed } from '../journal/deed.ts'
import type { Attempt, Contrast, ContrastSide, Run } from '../journal/runs.ts'
import { isoTime } from './show.ts'
import { tableLines, type Column, type TableWidths } from './table.ts'

// Runs, what came of them, and who did what, as text for a terminal.

const RUNS: readonly Column<Run>[] = [
  { title: 'run', value: ({ id }) => String(id), align: 'right' },
  { title: 'began', value: ({ startedAt }) => isoTime(startedAt) },
  { title: 'stream', value: ({ stream }) => stream },
  { title: 'target', value: ({ target }) => target },
  { title: 'state', value: ({ state }) => state },
  { title: 'planned', value: ({ planned }) => String(planned), align: 'right' },
  { title: 'outcomes', value: outcomeWords },
]

export function runsTable(runs: readonly Run[], widths: TableWidths): string {
  return linesOf(tableLines(RUNS, runs, widths))
}

const ATTEMPTS: readonly Column<Attempt>[] = [
  { title: '#', value: ({ position }) => String(position), align: 'right' },
  { title: 'entry', value: ({ entry }) => String(entry), align: 'right' },
  { title: 'sent', value: ({ sentAt }) => isoTime(sentAt) },
  { title: 'outcome', value: ({ outcome }) => words(outcome) },
  { title: 'status', value: ({ status }) => String(status ?? '-'), align: 'right' },
  { title: 'why', value: ({ detail }) => detail ?? '' },
]

export function attemptsTable(attempts: readonly Attempt[], widths: TableWidths): string {
  return linesOf(tableLines(ATTEMPTS, attempts, widths))
}

/** `one` and `other`: the ids of the runs, for the head. */
export function contrastsTable(
  contrasts: readonly Contrast[],
  { one, other }: { one: number; other: number },
  widths: TableWidths,
): string {
  const columns: readonly Column<Contrast>[] = [
    { title: 'entry', value: ({ entry }) => String(entry), align: 'right' },
    { title: `run ${one}`, value: (contrast) => sideWords(contrast.one) },
    { title: `run ${other}`, value: (contrast) => sideWords(contrast.other) },
    { title: 'answers', value: ({ answers }) => answers },
  ]
  return linesOf(tableLines(columns, contrasts, widths))
}

const DEEDS: readonly Column<Deed>[] = [
  { title: 'id', value: ({ id }) => String(id), align: 'right' },
  { title: 'at', value: ({ at }) => isoTime(at) },
  { title: 'who', value: ({ who }) => who ?? '-' },
  { title: 'role', value: ({ role }) => role ?? '' },
  { title: 'by', value: ({ means }) => words(means) },
  { title: 'from', value: ({ address }) => address ?? '' },
  { title: 'what', value: ({ action }) => words(action) },
  { title: 'stream', value: ({ stream }) => stream ?? '' },
  { title: 'how', value: ({ detail }) => JSON.stringify(detail) },
]

export function deedsTable(deeds: readonly Deed[], widths: TableWidths): string {
  return linesOf(tableLines(DEEDS, deeds, widths))
}

function outcomeWords({ outcomes }: Run): string {
  return Object.entries(outcomes)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([outcome, n]) => `${n} ${words(outcome)}`)
    .join(', ')
}

function sideWords(side: ContrastSide | null): string {
  return side === null ? '-' : `${words(side.outcome)} ${side.status ?? ''}`.trimEnd()
}

/** `in_doubt`: in doubt */
function words(code: string): string {
  return code.replaceAll('_', ' ')
}

function linesOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
