import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stepOver } from '../../journal/timeline.ts'

const SECOND = 1_000_000
const HOUR = 3600 * SECOND
const START = Date.UTC(2026, 0, 15, 12) * 1000

test.each([
  [100, SECOND],
  [60, SECOND],
  [59, 2 * SECOND],
  [4, 15 * SECOND],
  [1, 60 * SECOND],
])('a minute in at most %i spans has steps of %i µs', (most, step) => {
  expect(stepOver(START, START + 60 * SECOND, most)).toBe(step)
})

test('a time that begins within a step needs one span more', () => {
  expect(stepOver(START + 1, START + 1 + 24 * HOUR, 24)).toBe(2 * HOUR)
})

test('whatever the time, the spans cover it and are not too many', () => {
  const micros = fc.nat({ max: 4_000_000_000_000_000 })
  fc.assert(
    fc.property(micros, micros, fc.integer({ min: 2, max: 500 }), (since, span, most) => {
      const until = since + span + 1
      const step = stepOver(since, until, most)
      const spans = Math.ceil(until / step) - Math.floor(since / step)
      expect(spans).toBeGreaterThan(0)
      expect(spans).toBeLessThanOrEqual(most)
    }),
  )
})
