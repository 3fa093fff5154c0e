import type { Checkpoint } from '../journal/checkpoints.ts'
import { isoTime } from './show.ts'
import { printable, tableLines, type Column, type TableWidths } from './table.ts'

// Checkpoints as text for a terminal.

const COLUMNS: readonly Column<Checkpoint>[] = [
  { title: 'checkpoint', value: ({ number }) => String(number), align: 'right' },
  { title: 'at entry', value: ({ entry }) => String(entry), align: 'right' },
  { title: 'of', value: ({ orderedAt }) => isoTime(orderedAt) },
  { title: 'set', value: ({ setAt }) => isoTime(setAt) },
  { title: 'by', value: ({ setBy }) => setBy ?? '-' },
  { title: 'note', value: ({ note }) => note ?? '' },
]

export function checkpointsTable(checkpoints: readonly Checkpoint[], widths: TableWidths): string {
  return `${tableLines(COLUMNS, checkpoints, widths).join('\n')}\n`
}

export function checkpointWords({ number, stream, entry }: Checkpoint): string {
  return printable(`checkpoint ${number} of ${stream}, at entry ${entry}`)
}
