// Rounds summed up: medians, and ratios taken within a round, since a neighbour's noise falls on all
// of a round alike.

import { median } from './figures.mjs'
import { OFF } from './subjects.mjs'

export function summaryOf(entrants) {
  const off = entrants.find(({ name }) => name === OFF)?.runs ?? []
  return entrants.map((entrant) => {
    const { name, runs, failure, answered, recorded, peakMegabytes } = entrant
    const of = (key) => medianOf(runs.map((run) => run?.[key]))
    return {
      ...{ name, failure, answered, recorded, peakMegabytes },
      ...{ rate: of('rate'), toOff: ratio(runs, off, 'rate') },
      ...{ p50: of('p50'), p99: of('p99'), p999: of('p999') },
      ...{ cpu: of('cpu'), storeCpu: of('storeCpu'), perCpuSecond: of('perCpuSecond') },
      cpuToOff: ratio(runs, off, 'perCpuSecond'),
      notes: notesOf(entrant),
    }
  })
}

/** `{ median, least, most }` over the rounds that both have. */
function ratio(runs, off, key) {
  const ratios = runs
    .map((run, round) => run?.[key] / off[round]?.[key])
    .filter((one) => Number.isFinite(one))
  if (ratios.length === 0) return undefined
  return { median: median(ratios), least: Math.min(...ratios), most: Math.max(...ratios) }
}

function medianOf(values) {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : median(known)
}

function notesOf({ note, notes, failure, changed, answered, recorded }) {
  return [
    ...(note === undefined ? [] : [note]),
    ...(changed ? ['its answers are not the bytes that the upstream sent'] : []),
    ...new Set(notes),
    ...(recorded !== undefined && recorded !== answered
      ? [`recorded ${recorded} of ${answered} that were answered`]
      : []),
    ...(failure === undefined ? [] : [`failed: ${failure}`]),
  ]
}
