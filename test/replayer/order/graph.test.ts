import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Graph } from '../../../replayer/order/graph.ts'
import type { Placed } from '../../../replayer/order/placed.ts'
import { DEFAULT_RULES, type OrderRules } from '../../../replayer/order/schedule.ts'
import { anyHistory, inOrder, mustWait, placed } from './placed.ts'

function figuresOf(entries: readonly Placed[], rules: Partial<OrderRules> = {}) {
  const graph = new Graph({ ...DEFAULT_RULES, ...rules })
  for (const entry of inOrder(entries)) graph.add(entry)
  return graph.finish()
}

test('the longest chain and the widest moment of a few', () => {
  const entries = [
    placed(1, 0, 10),
    placed(2, 0, 12),
    placed(3, 11, 20),
    placed(4, 13, 21),
    placed(5, 14, 22),
  ]
  expect(figuresOf(entries)).toMatchObject({ entries: 5, chain: 2, widest: 3, are: 'exact' })
  expect(figuresOf([])).toMatchObject({ entries: 0, chain: 0, widest: 0, lanes: 0 })
})

test('a moment is no wider than the window', () => {
  const entries = Array.from({ length: 30 }, (_, i) => placed(i + 1, 0, i))
  expect(figuresOf(entries, { window: 10 }).widest).toBe(10)
})

test('lanes are counted, and dependencies across them with a few examples', () => {
  const entries = Array.from({ length: 8 }, (_, i) => [
    placed(2 * i + 1, 10 * i, 10 * i + 1, { lane: `x${i % 2}`, produces: [`v${i}`] }),
    placed(2 * i + 2, 10 * i + 2, 10 * i + 3, { lane: `x${(i % 2) + 1}`, uses: [`v${i}`] }),
  ]).flat()
  const { lanes, kept } = figuresOf(entries)
  expect({ lanes, count: kept.count, shown: kept.examples.length }).toEqual({
    ...{ lanes: 3, count: 8, shown: 5 },
  })
  expect(kept.examples[0]).toEqual({
    ...{ entry: 2, lane: 'x1', waitsFor: 1, itsLane: 'x0', value: 'v0', by: 'bringing' },
  })
})

test('the end of a value that another lane uses is such a dependency, too', () => {
  const { kept } = figuresOf([
    placed(1, 0, 1, { lane: 'x', uses: ['a'] }),
    placed(2, 2, 3, { lane: 'y', ends: ['a'] }),
  ])
  expect(kept).toEqual({
    count: 1,
    examples: [{ entry: 2, lane: 'y', waitsFor: 1, itsLane: 'x', value: 'a', by: 'using' }],
  })
})

test('a dependency within a lane, or on what has none, is none that a lane would break', () => {
  const entries = [
    placed(1, 0, 1, { produces: ['a'] }),
    placed(2, 2, 3, { lane: 'x', uses: ['a'], produces: ['b'] }),
    placed(3, 4, 5, { lane: 'x', uses: ['b'] }),
    placed(4, 6, 7, { uses: ['b'] }),
  ]
  expect(figuresOf(entries).kept.count).toBe(0)
})

test('the chain is that of any history, as the rules make it', () => {
  fc.assert(
    fc.property(anyHistory, fc.constantFrom(0, 3, 20), (entries, tolerance) => {
      const depths: number[] = []
      for (const [i, entry] of entries.entries()) {
        const before = depths.filter((_, j) => j < i && mustWait(entry, entries[j]!, tolerance))
        depths.push(Math.max(0, ...before) + 1)
      }
      expect(figuresOf(entries, { tolerance }).chain).toBe(Math.max(0, ...depths))
    }),
  )
})

test('the widest moment of one clock is when most were under way, to the ends included', () => {
  const oneClock = anyHistory.map((entries) =>
    entries.map((one) => ({ ...one, clock: 'a', lane: null, uses: [], produces: [] })),
  )
  fc.assert(
    fc.property(oneClock, (entries) => {
      const at = (moment: number) =>
        entries.filter((one) => one.arrivedAt <= moment && moment <= one.orderedAt).length
      const most = Math.max(0, ...entries.map(({ orderedAt }) => at(orderedAt)))
      expect(figuresOf(entries).widest).toBe(most)
    }),
  )
})
