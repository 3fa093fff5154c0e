import type { Life } from '../../journal/lives.ts'
import { stagesOf, type LifeStages } from '../life-stages.ts'
import { isoTime } from '../show.ts'
import { tableLines, type Column, type TableWidths } from '../table.ts'

// The lives of a backend as text for a terminal.

const EPOCHS: readonly Column<Life>[] = [
  { title: 'epoch', value: ({ number }) => String(number), align: 'right' },
  { title: 'phase', value: ({ phase }) => phase },
  { title: 'begun', value: ({ beganAt }) => isoTime(beganAt) },
  { title: 'by', value: ({ sign }) => sign },
  { title: 'boot', value: ({ boot }) => boot ?? '-' },
  { title: 'run', value: ({ run }) => String(run ?? '-'), align: 'right' },
  { title: 'shut for', value: tookWords('shut'), align: 'right' },
  { title: 'waited', value: tookWords('waited'), align: 'right' },
  { title: 'replayed', value: tookWords('replayed'), align: 'right' },
  { title: 'proved', value: tookWords('proved'), align: 'right' },
  { title: 'outcome', value: ({ outcome }) => outcome?.replace('_', ' ') ?? '-' },
  { title: 'detail', value: ({ detail }) => detail ?? '' },
]

export function epochsTable(epochs: readonly Life[], widths: TableWidths): string {
  return `${tableLines(EPOCHS, epochs, widths).join('\n')}\n`
}

function tookWords(stage: keyof LifeStages): (life: Life) => string {
  return (life) => {
    const seconds = stagesOf(life)[stage]
    return seconds === null ? '-' : `${seconds.toFixed(1)} s`
  }
}
