import type { EntrySummary, Micros } from '../journal/entry.ts'
import type { Probed } from '../replayer/probe.ts'

// What `reprise in-doubt --json` prints.

export function doubtJson(entry: EntrySummary) {
  const { id, recorder, number, arrivedAt, method, target, verdict, cause, delivery } = entry
  const { settled, settledAt, settledBy } = entry
  return {
    ...{ id, recorder, number, arrivedAt: iso(arrivedAt), method, target },
    ...{ verdict, cause, delivery, settled, settledAt: settledAt && iso(settledAt), settledBy },
  }
}

export function probeJson({ entry, path, status, outcome, why }: Probed) {
  const { id, method, target } = entry
  return { entry: id, method, target, probe: path, status, outcome, why }
}

function iso(at: Micros): string {
  return new Date(at / 1000).toISOString()
}
