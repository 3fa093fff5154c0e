import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { RecorderAudit, RecorderInfo } from '../../journal/standing.ts'
import type { Journal } from '../../journal/contract.ts'
import type { Entry, NewEntry, NewRecord, Side } from '../../journal/entry.ts'
import { LEASE, NOON, body, newEntry, newStream, recorderOf, type EntryChanges } from './entries.ts'

// What recorders hand over besides entries, and what a journal tells of them.

export function entryRecord(
  number: number,
  changes: EntryChanges = {},
  had: 'intent' | 'nothing' = 'nothing',
): NewRecord {
  return { kind: 'entry', entry: newEntry(number, changes), had }
}

/** Of the mutation that `entryRecord` of the same number is about. */
export function intentRecord(number: number, changes: EntryChanges = {}): NewRecord {
  const { arrivedAt, sender, request } = newEntry(number, changes)
  return { kind: 'intent', intent: { number, arrivedAt, sender, request } }
}

export function unrecorded(
  reason: string,
  numbers: readonly number[],
  begun: readonly number[] = [],
): NewRecord {
  return { kind: 'unrecorded', unrecorded: { reason, numbers, begun } }
}

/** A body in pieces: as an entry holds it, and the pieces that go before that entry. */
export function inPieces(
  number: number,
  side: Side,
  pieces: readonly Buffer[] = [randomBytes(700), randomBytes(1), randomBytes(300)],
): {
  pieces: readonly Buffer[]
  whole: Buffer
  body: NewEntry['request']['body']
  records: NewRecord[]
} {
  const whole = Buffer.concat(pieces)
  const arrivedAt = newEntry(number).arrivedAt
  return {
    pieces,
    whole,
    body: { ...body(whole), bytes: Buffer.alloc(0), chunks: pieces.length },
    records: pieces.map((bytes, position) => ({
      kind: 'chunk',
      chunk: { number, arrivedAt, side, position, bytes, secrets: [] },
    })),
  }
}

/** A recorder that the journal knows, of a stream of its own unless one is given. */
export async function enrolled(
  journal: Journal,
  changes: Partial<RecorderInfo> = {},
  lease = LEASE,
): Promise<RecorderInfo> {
  const recorder = recorderOf(changes.stream ?? newStream(), { startedAt: NOON, ...changes })
  await journal.enrol(recorder, lease)
  return recorder
}

/** Appends records in one call, as a recorder that goes on unless said otherwise. */
export async function appendAll(
  journal: Journal,
  { stream, id }: Pick<RecorderInfo, 'stream' | 'id'>,
  records: readonly NewRecord[],
  as: 'open' | 'former' = 'open',
): Promise<void> {
  await journal.append(
    stream,
    id,
    records.map((record) => journal.seal(record)),
    as,
  )
}

export async function auditOf(
  journal: Journal,
  { stream, id }: Pick<RecorderInfo, 'stream' | 'id'>,
): Promise<RecorderAudit> {
  const audits = await journal.audit(stream)
  const found = audits.find(({ recorder }) => recorder === id)
  if (found === undefined) throw new Error(`no recorder ${id} in ${JSON.stringify(audits)}`)
  return found
}

/** What is said of it is just so; the rest of it may be anything. */
export async function expectAudit(
  journal: Journal,
  recorder: Pick<RecorderInfo, 'stream' | 'id'>,
  expected: Partial<RecorderAudit>,
): Promise<void> {
  const audit = await auditOf(journal, recorder)
  expect(audit).toEqual({ ...audit, ...expected })
}

/** All entries of a stream with their bodies, by number. */
export async function entriesOf(journal: Journal, stream: string): Promise<Entry[]> {
  const listed = await journal.list({ stream }, { order: 'id', limit: 10_000 })
  const entries = await Promise.all(listed.map(({ id }) => journal.entry(id)))
  return entries.sort((a, b) => a.number - b.number)
}
