import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'

const at = (entry: number, orderedAt: number) => ({
  ...{ entry, orderedAt, setBy: 'tester', note: null },
})

export function declareCheckpoints(journal: () => Journal): void {
  describe('a checkpoint', () => {
    test('is numbered within its stream, also by many who set one at once', async () => {
      const stream = randomUUID()
      const set = await Promise.all(
        Array.from({ length: 8 }, (_, i) => journal().setCheckpoint({ stream, ...at(i, i) })),
      )
      expect(set.map(({ number }) => number).sort((a, b) => a - b)).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8,
      ])
      const other = { stream: `${stream}x`, ...at(1, 1), note: 'why\0' }
      expect(await journal().setCheckpoint(other)).toMatchObject({ number: 1, note: 'why\uFFFD' })
    })

    test('comes first where it is the furthest, not where it was set last', async () => {
      const stream = randomUUID()
      for (const [entry, orderedAt] of [
        [5, 20],
        [9, 20],
        [3, 10],
      ] as const) {
        await journal().setCheckpoint({ stream, ...at(entry, orderedAt) })
      }
      const listed = await journal().checkpoints(stream)
      expect(listed.map(({ entry }) => entry)).toEqual([9, 5, 3])
      expect(listed[0]).toMatchObject({ stream, number: 2, orderedAt: 20, setBy: 'tester' })
    })

    test('is removed once, and its number is not given again', async () => {
      const stream = randomUUID()
      await journal().setCheckpoint({ stream, ...at(1, 1) })
      expect(await journal().removeCheckpoint(stream, 1)).toMatchObject({ number: 1, entry: 1 })
      for (const number of [1, 2, 2 ** 40]) {
        expect(await journal().removeCheckpoint(stream, number)).toBe(null)
      }
      expect(await journal().checkpoints(stream)).toEqual([])
      expect((await journal().setCheckpoint({ stream, ...at(2, 2) })).number).toBe(2)
    })
  })

  describe('rules of compaction', () => {
    const digest = 'ab'.repeat(32)
    const verified = (stream: string) => ({
      ...{ stream, digest, rules: ['PUT /x replaces PUT /x'], entry: 9, planned: 8, leftOut: 6 },
      ...{ wholeRun: 1, compactRun: 2, verifiedBy: 'tester' },
    })

    test('that were verified again are those that were verified last', async () => {
      const stream = randomUUID()
      const first = await journal().noteVerified(verified(stream))
      expect(first).toMatchObject(verified(stream))
      await journal().noteVerified({ ...verified(stream), digest: 'cd'.repeat(32) })
      const again = await journal().noteVerified({ ...verified(stream), entry: 12 })
      expect(again.verifiedAt).toBeGreaterThan(first.verifiedAt)
      const listed = await journal().verifiedRules(stream)
      expect(listed.map(({ digest, entry }) => [digest, entry])).toEqual([
        [digest, 12],
        ['cd'.repeat(32), 9],
      ])
    })

    test('that make a difference lose their word', async () => {
      const stream = randomUUID()
      await journal().noteVerified(verified(stream))
      expect(await journal().withdrawVerified(stream, 'cd'.repeat(32))).toBe(false)
      expect(await journal().withdrawVerified(stream, digest)).toBe(true)
      expect(await journal().withdrawVerified(stream, digest)).toBe(false)
      expect(await journal().verifiedRules(stream)).toEqual([])
    })
  })

  test('clearing a stream takes its checkpoints and verified rules along', async () => {
    const stream = randomUUID()
    await journal().setCheckpoint({ stream, ...at(1, 1) })
    await journal().noteVerified({
      ...{ stream, digest: 'ab'.repeat(32), rules: [], entry: 1, planned: 1, leftOut: 1 },
      ...{ wholeRun: 1, compactRun: 2, verifiedBy: null },
    })
    await journal().clear(stream)
    expect(await journal().checkpoints(stream)).toEqual([])
    expect(await journal().verifiedRules(stream)).toEqual([])
  })
}
