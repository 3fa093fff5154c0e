import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RecorderAudit } from '../../../journal/standing.ts'
import type { Journal } from '../../../journal/contract.ts'
import type { NewRecord } from '../../../journal/entry.ts'
import { LEASE, body, newEntry, newStream } from '../entries.ts'
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

/** What can become of a number. */
const PLACES = ['entry', 'in_doubt', 'status', 'path', 'lost', 'open', 'missing'] as const
type Place = (typeof PLACES)[number]

const IN_DOUBT = { verdict: 'in_doubt', cause: 'upstream_timeout', response: null } as const

export function declareSum(journal: () => Journal): void {
  describe('the sum of a recorder', () => {
    test('is nothing at first', async () => {
      const recorder = await enrolled(journal(), { durability: 'async' })
      expect(await auditOf(journal(), recorder)).toEqual({
        ...{ stream: recorder.stream, recorder: recorder.id, host: 'build-7' },
        ...{ durability: 'async', state: 'alive' },
        ...{ startedAt: recorder.startedAt, lastNumber: 0, recorded: 0, inDoubt: 0, unsettled: 0 },
        context: 0,
        ...{ excluded: {}, lost: 0, open: 0, gaps: [], duplicates: [], damaged: [] },
        ...{ spooledRecords: 0, spooledBytes: 0 },
      })
    })

    test('tells of every number where it stands, whatever became of it', async () => {
      const places = fc.array(fc.constantFrom(...PLACES), { maxLength: 40 })
      const cuts = fc.array(fc.nat(40), { maxLength: 3 })
      await fc.assert(
        fc.asyncProperty(places, cuts, fc.nat(3), async (places, cuts, given) => {
          const recorder = await enrolled(journal())
          const records = recordsOf(places)
          const bounds = [0, ...cuts.toSorted((a, b) => a - b), records.length]
          for (const [i, to] of bounds.entries()) {
            await appendAll(journal(), recorder, records.slice(bounds[i - 1] ?? 0, to))
          }
          const lastNumber = places.length + given
          const standing = { lastNumber, spooledRecords: 0, spooledBytes: 0 }
          await journal().renew(recorder.stream, recorder.id, LEASE, standing)
          const audit = await auditOf(journal(), recorder)
          expect(audit).toMatchObject(expectedSum(places, lastNumber))
          expect(sumOf(audit)).toBe(lastNumber)
        }),
        { numRuns: 30 },
      )
    })

    test('holds whatever is appended again, late or after the recorder was closed', async () => {
      const kinds = ['entry', 'in_doubt', 'status', 'lost'] as const
      const outcomes = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 12 })
      await fc.assert(
        fc.asyncProperty(outcomes, fc.nat(12), fc.nat(12), async (places, said, again) => {
          const recorder = await enrolled(journal())
          const other = await enrolled(journal(), { stream: recorder.stream })
          const intents = places.map((_, i) => intentRecord(i + 1))
          const outcomes = recordsOf(places, 'intent')
          await appendAll(journal(), recorder, [...intents, ...outcomes.slice(0, said)])
          await journal().closeEnded(
            recorder.stream,
            { id: recorder.id, lastNumber: places.length, how: 'dead' },
            other.id,
          )
          await appendAll(journal(), recorder, intents.slice(0, again), 'former')
          await appendAll(journal(), recorder, outcomes, 'former')
          await journal().closeExpired(recorder.stream, other.id)
          const audit = await auditOf(journal(), recorder)
          expect(audit).toMatchObject(expectedSum(places, places.length))
          expect(sumOf(audit)).toBe(places.length)
        }),
        { numRuns: 25 },
      )
    })

    test('of one recorder has nothing of another, nor of another stream', async () => {
      const one = await enrolled(journal(), { startedAt: newEntry(1).arrivedAt })
      const two = await enrolled(journal(), { stream: one.stream })
      const far = await enrolled(journal(), { id: one.id, stream: newStream() })
      await appendAll(journal(), one, [entryRecord(1), unrecorded('status', [2]), intentRecord(3)])
      await appendAll(journal(), two, [entryRecord(2)])
      await appendAll(journal(), far, [unrecorded('lost', [1])])
      expect(await journal().audit(one.stream)).toMatchObject([
        { recorder: two.id, recorded: 1, open: 0, excluded: {}, gaps: [{ first: 1, last: 1 }] },
        { recorder: one.id, recorded: 1, open: 1, excluded: { status: 1 }, gaps: [] },
      ])
      expect(await journal().audit(newStream())).toEqual([])
      const all = (await journal().audit()).filter(({ recorder }) => recorder === one.id)
      expect(all.map(({ stream }) => stream).toSorted()).toEqual(
        [one.stream, far.stream].toSorted(),
      )
    })
  })

  describe('an audit', () => {
    test('tells between which entries the numbers of a gap were given', async () => {
      const recorder = await enrolled(journal())
      await appendAll(journal(), recorder, [
        ...[3, 4, 8].map((number) => entryRecord(number)),
        unrecorded('status', [7, 11]),
      ])
      const at = (number: number) => newEntry(number).arrivedAt
      expect((await auditOf(journal(), recorder)).gaps).toEqual([
        { first: 1, last: 2, after: null, before: at(3) },
        { first: 5, last: 6, after: at(4), before: at(8) },
        { first: 9, last: 10, after: at(8), before: null },
      ])
    })

    test('tells numbers that more than one entry has', async () => {
      const recorder = await enrolled(journal())
      const twice = [1, 2, 3, 2, 3].map((number, i) =>
        entryRecord(number, { arrivedAt: newEntry(1).arrivedAt + i }),
      )
      await appendAll(journal(), recorder, twice)
      expect((await auditOf(journal(), recorder)).duplicates).toEqual([2, 3])
    })

    test('tells every damaged body, of either side', async () => {
      const recorder = await enrolled(journal())
      const wrong = body('x', { digest: '00'.repeat(32) })
      const large = inPieces(3, 'response')
      await appendAll(journal(), recorder, [
        entryRecord(1, { request: { body: wrong }, response: { body: wrong } }),
        entryRecord(2),
        ...large.records.slice(1),
        entryRecord(3, { response: { body: large.body } }),
      ])
      const [one, , three] = await entriesOf(journal(), recorder.stream)
      const { damaged } = await auditOf(journal(), recorder)
      expect(damaged.toSorted((a, b) => (a.side < b.side ? -1 : 1))).toHaveLength(3)
      expect(damaged).toEqual(
        expect.arrayContaining([
          { entry: one!.id, side: 'request' },
          { entry: one!.id, side: 'response' },
          { entry: three!.id, side: 'response' },
        ]),
      )
    })

    test('of a stream that was cleared still accounts for every number', async () => {
      const recorder = await enrolled(journal())
      await appendAll(journal(), recorder, [
        ...[entryRecord(1), entryRecord(2, IN_DOUBT), unrecorded('status', [3]), entryRecord(5)],
      ])
      await journal().clear(recorder.stream)
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 5, recorded: 0, inDoubt: 0, excluded: { status: 1, cleared: 3 } },
        gaps: [{ first: 4, last: 4, after: null, before: null }],
      })
      await appendAll(journal(), recorder, [entryRecord(6)])
      await journal().clear(recorder.stream)
      expect((await auditOf(journal(), recorder)).excluded).toEqual({ status: 1, cleared: 4 })
    })

    test('of a cleared stream holds when it is cleared again, after an append that was repeated', async () => {
      const recorder = await enrolled(journal())
      await appendAll(journal(), recorder, [entryRecord(1), entryRecord(2)])
      await journal().clear(recorder.stream)
      await appendAll(journal(), recorder, [entryRecord(1), entryRecord(3)])
      expect(await journal().clear(recorder.stream)).toBe(2)
      await expectAudit(journal(), recorder, {
        ...{ lastNumber: 3, recorded: 0, excluded: { cleared: 3 }, gaps: [], duplicates: [] },
      })
    })
  })
}

