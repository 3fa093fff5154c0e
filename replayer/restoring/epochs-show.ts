import type { Epoch } from '../../journal/epochs.ts'
import { isoTime } from '../show.ts'
import { tableLines, type Column, type TableWidths } from '../table.ts'

// The lives of a backend as text for a terminal.

const EPOCHS: readonly Column<Epoch>[] = [
  { title: 'epoch', value: ({ number }) => String(number), align: 'right' },
  { title: 'phase', value: ({ phase }) => phase },
  { title: 'begun', value: ({ beganAt }) => isoTime(beganAt) },
  { title: 'by', value: ({ sign }) => sign },
  { title: 'boot', value: ({ boot }) => boot ?? '-' },
  { title: 'run', value: ({ run }) => String(run ?? '-'), align: 'right' },
  { title: 'restored in', value: tookWords, align: 'right' },
  { title: 'outcome', value: ({ outcome }) => outcome?.replace('_', ' ') ?? '-' },
  { title: 'detail', value: ({ detail }) => detail ?? '' },
]

export function epochsTable(epochs: readonly Epoch[], widths: TableWidths): string {
  return `${tableLines(EPOCHS, epochs, widths).join('\n')}\n`
}

function tookWords({ beganAt, endedAt }: Epoch): string {
  return endedAt === null ? '-' : `${((endedAt - beganAt) / 1e6).toFixed(1)} s`
}
