import type { Life } from '../../journal/lives.ts'
import { stagesOf, type LifeStages } from '../life-stages.ts'
import { isoTime } from '../show.ts'
import { clip, printable, tableLines, type Column, type TableWidths } from '../table.ts'

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
  const lines = tableLines(EPOCHS, epochs, widths)
  return [...lines, ...findingsLines(epochs, widths)].map((line) => `${line}\n`).join('')
}

/** What the restore of the newest epoch that has findings left to look at. */
function findingsLines(epochs: readonly Life[], { line = Infinity }: TableWidths): string[] {
  const epoch = epochs.find(({ findings }) => findings !== null)
  if (epoch === undefined) return []
  const { entries, unlisted, probes } = epoch.findings!
  const told = [
    ...probes.map(({ probe, outcome, detail }) => [probe, outcome, detail]),
    ...entries.map(({ id, outcome, detail }) => [`entry ${id}`, outcome, detail]),
  ].map(([what, outcome, detail]) => {
    return `  ${what}: ${outcome!.replace('_', ' ')}${detail === null ? '' : ` (${detail})`}`
  })
  if (unlisted > 0) told.push(`  and ${unlisted} entries more: reprise runs ${epoch.run}`)
  return ['', `epoch ${epoch.number}:`, ...told].map((text) => clip(printable(text), line))
}

function tookWords(stage: keyof LifeStages): (life: Life) => string {
  return (life) => {
    const seconds = stagesOf(life)[stage]
    return seconds === null ? '-' : `${seconds.toFixed(1)} s`
  }
}
