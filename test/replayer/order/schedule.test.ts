import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Placed } from '../../../replayer/order/placed.ts'
import { DEFAULT_RULES, Schedule, type OrderRules } from '../../../replayer/order/schedule.ts'
import { anyHistory, inOrder, mustWait, placed } from './placed.ts'

function scheduled(entries: readonly Placed[], rules: Partial<OrderRules> = {}): Schedule<number> {
  const schedule = new Schedule<number>({ ...DEFAULT_RULES, ...rules })
  for (const entry of inOrder(entries)) schedule.add(entry.id, entry)
  return schedule
}

/** All that may go now. */
function taken(schedule: Schedule<number>): number[] {
  const ids: number[] = []
  for (let id = schedule.take(); id !== null; id = schedule.take()) ids.push(id)
  return ids
}

test('those that overlapped go side by side, what came after their answers waits for all of them', () => {
  const schedule = scheduled([placed(1, 0, 10), placed(2, 5, 12), placed(3, 11, 20)])
  expect(taken(schedule)).toEqual([1, 2])
  schedule.done(2)
  expect(taken(schedule)).toEqual([])
  schedule.done(1)
  expect(taken(schedule)).toEqual([3])
})

test('one waits for what had been answered, not for what was still under way', () => {
  const schedule = scheduled([placed(1, 0, 10), placed(2, 0, 100), placed(3, 11, 12)])
  expect(taken(schedule)).toEqual([1, 2])
  schedule.done(1)
  expect(taken(schedule)).toEqual([3])
})

test('an answer at the very moment of an arrival had not been there before it', () => {
  expect(taken(scheduled([placed(1, 0, 10), placed(2, 10, 20)]))).toEqual([1, 2])
})

test('so many are out at once, the first of the stream first', () => {
  const entries = [placed(1, 0, 30), placed(2, 0, 10), placed(3, 0, 20)]
  const schedule = scheduled(entries, { concurrency: 2 })
  expect(taken(schedule)).toEqual([2, 3])
  expect([schedule.size, schedule.out]).toEqual([3, 2])
  schedule.done(3)
  expect(taken(schedule)).toEqual([1])
})

test('one at a time is the order of the stream', () => {
  const entries = [placed(1, 0, 90), placed(2, 0, 40), placed(3, 20, 30), placed(4, 41, 42)]
  const schedule = scheduled(entries, { concurrency: 1 })
  const order: number[] = []
  for (let id = schedule.take(); id !== null; id = schedule.take()) {
    expect(schedule.take()).toBeNull()
    order.push(id)
    schedule.done(id)
  }
  expect(order).toEqual([3, 2, 4, 1])
})

test('clocks of two hosts are only as good as the tolerance', () => {
  const entries = [placed(1, 0, 10), placed(2, 5, 30, { clock: 'b' })]
  expect(taken(scheduled(entries, { tolerance: 5 }))).toEqual([1, 2])
  expect(taken(scheduled(entries, { tolerance: 6 }))).toEqual([1])
  // The earlier one never waits for the later one, however close they were.
  expect(taken(scheduled([placed(1, 0, 10), placed(2, 0, 9, { clock: 'b' })]))).toEqual([2])
})

test('lanes run side by side, each in its order', () => {
  const schedule = scheduled([
    placed(1, 0, 1, { lane: 'x' }),
    placed(2, 2, 3, { lane: 'x' }),
    placed(3, 4, 5, { lane: 'y' }),
  ])
  expect(taken(schedule)).toEqual([1, 3])
  schedule.done(1)
  expect(taken(schedule)).toEqual([2])
})

test('what has no lane keeps order with all of them, both ways', () => {
  const schedule = scheduled([
    placed(1, 0, 1, { lane: 'x' }),
    placed(2, 0, 9, { lane: 'y' }),
    placed(3, 2, 3),
    placed(4, 4, 5, { lane: 'z' }),
  ])
  expect(taken(schedule)).toEqual([1, 2])
  schedule.done(1)
  expect(taken(schedule)).toEqual([3])
  schedule.done(3)
  expect(taken(schedule)).toEqual([4])
})

