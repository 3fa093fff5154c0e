import { afterEach, expect, test, vi } from 'vitest'
import { recorderClock } from '../../proxy/clock.ts'

afterEach(() => vi.restoreAllMocks())

test('never goes back, whatever is done to the clock of the system', () => {
  const clock = recorderClock()
  const before = clock.now()
  vi.spyOn(Date, 'now').mockReturnValue(0)
  const times = Array.from({ length: 1_000 }, () => clock.now())
  expect(times[0]).toBeGreaterThanOrEqual(before)
  expect(times.every((time, i) => i === 0 || time >= times[i - 1]!)).toBe(true)
})

test('tells microseconds since 1970, as a safe integer', () => {
  const now = recorderClock().now()
  expect(Number.isSafeInteger(now)).toBe(true)
  expect(Math.abs(now / 1000 - Date.now())).toBeLessThan(60_000)
})

test('passes a moment that lies ahead, and says by how much it moved', async () => {
  const clock = recorderClock()
  const ahead = clock.now() + 3_600_000_000
  const moved = await clock.passBy(ahead)
  expect(clock.now()).toBeGreaterThan(ahead)
  expect(moved).toBeGreaterThan(3_599_000_000)
  expect(moved).toBeLessThanOrEqual(3_600_000_001)
})

test('does not move for a moment that lies behind', async () => {
  const clock = recorderClock()
  await clock.passBy(clock.now() + 1_000_000)
  const before = clock.now()
  expect(await clock.passBy(before - 5_000_000)).toBe(0)
  expect(clock.now()).toBeGreaterThanOrEqual(before)
  expect(clock.now() - before).toBeLessThan(4_000_000)
})
