import type { ListedDifference, RunReport } from './run-report.ts'
import { counted } from './show.ts'
import { tableLines, type Column, type TableWidths } from './table.ts'

// What stands below the lines of a run: its first differences, and what was replaced.

const COLUMNS: readonly Column<ListedDifference>[] = [
  { title: 'entry', value: ({ entry }) => String(entry), align: 'right' },
  { title: 'request', value: ({ method, target }) => `${method} ${target}` },
  { title: 'where', value: ({ where }) => where },
  { title: 'recorded', value: ({ recorded }) => valueText(recorded) },
  { title: 'came', value: ({ came }) => valueText(came) },
]

/** `run` is the one to ask about for more. Empty where there is nothing to tell. */
export function reportLines(report: RunReport, run: number, widths: TableWidths): string {
  const { differences, moreDifferences, replaced, leftAlone } = report
  const table = {
    ...widths,
    ...(widths.line !== undefined && { line: widths.line - INDENT.length }),
  }
  const lines = [
    ...(differences.length === 0
      ? []
      : ['differences', ...tableLines(COLUMNS, differences, table)]),
    ...(moreDifferences === 0 ? [] : [`and ${moreDifferences} more`]),
    ...(replaced.values + leftAlone === 0
      ? []
      : [`${replacedWords(report)} (reprise aliases ${run})`]),
  ]
  return lines.map((line) => `${INDENT}${line}\n`).join('')
}

const INDENT = '  '

function replacedWords({ replaced: { values, requests }, leftAlone }: RunReport): string {
  const where = requests === 0 ? '' : ` in ${counted(requests, 'request', 'requests')}`
  const left = leftAlone === 0 ? '' : `, ${leftAlone} left alone`
  return `${counted(values, 'value', 'values')} replaced${where}${left}`
}

/** Which secrets were not sent, for they are not known; null where all were. */
export function withoutWords({ without: { requests, names } }: RunReport): string | null {
  if (requests === 0) return null
  return (
    `${counted(requests, 'request was', 'requests were')} replayed without ` +
    `${[...names].map((name) => IN_PLACE[name] ?? name).join(', ')}: ` +
    'the values were left out, or sealed with another key (--secret-key)'
  )
}

/** What is withheld of a request besides fields; masks went in its place. */
const IN_PLACE: Readonly<Record<string, string>> = {
  '(query)': 'secrets of their query',
  '(body)': 'secrets of their body',
}

function valueText(value: string | null): string {
  return value === null ? 'nothing' : value === '' ? '(empty)' : value
}
