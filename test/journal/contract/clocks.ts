import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { newEntry } from '../entries.ts'
import { expectKept } from '../kept.ts'
import { appendAll, enrolled, entriesOf, intentRecord } from '../records.ts'

/**
 * Declared last: each clock adds weeks to the journal, and of each statement that names none of
 * them PostgreSQL plans a scan of every one.
 */
export function declareClocks(journal: () => Journal): void {
  describe('room is made for clocks', () => {
    test('that are years off, several in one batch', async () => {
      const years = [1971, 1999, 2026, 2026.02, 2026.04, 2199]
      const batch = years.map((year, i) =>
        newEntry(i + 1, { arrivedAt: Math.round((year - 1970) * 31_556_952_000_000) }),
      )
      await expectKept(journal(), batch)
    })

    test.for([
      ['an evening and the day after it', 2093, 0],
      ['a morning and the day before it', 2094, 1],
    ] as const)('of %s where a week ends between them', async ([, year, late]) => {
      const sunday = Date.UTC(year, 10, year === 2093 ? 22 : 21, 23) * 1000
      const arrivals = [sunday, sunday + 7_200_000_000]
      if (late === 1) arrivals.reverse()
      await expectKept(
        journal(),
        arrivals.map((arrivedAt, i) => newEntry(i + 1, { arrivedAt })),
      )
    })

    test('of intents that were left open', async () => {
      const recorder = await enrolled(journal())
      // Two pairs with the end of a week between them.
      const sundays = [Date.UTC(2095, 10, 20, 23), Date.UTC(2097, 10, 24, 23)]
      const [early, late] = sundays.map((at) => at * 1000)
      const day = 86_400_000_000
      const arrivals = [early!, early! + day, late! + day, late!, Date.UTC(1974, 0, 1) * 1000]
      await appendAll(
        journal(),
        recorder,
        arrivals.map((arrivedAt, i) => intentRecord(i + 1, { arrivedAt })),
      )
      const other = await enrolled(journal(), { stream: recorder.stream })
      const dead = { id: recorder.id, lastNumber: 0, how: 'dead' } as const
      const closed = await journal().closeEnded(recorder.stream, dead, other.id)
      expect(closed.inDoubt).toBe(5)
      const entries = await entriesOf(journal(), recorder.stream)
      expect(entries.map(({ arrivedAt }) => arrivedAt)).toEqual(arrivals)
    })
  })
}
