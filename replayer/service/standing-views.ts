import type { z } from '@hono/zod-openapi'
import type { Gap, JournalSize, RecorderStanding } from '../../journal/standing.ts'
import type { Audit, RecorderSum, SpoolSlot } from '../audit.ts'
import { countOf } from '../number-ranges.ts'
import type * as schemas from './standing-schemas.ts'
import { isoMicros, isoMicrosOrNull } from './views.ts'

// How things stand, in the API's shapes. Apart from its routes: the command line shows these too, and loads
// no server for it.

export function sizeView({ bytes, weeks }: JournalSize): z.input<typeof schemas.SizeView> {
  return { bytes, weeks: weeks.map((week) => ({ ...week, since: isoMicros(week.since) })) }
}

export function recorderView(recorder: RecorderStanding): z.input<typeof schemas.RecorderView> {
  const { stream, id, target, durability, host, pid, version, state } = recorder
  return {
    ...{ stream, id, target, durability, host, pid, version, state },
    when_unrecordable: recorder.whenUnrecordable,
    started_at: isoMicros(recorder.startedAt),
    lease_until: isoMicrosOrNull(recorder.leaseUntil),
    ended_at: isoMicrosOrNull(recorder.endedAt),
    latest_at: isoMicrosOrNull(recorder.latestAt),
    last_number: recorder.lastNumber,
    spooled_records: recorder.spooledRecords,
    spooled_bytes: recorder.spooledBytes,
  }
}

export function auditView({ verdict, recorders, slots }: Audit): z.input<typeof schemas.AuditView> {
  return { verdict, recorders: recorders.map(sumView), spools: slots.map(spoolView) }
}

function sumView(sum: RecorderSum) {
  const { stream, recorder, host, presence, forwarded, recorded, unsettled, lost } = sum
  return {
    ...{ stream, recorder, host, presence, forwarded, recorded, unsettled, lost },
    ...{ open: sum.open, waiting: sum.waiting, total: sum.total },
    excluded: { ...sum.excluded },
    in_doubt: sum.inDoubt,
    under_way: countOf(sum.underWay),
    missing: sum.missing.map(gapView),
    duplicates: [...sum.duplicates],
    damaged: [...sum.damaged],
  }
}

function gapView({ first, last, after, before }: Gap) {
  return { first, last, after: isoMicrosOrNull(after), before: isoMicrosOrNull(before) }
}

function spoolView({ stream, state, records, bytes, damaged }: SpoolSlot) {
  const isKnown = state === 'left'
  const held = { records: isKnown ? records : null, bytes: isKnown ? bytes : null }
  return { stream, state, ...held, damaged }
}