test('whoever uses a value waits for all that produce it, in whatever lane', () => {
  const schedule = scheduled([
    placed(1, 0, 1, { lane: 'x', produces: ['17', '17'] }),
    placed(2, 2, 3, { lane: 'y', produces: ['17'], uses: ['17'] }),
    placed(3, 4, 5, { lane: 'z', uses: ['17', '18'] }),
    placed(4, 6, 7, { lane: 'w', produces: ['17'] }),
  ])
  expect(taken(schedule)).toEqual([1, 4])
  schedule.done(1)
  expect(taken(schedule)).toEqual([2])
  schedule.done(2)
  expect(taken(schedule)).toEqual([3])
  for (const id of [3, 4]) schedule.done(id)
  expect(schedule.size).toBe(0)
})

test('whoever ends a value waits for all that use it, in whatever lane', () => {
  const schedule = scheduled([
    placed(1, 0, 1, { lane: 'x', uses: ['17', '18'] }),
    placed(2, 2, 3, { lane: 'y', uses: ['17'], ends: ['17'] }),
    placed(3, 4, 5, { lane: 'z', ends: ['17'] }),
    placed(4, 6, 7, { lane: 'w', uses: ['17'] }),
  ])
  expect(taken(schedule)).toEqual([1, 4])
  schedule.done(1)
  expect(taken(schedule)).toEqual([2])
  schedule.done(2)
  expect(taken(schedule)).toEqual([3])
})

test('there is room again when one is done', () => {
  const schedule = scheduled([placed(1, 0, 1), placed(2, 0, 2)], { window: 2 })
  expect(schedule.hasRoom).toBe(false)
  expect(() => schedule.add(3, placed(3, 0, 3))).toThrow('the window is full')
  schedule.done(schedule.take()!)
  expect(schedule.hasRoom).toBe(true)
})

test('what does not stand behind what was added, and what is not out, is refused', () => {
  const schedule = scheduled([placed(2, 0, 5)])
  for (const wrong of [placed(1, 0, 5), placed(2, 0, 5), placed(3, 0, 4)]) {
    expect(() => schedule.add(wrong.id, wrong)).toThrow(RangeError)
  }
  expect(() => schedule.done(2)).toThrow('entry 2 is not out')
  schedule.done(schedule.take()!)
  expect(() => schedule.done(2)).toThrow('entry 2 is not out')
})

test('whatever the history and however it goes: no rule is broken, nothing is stuck, and all that may go does', () => {
  const ways = fc.record({
    entries: anyHistory,
    concurrency: fc.integer({ min: 1, max: 6 }),
    window: fc.integer({ min: 1, max: 12 }),
    tolerance: fc.constantFrom(0, 3, 20),
    choices: fc.infiniteStream(fc.nat()),
  })
  fc.assert(
    fc.property(ways, ({ entries, choices, ...rules }) => {
      const schedule = new Schedule<Placed>(rules)
      const unfinished = new Set(entries)
      const pending = new Set<Placed>()
      const out: Placed[] = []
      const holding = (e: Placed) => [...unfinished].filter((f) => mustWait(e, f, rules.tolerance))
      let added = 0
      const choose = (below: number) => (choices.next().value as number) % below
      while (unfinished.size > 0) {
        while (schedule.hasRoom && added < entries.length && choose(4) > 0) {
          pending.add(entries[added]!)
          schedule.add(entries[added]!, entries[added]!)
          added++
        }
        for (let e = schedule.take(); e !== null; e = schedule.take()) {
          // Also those that were not added yet.
          expect(holding(e)).toEqual([])
          pending.delete(e)
          out.push(e)
        }
        expect(out.length).toBeLessThanOrEqual(rules.concurrency)
        expect(schedule.size).toBe(pending.size + out.length)
        if (out.length < rules.concurrency) {
          for (const e of pending) expect(holding(e)).not.toEqual([])
        }
        if (out.length === 0) {
          expect(pending.size).toBe(0)
          continue
        }
        const [done] = out.splice(choose(out.length), 1)
        unfinished.delete(done!)
        schedule.done(done!.id)
      }
      expect([schedule.size, schedule.out, schedule.ready]).toEqual([0, 0, 0])
    }),
    { numRuns: 500 },
  )
})
