import type { NumberRange } from '../journal/standing.ts'
import { placedBy } from '../journal/postgres/placed.ts'
import { lookAtSlots, spooledStreams, type FoundSlot } from '../proxy/slots.ts'
import type { SpoolSlot } from '../replayer/audit.ts'
import { joined } from '../replayer/number-ranges.ts'

/** What the spools of this machine hold of a stream, or of all. */
export async function findSlots(
  spoolDir: string,
  stream: string | undefined,
  journal: string,
): Promise<SpoolSlot[]> {
  const slots: SpoolSlot[] = []
  for (const name of stream === undefined ? spooledStreams(spoolDir) : [stream]) {
    for await (const found of lookAtSlots(spoolDir, name)) {
      slots.push(await slotOf(found, name, journal))
    }
  }
  return slots
}

async function slotOf(found: FoundSlot, stream: string, journal: string): Promise<SpoolSlot> {
  const placed = new Map<string, NumberRange[]>()
  const held = { records: 0, bytes: 0, damaged: 0 }
  for await (const one of found.records()) {
    if (one === null) {
      held.damaged++
      continue
    }
    held.records++
    held.bytes += one.size
    placed.set(one.recorder, withRanges(placed.get(one.recorder) ?? [], placedBy(one.record)))
  }
  const { folder, state, ledgers } = found
  return {
    ...{ stream, folder, state, placed, recorders: ledgers, ...held },
    // A spool that never reached a journal will be moved to the one that it reaches first.
    journal: found.journal === null || found.journal === journal ? 'this' : 'other',
  }
}

/** Mostly one number follows the other: then the list does not grow. */
function withRanges(list: NumberRange[], ranges: readonly NumberRange[]): NumberRange[] {
  for (const range of ranges) {
    const before = list.at(-1)
    if (before !== undefined && range.first === before.last + 1) before.last = range.last
    else list.push({ ...range })
  }
  return list.length > 100_000 ? joined(list) : list
}
