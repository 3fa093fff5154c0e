import type { Gap } from '../journal/standing.ts'
import type { Micros } from '../journal/entry.ts'
import type { Audit, RecorderSum, SpoolSlot } from '../replayer/audit.ts'
import { countOf } from '../replayer/number-ranges.ts'

// What `reprise audit --json` prints.

export function auditJson({ verdict, recorders, slots }: Audit) {
  return { verdict, recorders: recorders.map(recorderJson), spools: slots.map(slotJson) }
}

function recorderJson(recorder: RecorderSum) {
  const { forwarded, total, missing, underWay, startedAt, spooledRecords, spooledBytes } = recorder
  const { stream, recorder: id, host, durability, state, presence } = recorder
  const { recorded, excluded, inDoubt, unsettled, lost, open, waiting } = recorder
  return {
    ...{ stream, recorder: id, host, durability, state, presence, startedAt: iso(startedAt) },
    ...{ firstNumber: forwarded === 0 ? null : 1, lastNumber: forwarded },
    sum: {
      ...{ forwarded, recorded, excluded, inDoubt, lost, open, waiting },
      ...{ underWay: countOf(underWay), missing: countOf(missing), total },
    },
    unsettled,
    context: recorder.context,
    missing: missing.map(gapJson),
    underWay: underWay.map(gapJson),
    duplicates: recorder.duplicates,
    damaged: recorder.damaged,
    saidSpooled: { records: spooledRecords, bytes: spooledBytes },
  }
}

function gapJson({ first, last, after, before }: Gap) {
  return { first, last, after: after && iso(after), before: before && iso(before) }
}

function slotJson({
  stream,
  folder,
  state,
  journal,
  recorders,
  records,
  bytes,
  damaged,
}: SpoolSlot) {
  const names = recorders.map(({ info }) => info.id)
  const isKnown = state === 'left'
  return {
    ...{ stream, folder, state, journal, recorders: names },
    ...{ records: isKnown ? records : null, bytes: isKnown ? bytes : null, damaged },
  }
}

function iso(at: Micros): string {
  return new Date(at / 1000).toISOString()
}
