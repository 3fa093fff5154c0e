import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { isUnsettled } from '../../../journal/entry.ts'
import { append, newEntry, recorded } from '../entries.ts'
import { entriesOf } from '../records.ts'

const IN_DOUBT = { verdict: 'in_doubt', cause: 'client_gone', delivery: 'part' } as const

export function declareSettling(journal: () => Journal): void {
  describe('an entry in doubt', () => {
    test('that turned out applied is an applied one from then on, and says what it was', async () => {
      const { stream } = await recorded(journal(), [newEntry(1, IN_DOUBT)])
      const before = Date.now() * 1000 - 1_000_000
      expect(await journal().settle({ stream }, 'applied', 'user')).toBe(1)
      const [entry] = await entriesOf(journal(), stream)
      expect(entry).toMatchObject({
        ...{ verdict: 'applied', cause: 'client_gone', delivery: 'part' },
        ...{ settled: 'applied', settledBy: 'user' },
      })
      expect(entry!.settledAt).toBeGreaterThan(before)
      expect(isUnsettled(entry!)).toBe(false)
    })

    test('that was not applied stays in doubt, but is settled', async () => {
      const { stream } = await recorded(journal(), [newEntry(1, IN_DOUBT)])
      expect(await journal().settle({ stream }, 'not_applied', 'GET /things')).toBe(1)
      const [entry] = await entriesOf(journal(), stream)
      expect(entry).toMatchObject({
        ...{ verdict: 'in_doubt', settled: 'not_applied', settledBy: 'GET /things' },
      })
      expect(isUnsettled(entry!)).toBe(false)
    })

    test.for(['applied', 'not_applied'] as const)(
      'can be taken back after %s: it is as it was',
      async (settlement) => {
        const { stream } = await recorded(journal(), [newEntry(1, IN_DOUBT)])
        const before = await entriesOf(journal(), stream)
        await journal().settle({ stream }, settlement, 'user')
        expect(await journal().settle({ stream }, null, 'user')).toBe(1)
        expect(await entriesOf(journal(), stream)).toEqual(before)
        expect(isUnsettled(before[0]!)).toBe(true)
      },
    )

    test('can be settled the other way, and the same way only once', async () => {
      const { stream } = await recorded(journal(), [newEntry(1, IN_DOUBT)])
      await journal().settle({ stream }, 'applied', 'user')
      const [first] = await entriesOf(journal(), stream)
      expect(await journal().settle({ stream }, 'applied', 'somebody else')).toBe(0)
      expect(await entriesOf(journal(), stream)).toEqual([first])
      expect(await journal().settle({ stream }, 'not_applied', 'probe')).toBe(1)
      expect(await entriesOf(journal(), stream)).toMatchObject([
        { verdict: 'in_doubt', settled: 'not_applied', settledBy: 'probe' },
      ])
    })

    test('stays settled when it is appended again', async () => {
      const { stream, recorder } = await recorded(journal(), [newEntry(1, IN_DOUBT)])
      await journal().settle({ stream }, 'applied', 'user')
      const before = await entriesOf(journal(), stream)
      await append(journal(), stream, recorder, [newEntry(1, IN_DOUBT)])
      expect(await entriesOf(journal(), stream)).toEqual(before)
    })
  })

  describe('settling', () => {
    test('changes nothing that was never in doubt, and nothing outside the filter', async () => {
      const { stream, ids } = await recorded(journal(), [
        newEntry(1),
        newEntry(2, { verdict: 'failed' }),
        newEntry(3, { verdict: 'context' }),
        newEntry(4, IN_DOUBT),
        newEntry(5, IN_DOUBT),
      ])
      const bystander = await recorded(journal(), [newEntry(1, IN_DOUBT)])
      const before = await entriesOf(journal(), stream)
      expect(await journal().settle({ stream, idTo: ids[3]! }, 'not_applied', 'user')).toBe(1)
      expect(await journal().settle({ stream, verdicts: ['applied'] }, null, 'user')).toBe(0)
      const after = await entriesOf(journal(), stream)
      expect(after.filter(({ number }) => number !== 4)).toEqual(
        before.filter(({ number }) => number !== 4),
      )
      expect(after[3]!.settled).toBe('not_applied')
      expect(await entriesOf(journal(), bystander.stream)).toMatchObject([{ settled: null }])
    })

    test('all that is unsettled leaves what was settled before', async () => {
      const { stream, ids } = await recorded(
        journal(),
        [1, 2, 3, 4].map((number) => newEntry(number, IN_DOUBT)),
      )
      await journal().settle({ stream, idTo: ids[0]! }, 'applied', 'user')
      await journal().settle({ stream, idFrom: ids[3]! }, 'not_applied', 'user')
      const unsettled = { stream, verdicts: ['in_doubt'], settled: 'no' } as const
      expect(await journal().count(unsettled)).toEqual({ in_doubt: 2 })
      const { unsettled: left } = (await journal().streams()).find((one) => one.stream === stream)!
      expect(left).toBe(2)
      expect(await journal().settle(unsettled, 'applied', 'probe')).toBe(2)
      const entries = await entriesOf(journal(), stream)
      expect(entries.map(({ settled, settledBy }) => [settled, settledBy])).toEqual([
        ['applied', 'user'],
        ['applied', 'probe'],
        ['applied', 'probe'],
        ['not_applied', 'user'],
      ])
      expect(await journal().count({ stream, settled: 'yes' })).toEqual({
        ...{ applied: 3, in_doubt: 1 },
      })
    })

    test('is seen in the sum: settled ones are not waited for any more', async () => {
      const { stream, ids } = await recorded(
        journal(),
        [1, 2, 3].map((number) => newEntry(number, IN_DOUBT)),
      )
      await journal().settle({ stream, idTo: ids[0]! }, 'applied', 'user')
      await journal().settle({ stream, idFrom: ids[2]! }, 'not_applied', 'user')
      expect(await journal().audit(stream)).toMatchObject([
        { recorded: 1, inDoubt: 2, unsettled: 1, lastNumber: 3, gaps: [] },
      ])
    })

    test('by somebody whose name has a NUL is noted all the same', async () => {
      const { stream } = await recorded(journal(), [newEntry(1, IN_DOUBT)])
      expect(await journal().settle({ stream }, 'applied', 'a\0b')).toBe(1)
      expect(await entriesOf(journal(), stream)).toMatchObject([{ settledBy: 'a\uFFFDb' }])
    })
  })
}
