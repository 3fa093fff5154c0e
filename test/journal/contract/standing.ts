import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { LEASE, newStream, NOTHING_GIVEN } from '../entries.ts'
import { appendAll, enrolled, entryRecord } from '../records.ts'

/** In ms: it has run out when the next statement is made. */
const NO_LEASE = 0

export function declareStanding(journal: () => Journal): void {
  describe('how things stand', () => {
    test('of a recorder: what it said, and whether it is alive', async () => {
      const one = await enrolled(journal())
      const standing = { lastNumber: 7, spooledRecords: 3, spooledBytes: 4_000 }
      await journal().renew(one.stream, one.id, LEASE, standing)
      const [found] = await journal().standings(one.stream)
      expect(found).toEqual({
        ...one,
        ...standing,
        state: 'alive',
        leaseUntil: expect.any(Number) as number,
        endedAt: null,
        latestAt: null,
      })
      expect(found!.leaseUntil! / 1000).toBeGreaterThan(Date.now())
      await journal().retire(one.stream, one.id, { ...NOTHING_GIVEN, lastNumber: 9 })
      expect(await journal().standings(one.stream)).toMatchObject([
        { state: 'stopped', lastNumber: 9, endedAt: expect.any(Number) as number },
      ])
    })

    test('of recorders: those that have not ended come first', async () => {
      const stream = newStream()
      const ended = await enrolled(journal(), { stream })
      const silent = await enrolled(journal(), { stream }, NO_LEASE)
      const alive = await enrolled(journal(), { stream })
      await journal().retire(stream, ended.id, NOTHING_GIVEN)
      const found = await journal().standings(stream)
      expect(found.at(-1)!.id).toBe(ended.id)
      expect(found.map(({ id, state }) => ({ id, state }))).toEqual(
        expect.arrayContaining([
          { id: alive.id, state: 'alive' },
          { id: silent.id, state: 'silent' },
        ]),
      )
      const all = await journal().standings()
      expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([alive.id, ended.id]))
      expect(await journal().standings('nobody\0')).toEqual([])
    })

    test('of a recorder: when the latest of its entries arrived', async () => {
      const one = await enrolled(journal())
      await appendAll(journal(), one, [entryRecord(1), entryRecord(2)])
      const last = (await journal().list({ stream: one.stream }, { order: '-id', limit: 1 }))[0]!
      expect(await journal().standings(one.stream)).toMatchObject([{ latestAt: last.arrivedAt }])
    })

    test('of the disk: it grows with what is kept, in the week in which that came', async () => {
      const before = await journal().size()
      const one = await enrolled(journal())
      await appendAll(
        journal(),
        one,
        Array.from({ length: 500 }, (_, i) => entryRecord(i + 1)),
      )
      const after = await journal().size()
      expect(after.bytes).toBeGreaterThan(before.bytes)
      const week = 7 * 86_400 * 1e6
      const starts = after.weeks.map(({ since }) => since)
      expect(starts).toEqual([...starts].sort((a, b) => a - b))
      expect(starts.every((since) => (since / week - starts[0]! / week) % 1 === 0)).toBe(true)
      const inWeeks = after.weeks.reduce((sum, { bytes }) => sum + bytes, 0)
      expect(inWeeks).toBeGreaterThan(0)
      expect(inWeeks).toBeLessThan(after.bytes)
    })
  })
}
