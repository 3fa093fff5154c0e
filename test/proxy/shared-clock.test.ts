import { expect, test, vi } from 'vitest'
import {
  beginTime,
  monotonic,
  sharedClock,
  stepPast,
  timeAt,
  type ClockStep,
  type SharedTime,
} from '../../proxy/shared-clock.ts'

const SECOND = 1_000_000
const time: SharedTime = [{ from: 0, zero: 1_000 * SECOND }]

test('is the time of day, in whole microseconds', () => {
  const now = timeAt(beginTime(), monotonic())
  expect(Number.isSafeInteger(now)).toBe(true)
  expect(Math.abs(now / 1000 - Date.now())).toBeLessThan(60_000)
})

test('a moment that has passed needs no step', () => {
  expect(timeAt(time, 5 * SECOND)).toBe(1_005 * SECOND)
  expect(stepPast(time, 1_005 * SECOND - 1, 5 * SECOND)).toBeNull()
})

test('a step counts from a moment that all have heard of it by, and passes what it is for', () => {
  const ahead = 4_600 * SECOND
  const step = stepPast(time, ahead, 5 * SECOND)!
  expect(step.from).toBe(6 * SECOND)
  const moved: SharedTime = [...time, step]
  expect(timeAt(moved, step.from - 1)).toBe(1_006 * SECOND - 1)
  expect(timeAt(moved, step.from)).toBeGreaterThan(ahead)
})

test('of several who ask for the same, one has the clock moved', () => {
  const ahead = 4_600 * SECOND
  const moved: SharedTime = [...time, stepPast(time, ahead, 5 * SECOND)!]
  expect(stepPast(moved, ahead, 5 * SECOND + 3)).toBeNull()
  expect(stepPast(moved, ahead, 7 * SECOND)).toBeNull()
})

test('a step that must go further than the one to come counts after it', () => {
  const first = stepPast(time, 4_600 * SECOND, 5 * SECOND)!
  const second = stepPast([...time, first], 9_000 * SECOND, 5 * SECOND + 3)!
  expect(second.from).toBeGreaterThan(first.from)
  expect(timeAt([...time, first, second], second.from)).toBeGreaterThan(9_000 * SECOND)
})

/** Clocks of one time, as processes have them; who agrees is the test. */
function clocks(count: number, begun = beginTime()) {
  const known: [ClockStep, ...ClockStep[]] = [...begun]
  const all = Array.from({ length: count }, () =>
    sharedClock(begun, (moment) => {
      const step = stepPast(known, moment, monotonic())
      if (step === null) return Promise.resolve(0)
      const moved = step.zero - known.at(-1)!.zero
      known.push(step)
      for (const clock of all) clock.take(step)
      return Promise.resolve(moved)
    }),
  )
  return all
}

test('clocks never differ, whoever asks for a step and whenever', async () => {
  const all = clocks(3)
  const ahead = all[0]!.now() + 3_600 * SECOND
  const hrtime = vi.spyOn(process.hrtime, 'bigint')
  const begun = process.hrtime.bigint()
  const moved = Promise.all([all[0]!.passBy(ahead), all[1]!.passBy(ahead)])
  for (let ms = 0n; ms < 2_000n; ms++) {
    hrtime.mockReturnValue(begun + ms * 1_000_000n)
    expect(new Set(all.map((clock) => clock.now())).size).toBe(1)
  }
  hrtime.mockRestore()
  expect((await moved).filter((step) => step > 0)).toHaveLength(1)
  for (const clock of all) expect(clock.now()).toBeGreaterThan(ahead)
})

test('says how late it heard of a step', () => {
  const [clock] = clocks(1)
  expect(clock!.take({ from: monotonic() + SECOND, zero: 0 })).toBe(0)
  expect(clock!.take({ from: monotonic() - SECOND, zero: 0 })).toBeGreaterThanOrEqual(SECOND)
})