/** Records that put number i + 1 where place i says; notes as a recorder makes them: by reason. */
function recordsOf(places: readonly Place[], had: 'intent' | 'nothing' = 'nothing'): NewRecord[] {
  const records: NewRecord[] = []
  const notes = new Map<string, number[]>()
  for (const [i, place] of places.entries()) {
    const number = i + 1
    if (place === 'entry') records.push(entryRecord(number, {}, had))
    else if (place === 'in_doubt') records.push(entryRecord(number, IN_DOUBT, had))
    else if (place === 'open') records.push(intentRecord(number))
    else if (place !== 'missing') notes.set(place, [...(notes.get(place) ?? []), number])
  }
  for (const [reason, numbers] of notes) {
    records.push(unrecorded(reason, numbers, had === 'intent' ? numbers : []))
  }
  return records
}

function expectedSum(places: readonly Place[], lastNumber: number): Partial<RecorderAudit> {
  const count = (place: Place) => places.filter((one) => one === place).length
  const reasons = (['status', 'path'] as const).filter((reason) => count(reason) > 0)
  return {
    lastNumber,
    recorded: count('entry'),
    inDoubt: count('in_doubt'),
    unsettled: count('in_doubt'),
    excluded: Object.fromEntries(reasons.map((reason) => [reason, count(reason)])),
    lost: count('lost'),
    open: count('open'),
    gaps: gapsOf(places, lastNumber).map((gap) => expect.objectContaining(gap)),
    duplicates: [],
    damaged: [],
  }
}

function gapsOf(places: readonly Place[], lastNumber: number) {
  const gaps: { first: number; last: number }[] = []
  for (let number = 1; number <= lastNumber; number++) {
    if ((places[number - 1] ?? 'missing') !== 'missing') continue
    const gap = gaps.at(-1)
    if (gap?.last === number - 1) gap.last = number
    else gaps.push({ first: number, last: number })
  }
  return gaps
}

/** All places of numbers together. */
function sumOf({ recorded, inDoubt, excluded, lost, open, gaps }: RecorderAudit): number {
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)
  const missing = sum(gaps.map(({ first, last }) => last - first + 1))
  return recorded + inDoubt + sum(Object.values(excluded)) + lost + open + missing
}
