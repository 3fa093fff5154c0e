import { describe, expect, test } from 'vitest'
import type { RecorderInfo } from '../../../journal/standing.ts'
import type { Journal } from '../../../journal/contract.ts'
import { RECORDER_LOST } from '../../../journal/entry.ts'
import { asRead, body, newEntry } from '../entries.ts'
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

export function declareIntents(journal: () => Journal): void {
  /** Closes a recorder as one that is known to be dead. */
  async function close({ stream, id }: RecorderInfo, lastNumber = 0) {
    const other = await enrolled(journal(), { stream })
    return journal().closeEnded(stream, { id, lastNumber, how: 'dead' }, other.id)
  }

  describe('an intent', () => {
    test('is open until its entry is there, and shows in no list', async () => {
      const recorder = await enrolled(journal())
      await appendAll(journal(), recorder, [intentRecord(1)])
      expect(await journal().count({ stream: recorder.stream })).toEqual({})
      await expectAudit(journal(), recorder, { lastNumber: 1, open: 1, gaps: [] })
      await appendAll(journal(), recorder, [entryRecord(1, {}, 'intent')])
      await expectAudit(journal(), recorder, { open: 0, recorded: 1 })
      expect((await close(recorder)).inDoubt).toBe(0)
    })

    test('and its entry in one append leave the entry alone', async () => {
      const recorder = await enrolled(journal())
      const both = [intentRecord(1), intentRecord(2), entryRecord(1, {}, 'intent')]
      await appendAll(journal(), recorder, both)
      await expectAudit(journal(), recorder, { open: 1, recorded: 1, inDoubt: 0 })
      expect((await close(recorder)).inDoubt).toBe(1)
      const entries = await entriesOf(journal(), recorder.stream)
      expect(entries.map(({ number, verdict }) => [number, verdict])).toEqual([
        [1, 'applied'],
        [2, 'in_doubt'],
      ])
    })

    test('goes with a note that there is no entry, before it or beside it', async () => {
      const recorder = await enrolled(journal())
      await appendAll(journal(), recorder, [intentRecord(1)])
      const note = unrecorded('status', [1, 2], [1, 2])
      await appendAll(journal(), recorder, [intentRecord(2), note])
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 2, open: 0, excluded: { status: 2 } },
      })
      expect((await close(recorder)).inDoubt).toBe(0)
    })

    test('whose entry came first, for its statement came late, counts as nothing', async () => {
      const recorder = await enrolled(journal())
      await appendAll(journal(), recorder, [
        entryRecord(1, {}, 'intent'),
        unrecorded('lost', [2], [2]),
      ])
      await appendAll(journal(), recorder, [intentRecord(1), intentRecord(2)])
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 2, open: 0, recorded: 1, lost: 1, gaps: [] },
      })
      expect((await close(recorder)).inDoubt).toBe(0)
      expect(await journal().count({ stream: recorder.stream })).toEqual({ applied: 1 })
    })
  })

  describe('an intent that its recorder left open', () => {
    test('is an entry in doubt when the recorder is closed, as it was announced', async () => {
      const recorder = await enrolled(journal())
      const request = {
        method: 'PUT',
        target: '/caf\xe9?a=%00',
        fields: ['X-Twice', '1', 'x-twice', '\xff'],
        body: body(Buffer.from([0, 1, 255])),
      }
      await appendAll(journal(), recorder, [
        intentRecord(1, { request: { body: body('other') } }),
        intentRecord(2, { request }),
        intentRecord(3, { request: { body: body('') } }),
      ])
      expect((await close(recorder)).inDoubt).toBe(3)
      const entries = await entriesOf(journal(), recorder.stream)
      const expected = newEntry(2, {
        ...{ request, response: null, answeredAt: null },
        ...{ verdict: 'in_doubt', cause: RECORDER_LOST, delivery: 'unknown' },
      })
      const id = entries[1]!.id
      expect(entries[1]).toEqual({ ...asRead(recorder.stream, recorder.id, expected), id })
      expect(entries.map(({ requestBody }) => requestBody.toString('latin1'))).toEqual([
        ...['other', '\0\x01\xff', ''],
      ])
      await expectAudit(journal(), recorder, {
        ...{ inDoubt: 3, unsettled: 3, open: 0, damaged: [] },
      })
    })

    test('of a recorder that goes on stays open when another one is closed', async () => {
      const alive = await enrolled(journal())
      const dead = await enrolled(journal(), { stream: alive.stream })
      await appendAll(journal(), alive, [intentRecord(1)])
      await appendAll(journal(), dead, [intentRecord(1)])
      expect((await close(dead)).inDoubt).toBe(1)
      await expectAudit(journal(), alive, { open: 1, inDoubt: 0 })
    })

    test('and came after the closing, is in doubt from the next closing on', async () => {
      const recorder = await enrolled(journal())
      await close(recorder)
      await appendAll(journal(), recorder, [intentRecord(1)], 'former')
      expect((await auditOf(journal(), recorder)).open).toBe(1)
      const other = await enrolled(journal(), { stream: recorder.stream })
      expect(await journal().closeExpired(recorder.stream, other.id)).toEqual({
        recorders: [],
        inDoubt: 1,
      })
    })
  })

  describe('what a recorder that was closed says afterwards', () => {
    async function closedWithOpen(numbers: readonly number[]) {
      const recorder = await enrolled(journal(), { durability: 'intent' })
      await appendAll(
        journal(),
        recorder,
        numbers.map((number) => intentRecord(number)),
      )
      await close(recorder, numbers.length)
      return recorder
    }

    test('takes the place of the entry in doubt that was made meanwhile, all of it', async () => {
      const recorder = await closedWithOpen([1, 2])
      const [before] = await entriesOf(journal(), recorder.stream)
      const large = inPieces(1, 'response')
      const known = newEntry(1, {
        request: { body: body('asked 1, and more', { trailers: ['X-Sum', '1'] }) },
        response: { status: 503, reason: 'Busy', body: large.body },
        verdict: 'failed',
      })
      const record = { kind: 'entry', entry: known, had: 'intent' } as const
      await appendAll(journal(), recorder, [...large.records, record], 'former')
      const [after, other] = await entriesOf(journal(), recorder.stream)
      expect(after).toEqual({ ...asRead(recorder.stream, recorder.id, known), id: before!.id })
      expect(other).toMatchObject({ number: 2, verdict: 'in_doubt', cause: RECORDER_LOST })
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 2, recorded: 1, inDoubt: 1, damaged: [], duplicates: [] },
      })
    })

    test.for(['applied', 'not_applied'] as const)(
      'changes nothing where that was settled as %s',
      async (settlement) => {
        const recorder = await closedWithOpen([1])
        await journal().settle({ stream: recorder.stream }, settlement, 'user')
        const [before] = await entriesOf(journal(), recorder.stream)
        await appendAll(journal(), recorder, [entryRecord(1, {}, 'intent')], 'former')
        expect(await entriesOf(journal(), recorder.stream)).toEqual([before])
      },
    )

    test('changes nothing where its own word is there, in doubt or not', async () => {
      const recorder = await enrolled(journal())
      const timedOut = {
        verdict: 'in_doubt',
        cause: 'upstream_timeout',
        delivery: 'whole',
      } as const
      await appendAll(journal(), recorder, [entryRecord(1), entryRecord(2, timedOut)])
      await close(recorder)
      const before = await entriesOf(journal(), recorder.stream)
      const changed = { verdict: 'failed', response: { status: 500 } } as const
      const again = [entryRecord(1, changed), entryRecord(2, changed)]
      await appendAll(journal(), recorder, again, 'former')
      expect(await entriesOf(journal(), recorder.stream)).toEqual(before)
    })

    test('that there is no entry takes away the one in doubt', async () => {
      const recorder = await closedWithOpen([1, 2])
      await appendAll(journal(), recorder, [unrecorded('status', [1], [1])], 'former')
      const entries = await entriesOf(journal(), recorder.stream)
      expect(entries.map(({ number }) => number)).toEqual([2])
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 2, recorded: 0, inDoubt: 1, excluded: { status: 1 } },
      })
    })

    test('that there is no entry keeps one that was settled, and counts it once', async () => {
      const recorder = await closedWithOpen([1])
      await journal().settle({ stream: recorder.stream }, 'not_applied', 'user')
      await appendAll(journal(), recorder, [unrecorded('status', [1], [1])], 'former')
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 1, recorded: 0, inDoubt: 1, excluded: {} },
      })
    })
  })

  test('records of every kind appended again change nothing', async () => {
    const recorder = await enrolled(journal())
    const large = inPieces(2, 'request')
    const all = [
      intentRecord(1),
      entryRecord(1, {}, 'intent'),
      ...large.records,
      entryRecord(2, { request: { body: large.body } }),
      unrecorded('status', [3, 5], [5]),
      unrecorded('lost', [6]),
      intentRecord(4),
    ]
    await appendAll(journal(), recorder, all)
    const audit = await auditOf(journal(), recorder)
    const entries = await entriesOf(journal(), recorder.stream)
    expect(audit).toMatchObject({ recorded: 2, excluded: { status: 2 }, lost: 1, open: 1 })
    await appendAll(journal(), recorder, all)
    for (const record of all) await appendAll(journal(), recorder, [record], 'former')
    expect(await auditOf(journal(), recorder)).toEqual(audit)
    expect(await entriesOf(journal(), recorder.stream)).toEqual(entries)
  })
}
