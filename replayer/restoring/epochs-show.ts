import type { Life } from '../../journal/lives.ts'
import { stagesOf, type LifeStages } from '../life-stages.ts'
import { isoTime } from '../show.ts'
import { clip, printable, tableLines, type Column, type TableWidths } from '../table.ts'

// The lives of a backend as text for a terminal.

/** `isOver`: a later life was noticed, however this one stood. */
type ShownLife = Life & { isOver: boolean }

const EPOCHS: readonly Column<ShownLife>[] = [
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
  { title: 'outcome', value: outcomeWords },
  { title: 'detail', value: ({ detail }) => detail ?? '' },
]

/** The newest first. `isLatest`: the first of them is the one that goes on. */
export function epochsTable(
  epochs: readonly Life[],
  { isLatest, ...widths }: TableWidths & { isLatest: boolean },
): string {
  const shown = epochs.map((life, at) => ({ ...life, isOver: !isLatest || at > 0 }))
  const lines = tableLines(EPOCHS, shown, widths)
  return [...lines, ...findingsLines(epochs, widths)].map((line) => `${line}\n`).join('')
}

/** A restore that a further loss overtook has no outcome. */
function outcomeWords({ outcome, phase, isOver }: ShownLife): string {
  if (outcome !== null) return outcome.replace('_', ' ')
  return isOver && phase === 'restoring' ? 'lost again' : '-'
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
