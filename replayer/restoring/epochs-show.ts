import type { Epoch } from '../../journal/epochs.ts'
import { isoTime } from '../show.ts'
import { clip, printable, tableLines, type Column, type TableWidths } from '../table.ts'

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
  const lines = tableLines(EPOCHS, epochs, widths)
  return [...lines, ...findingsLines(epochs, widths)].map((line) => `${line}\n`).join('')
}

/** What the restore of the newest epoch that has findings left to look at. */
function findingsLines(epochs: readonly Epoch[], { line = Infinity }: TableWidths): string[] {
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

function tookWords({ beganAt, endedAt }: Epoch): string {
  return endedAt === null ? '-' : `${((endedAt - beganAt) / 1e6).toFixed(1)} s`
}
