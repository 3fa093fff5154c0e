/** What came of one fault in one mode, all its rounds together. */
export interface TableRow {
  fault: string
  mode: string
  rounds: number
  acked: number
  recorded: number
  /** Acknowledged and not in the journal. */
  lost: number
  duplicated: number
  inDoubt: number
  /** Answered with 503 before the upstream was touched. */
  refused: number
  /** Left without the end of an answer. */
  cut: number
  outcome: 'held' | 'BROKEN'
}

const COLUMNS: readonly (readonly [string, (row: TableRow) => string | number])[] = [
  ['fault', (row) => row.fault],
  ['mode', (row) => row.mode],
  ['rounds', (row) => row.rounds],
  ['acked', (row) => row.acked],
  ['recorded', (row) => row.recorded],
  ['lost', (row) => row.lost],
  ['duplicated', (row) => row.duplicated],
  ['in doubt', (row) => row.inDoubt],
  ['refused', (row) => row.refused],
  ['cut', (row) => row.cut],
  ['', (row) => row.outcome],
]

export function drawTable(rows: readonly TableRow[]): string {
  const cells = [
    COLUMNS.map(([title]) => title),
    ...rows.map((row) => COLUMNS.map(([, value]) => value(row))),
  ]
  const widths = COLUMNS.map((_, column) =>
    Math.max(...cells.map((line) => String(line[column]).length)),
  )
  const lines = cells.map((line) =>
    line
      .map((cell, column) =>
        typeof cell === 'number'
          ? String(cell).padStart(widths[column]!)
          : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  )
  return lines.join('\n')
}
