import { randomUUID } from 'node:crypto'
import type { RecorderInfo } from '../../../journal/standing.ts'
import type { Journal } from '../../../journal/contract.ts'
import { appendAll, enrolled, entryRecord, unrecorded } from '../../journal/records.ts'
import type { EntryChanges } from '../../journal/entries.ts'

// Recorders of a shop: one alive, one that nobody has heard of, one that ended in order, one that died and
// took numbers with it; and entries in doubt.

/** Of those that are alive, in ms: they outlive any test. */
const LEASE = 3_600_000
const MINUTE = 60_000_000
/** In ms: it has run out when the next statement is made. */
const NO_LEASE = 0

const now = () => Date.now() * 1000

const DOUBT: EntryChanges = {
  ...{ verdict: 'in_doubt', cause: 'upstream_timeout', delivery: 'whole', answeredAt: null },
  response: null,
}

/** A recorder on some host, that began so many minutes ago. */
function began(journal: Journal, stream: string, host: string, ago: number, lease = LEASE) {
  const startedAt = now() - ago * MINUTE
  return enrolled(journal, { stream, host, startedAt, version: '0.1.0', pid: 300 + ago }, lease)
}

/** Entries with these numbers, of which some are in doubt. */
async function recordNumbers(
  journal: Journal,
  recorder: RecorderInfo,
  numbers: readonly number[],
  doubts: readonly number[] = [],
): Promise<void> {
  const records = numbers.map((number) =>
    entryRecord(number, {
      ...(doubts.includes(number) ? DOUBT : {}),
      arrivedAt: recorder.startedAt + number * 1_000_000,
      ...(!doubts.includes(number) && {
        answeredAt: recorder.startedAt + number * 1_000_000 + 9_000,
      }),
      request: { method: 'PUT', target: `/api/orders/${1000 + number}/address` },
    }),
  )
  await appendAll(journal, recorder, records)
}

export const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

/** A stream whose only recorder is alive, and of which every number has its place. */
export async function wellStream(journal: Journal, stream: string): Promise<RecorderInfo> {
  const alive = await began(journal, stream, 'edge-1', 2)
  await recordNumbers(journal, alive, range(1, 20))
  await appendAll(journal, alive, [unrecorded('grpc_stream', [21, 22]), unrecorded('asked', [23])])
  await journal.renew(stream, alive.id, LEASE, {
    ...{ lastNumber: 23, spooledRecords: 0, spooledBytes: 0 },
  })
  return alive
}

export interface Trouble {
  stream: string
  alive: RecorderInfo
  silent: RecorderInfo
  dead: RecorderInfo
}

/** A stream with nearly everything that may be wrong: a gap of numbers 31 to 34, five in doubt. */
export async function troubledStream(journal: Journal, stream: string): Promise<Trouble> {
  const stopped = await began(journal, stream, 'edge-1', 90)
  await recordNumbers(journal, stopped, range(1, 12))
  await journal.retire(stream, stopped.id, {
    ...{ lastNumber: 12, spooledRecords: 0, spooledBytes: 0 },
  })
  const dead = await began(journal, stream, 'edge-2', 60)
  await recordNumbers(journal, dead, [...range(1, 30), ...range(35, 40)], [8, 9])
  await appendAll(journal, dead, [unrecorded('lost', [41, 42])])
  const alive = await began(journal, stream, 'edge-3', 20)
  await journal.closeEnded(stream, { id: dead.id, lastNumber: 42, how: 'damaged' }, alive.id)
  await recordNumbers(journal, alive, range(1, 25), [5, 11, 17])
  await journal.renew(stream, alive.id, LEASE, {
    ...{ lastNumber: 37, spooledRecords: 12, spooledBytes: 34_500 },
  })
  const silent = await began(journal, stream, 'edge-4', 15, NO_LEASE)
  await recordNumbers(journal, silent, range(1, 3))
  return { stream, alive, silent, dead }
}

/** A name that no other test has. */
export const newName = (name: string) => `${name}-${randomUUID().slice(0, 8)}`
