import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Placed } from '../../../replayer/order/placed.ts'
import { Waits, reasonToWait, type Waiting } from '../../../replayer/order/waits.ts'
import { anyHistory, mustWait, placed } from './placed.ts'

const OPTIONS = { tolerance: 5, window: 1_000, most: 1_000 }

function waitsOf(entries: readonly Placed[], options: Partial<typeof OPTIONS> = {}): Waiting[] {
  const waits = new Waits({ ...OPTIONS, ...options })
  return entries.map((entry) => waits.add(entry))
}

const idsOf = ({ direct }: Waiting) => direct.map(({ entry }) => entry.id)

test('an entry waits directly for those for whom no other one waits', () => {
  const entries = [placed(1, 0, 1), placed(2, 2, 4), placed(3, 2, 5), placed(4, 6, 7)]
  expect(waitsOf(entries).map(idsOf)).toEqual([[], [1], [1], [3, 2]])
})

test.for<[string, Partial<Placed>, Partial<Placed>, unknown]>([
  ['one clock', {}, {}, { kind: 'answered', lanes: 'none' }],
  ['one lane', { lane: 'x' }, { lane: 'x' }, { kind: 'answered', lanes: 'same' }],
  ['a lane and none', { lane: 'x' }, {}, { kind: 'answered', lanes: 'one' }],
  ['two lanes', { lane: 'x' }, { lane: 'y' }, null],
  [
    'a value across lanes',
    { lane: 'x', produces: ['1'] },
    { lane: 'y', uses: ['0', '1'] },
    { kind: 'value', value: '1' },
  ],
  [
    'the end of a value across lanes',
    { lane: 'x', uses: ['1'] },
    { lane: 'y', ends: ['0', '1'] },
    { kind: 'end', value: '1' },
  ],
  ['two clocks, surely', { clock: 'b' }, {}, { kind: 'answered', lanes: 'none' }],
  ['two clocks, perhaps', { clock: 'b', orderedAt: 13 }, {}, { kind: 'clocks' }],
  ['one clock, not yet', { orderedAt: 13 }, {}, null],
  ['two clocks, too late', { clock: 'b', orderedAt: 15 }, {}, null],
])('the reason of %s', ([, earlier, later, reason]) => {
  const one = placed(1, 0, 5, earlier)
  const other = placed(2, 10, 20, later)
  expect(reasonToWait(other, one, 5)).toEqual(reason)
  expect(reasonToWait(one, other, 5)).toBeNull()
})

test('of many so many are told, the nearest, and the rest is counted', () => {
  const entries = Array.from({ length: 9 }, (_, i) => placed(i + 1, 0, i + 1))
  const last = waitsOf([...entries, placed(10, 20, 21)], { most: 2 }).at(-1)!
  expect([idsOf(last), last.more]).toEqual([[9, 8], 7])
})

test('it looks so many entries back', () => {
  const entries = [
    placed(1, 0, 1, { produces: ['a'], lane: 'x' }),
    placed(2, 0, 2),
    placed(3, 0, 3),
  ]
  const user = placed(4, 2, 9, { uses: ['a'], lane: 'y' })
  expect(
    waitsOf([...entries, user], { window: 3 })
      .map(idsOf)
      .at(-1),
  ).toEqual([1])
  expect(
    waitsOf([...entries, user], { window: 2 })
      .map(idsOf)
      .at(-1),
  ).toEqual([])
})

test('are those of any history, as the rules make them', () => {
  fc.assert(
    fc.property(anyHistory, fc.constantFrom(0, 3, 20), (entries, tolerance) => {
      const found = waitsOf(entries, { tolerance })
      for (const [i, entry] of entries.entries()) {
        const held = entries.filter((one) => mustWait(entry, one, tolerance))
        const direct = held.filter((one) => !held.some((by) => mustWait(by, one, tolerance)))
        expect(idsOf(found[i]!)).toEqual(direct.map(({ id }) => id).toReversed())
      }
    }),
    { numRuns: 500 },
  )
})
