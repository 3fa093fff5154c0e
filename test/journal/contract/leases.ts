import { describe, expect, test } from 'vitest'
import type { RecorderInfo } from '../../../journal/standing.ts'
import type { Journal } from '../../../journal/contract.ts'
import { LEASE, NOTHING_GIVEN } from '../entries.ts'
import {
  appendAll,
  auditOf,
  expectAudit,
  enrolled,
  entriesOf,
  entryRecord,
  inPieces,
  intentRecord,
  unrecorded,
} from '../records.ts'

const FENCED = { code: 'recorder_fenced', source: 'journal', retryable: false }

/** In ms: it has run out when the next statement is made. */
const NO_LEASE = 0

export function declareLeases(journal: () => Journal): void {
  describe('a lease', () => {
    test('that runs keeps a recorder alive', async () => {
      const one = await enrolled(journal())
      const other = await enrolled(journal(), { stream: one.stream })
      expect(await journal().closeExpired(one.stream, other.id)).toEqual({
        recorders: [],
        inDoubt: 0,
      })
      await appendAll(journal(), one, [entryRecord(1)])
      await expectAudit(journal(), one, { state: 'alive', recorded: 1 })
    })

    test('that ran out lets another recorder of the stream close it, once', async () => {
      const silent = await enrolled(journal(), {}, NO_LEASE)
      const bystander = await enrolled(journal(), {}, NO_LEASE)
      const other = await enrolled(journal(), { stream: silent.stream })
      expect((await auditOf(journal(), silent)).state).toBe('silent')
      expect(await journal().closeExpired(silent.stream, other.id)).toEqual({
        recorders: [silent.id],
        inDoubt: 0,
      })
      expect((await auditOf(journal(), silent)).state).toBe('closed')
      expect((await auditOf(journal(), bystander)).state).toBe('silent')
      expect((await journal().closeExpired(silent.stream, other.id)).recorders).toEqual([])
    })

    test('that ran out does not let a recorder close itself', async () => {
      const silent = await enrolled(journal(), {}, NO_LEASE)
      expect((await journal().closeExpired(silent.stream, silent.id)).recorders).toEqual([])
      await appendAll(journal(), silent, [entryRecord(1)])
    })

    test('is prolonged by renewing it', async () => {
      const silent = await enrolled(journal(), {}, NO_LEASE)
      const other = await enrolled(journal(), { stream: silent.stream })
      await journal().renew(silent.stream, silent.id, LEASE, NOTHING_GIVEN)
      expect((await journal().closeExpired(silent.stream, other.id)).recorders).toEqual([])
      expect((await auditOf(journal(), silent)).state).toBe('alive')
    })

    test('is renewed with how the recorder stands; its last number never goes back', async () => {
      const recorder = await enrolled(journal())
      const renew = (lastNumber: number, spooledRecords: number, spooledBytes: number) =>
        journal().renew(recorder.stream, recorder.id, LEASE, {
          lastNumber,
          spooledRecords,
          spooledBytes,
        })
      await renew(7, 3, 2 ** 40)
      await expectAudit(journal(), recorder, {
        lastNumber: 7,
        spooledRecords: 3,
        spooledBytes: 2 ** 40,
      })
      await renew(5, 0, 0)
      await expectAudit(journal(), recorder, {
        lastNumber: 7,
        spooledRecords: 0,
        spooledBytes: 0,
      })
    })
  })

  describe('a recorder that was closed', () => {
    async function closed() {
      const recorder = await enrolled(journal(), {}, NO_LEASE)
      const other = await enrolled(journal(), { stream: recorder.stream })
      await journal().closeExpired(recorder.stream, other.id)
      return recorder
    }

    test.for([
      ['an entry', entryRecord(1)],
      ['an intent', intentRecord(1)],
      ['a piece of a body', inPieces(1, 'request').records[0]!],
      ['a note', unrecorded('status', [1])],
    ] as const)('can append nothing as one that goes on: %s', async ([, record]) => {
      const recorder = await closed()
      await expect(appendAll(journal(), recorder, [record])).rejects.toMatchObject(FENCED)
      expect(await journal().count({ stream: recorder.stream })).toEqual({})
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 0, recorded: 0, open: 0, excluded: {} },
      })
    })

    test('cannot take away what it announced as one that goes on', async () => {
      const recorder = await enrolled(journal())
      const other = await enrolled(journal(), { stream: recorder.stream })
      await appendAll(journal(), recorder, [intentRecord(1)])
      await journal().closeEnded(
        recorder.stream,
        { id: recorder.id, lastNumber: 1, how: 'dead' },
        other.id,
      )
      const note = unrecorded('status', [1], [1])
      await expect(appendAll(journal(), recorder, [note])).rejects.toMatchObject(FENCED)
      await expectAudit(journal(), recorder, { inDoubt: 1, excluded: {} })
    })

    test('cannot prolong its lease, whatever it says', async () => {
      const recorder = await closed()
      const standing = { lastNumber: 9, spooledRecords: 9, spooledBytes: 9 }
      await expect(
        journal().renew(recorder.stream, recorder.id, LEASE, standing),
      ).rejects.toMatchObject(FENCED)
      await expectAudit(journal(), recorder, {
        ...{ state: 'closed', lastNumber: 0, spooledRecords: 0 },
      })
    })

    test('can still append what it had to say, as a former one', async () => {
      const recorder = await closed()
      const large = inPieces(2, 'request')
      await appendAll(
        journal(),
        recorder,
        [
          entryRecord(1),
          ...large.records,
          entryRecord(2, { request: { body: large.body } }),
          unrecorded('status', [3]),
        ],
        'former',
      )
      expect((await entriesOf(journal(), recorder.stream)).map(({ number }) => number)).toEqual([
        ...[1, 2],
      ])
      await expectAudit(journal(), recorder, {
        ...{ state: 'closed', lastNumber: 3, recorded: 2, excluded: { status: 1 }, damaged: [] },
      })
    })

    test('stays closed when it is enrolled again', async () => {
      const recorder = await closed()
      await journal().enrol(recorder, LEASE)
      await expect(appendAll(journal(), recorder, [entryRecord(1)])).rejects.toMatchObject(FENCED)
    })
  })

  describe('a recorder that is known to be dead', () => {
    test('is closed though its lease runs, and its last number noted', async () => {
      const dead = await enrolled(journal())
      const other = await enrolled(journal(), { stream: dead.stream })
      const alive = await enrolled(journal(), { stream: dead.stream })
      await appendAll(journal(), dead, [entryRecord(1), intentRecord(2)])
      expect(
        await journal().closeEnded(
          dead.stream,
          { id: dead.id, lastNumber: 4, how: 'dead' },
          other.id,
        ),
      ).toEqual({
        recorders: [dead.id],
        inDoubt: 1,
      })
      await expectAudit(journal(), dead, {
        ...{ state: 'closed', lastNumber: 4, recorded: 1, inDoubt: 1, open: 0 },
        gaps: [expect.objectContaining({ first: 3, last: 4 })],
      })
      await expect(appendAll(journal(), dead, [entryRecord(3)])).rejects.toMatchObject(FENCED)
      await appendAll(journal(), alive, [entryRecord(1)])
    })

    test('keeps the higher last number, and can be closed twice', async () => {
      const dead = await enrolled(journal())
      const other = await enrolled(journal(), { stream: dead.stream })
      await journal().renew(dead.stream, dead.id, LEASE, { ...NOTHING_GIVEN, lastNumber: 9 })
      for (const lastNumber of [4, 2]) {
        await journal().closeEnded(dead.stream, { id: dead.id, lastNumber, how: 'dead' }, other.id)
        expect((await auditOf(journal(), dead)).lastNumber).toBe(9)
      }
    })

    test('may be unknown: then nothing is closed', async () => {
      const other = await enrolled(journal())
      expect(
        await journal().closeEnded(
          other.stream,
          { id: crypto.randomUUID(), lastNumber: 4, how: 'dead' },
          other.id,
        ),
      ).toEqual({
        recorders: [],
        inDoubt: 0,
      })
      expect((await auditOf(journal(), other)).state).toBe('alive')
    })
  })

  describe('a number of which nothing is known', () => {
    const announces = { durability: 'intent' } as const

    async function closed(changes: Partial<RecorderInfo>, how: 'dead' | 'succeeded') {
      const recorder = await enrolled(journal(), changes)
      const other = await enrolled(journal(), { stream: recorder.stream })
      const said = [entryRecord(1), intentRecord(3), unrecorded('status', [5])]
      await appendAll(journal(), recorder, said)
      const ended = { id: recorder.id, lastNumber: 8, how }
      await journal().closeEnded(recorder.stream, ended, other.id)
      await journal().closeEnded(recorder.stream, ended, other.id)
      return recorder
    }

    test('of a dead recorder that announced all that it forwarded was never forwarded', async () => {
      const recorder = await closed(announces, 'dead')
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 8, recorded: 1, inDoubt: 1, open: 0, gaps: [], duplicates: [] },
        excluded: { status: 1, unannounced: 5 },
      })
    })

    test.for([
      ['did not announce them', { durability: 'commit' }, 'dead'],
      ['let some pass that it could not record', { whenUnrecordable: 'pass' }, 'dead'],
      ['goes on under another id', {}, 'succeeded'],
    ] as const)('of a recorder that %s is a gap', async ([, changes, how]) => {
      const recorder = await closed({ ...announces, ...changes }, how)
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 8, recorded: 1, inDoubt: 1, open: 0, excluded: { status: 1 } },
        gaps: [
          expect.objectContaining({ first: 2, last: 2 }),
          expect.objectContaining({ first: 4, last: 4 }),
          expect.objectContaining({ first: 6, last: 8 }),
        ],
      })
    })
  })

  describe('a recorder that ended in order', () => {
    test('is never closed, and what it left open is in doubt at once', async () => {
      const ended = await enrolled(journal(), {}, NO_LEASE)
      const other = await enrolled(journal(), { stream: ended.stream })
      await appendAll(journal(), ended, [entryRecord(1), intentRecord(2)])
      const standing = { lastNumber: 3, spooledRecords: 1, spooledBytes: 10 }
      await journal().retire(ended.stream, ended.id, standing)
      await expectAudit(journal(), ended, {
        ...{ ...standing, state: 'stopped', recorded: 1, inDoubt: 1, open: 0 },
        gaps: [expect.objectContaining({ first: 3, last: 3 })],
      })
      expect((await journal().closeExpired(ended.stream, other.id)).recorders).toEqual([])
      expect((await auditOf(journal(), ended)).state).toBe('stopped')
    })
  })
}
