import { describe, expect, test } from 'vitest'
import { comparedJson, NOW, THEN } from './answers.ts'

const of = (key: string, recorded: unknown, came: unknown, rules?: unknown) => {
  const { outcome, explained } = comparedJson({ [key]: recorded }, { [key]: came }, rules)
  return outcome === 'same' ? Object.keys(explained).join() : outcome
}
const seconds = (at: number, by = 0) => Math.round(at / 1e6) + by

describe('times of then and of now', () => {
  test.each<[string, unknown, unknown]>([
    ['RFC 3339', '2026-01-15T11:59:59.123Z', '2026-02-20T17:59:59Z'],
    ['with a zone', '2026-01-15T13:00:00+01:00', '2026-02-20T19:00:00+0100'],
    ['of SQL', '2026-01-15 12:00:00.123456', '2026-02-20 18:00:00'],
    ['a date', '2026-01-15', '2026-02-20'],
    ['basic', '20260115T120000Z', '20260220T180000Z'],
    ['of RFC 9110', 'Thu, 15 Jan 2026 12:00:00 GMT', 'Fri, 20 Feb 2026 18:00:00 GMT'],
    ['of asctime', 'Thu Jan 15 12:00:00 2026', 'Fri Feb 20 18:00:00 2026'],
    ['seconds', seconds(THEN), seconds(NOW)],
    ['milliseconds', THEN / 1e3, NOW / 1e3],
    ['microseconds', THEN, NOW],
    ['as text', String(seconds(THEN)), String(seconds(NOW))],
    ['with a fraction', seconds(THEN) + 0.25, seconds(NOW) + 0.5],
    ['made long before, made again just now', '2025-12-01T00:00:00Z', '2026-02-20T17:30:00Z'],
    ['that both end a month later', '2026-02-14T12:00:00Z', '2026-03-22T18:00:05Z'],
  ])('%s', (_, recorded, came) => {
    expect(of('at', recorded, came)).toBe('time')
  })

  test.each<[string, unknown, unknown]>([
    ['an appointment that moved', '2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z'],
    ['one long ago', '2026-01-15T12:00:00Z', '2026-02-01T12:00:00Z'],
    ['a birthday', '1990-01-01', '1990-01-02'],
    ['one that is none any more', '2026-01-15T12:00:00Z', ''],
    ['another form', '2026-01-15T12:00:00Z', seconds(NOW)],
    ['as text and as number', String(seconds(THEN)), seconds(NOW)],
    ['seconds and milliseconds', seconds(THEN), NOW / 1e3],
    ['no such day', '2026-01-35T12:00:00Z', '2026-02-20T18:00:00Z'],
    ['small numbers', 17, 18],
    ['large numbers', 1_000_000_000, 1_000_000_001],
  ])('are not: %s', (_, recorded, came) => {
    expect(of('at', recorded, came)).toBe('differs')
  })
})

describe('known by name', () => {
  test.each<[string, unknown, unknown, string]>([
    ['durationMs', 12, 3456.7, 'duration'],
    ['took', '12ms', '1.5 s', 'duration'],
    ['elapsed', 'PT1.5S', 'PT2M', 'duration'],
    ['response_time', '0:01', '12:34:56', 'duration'],
    ['uptime', 5, 99_999, 'age'],
    ['upTimeSeconds', '3 days', '5min', 'age'],
    [
      'requestId',
      '5f2b0c1e-9a53-4a5e-8e0f-0d6c6f9b3a77',
      'e9b1a1c2-0000-4000-8000-000000000000',
      'id',
    ],
    ['X-Trace-ID', 'aaaabbbbccccdddd', '0123456789abcdef', 'id'],
    ['traceparent', '00-aaaa-bbbb-01', '00-cccc-dddd-00', 'id'],
    ['req_id', 17, 99, 'id'],
  ])('%s', (key, recorded, came, shape) => {
    expect(of(key, recorded, came)).toBe(shape)
  })

  test.each<[string, unknown, unknown]>([
    ['timeout', 12, 30],
    ['age', 41, 42],
    ['duration', 12, '12ms'],
    ['duration', 'short', 'long'],
    ['uptime', 5, null],
    ['id', '5f2b0c1e-9a53-4a5e-8e0f-0d6c6f9b3a77', 'e9b1a1c2-0000-4000-8000-000000000000'],
    ['requestId', 'aaaabbbbccccdddd', 'aaaa'],
    ['requestId', '5f2b0c1e-9a53-4a5e-8e0f-0d6c6f9b3a77', ''],
  ])('are not: %s %j %j', (key, recorded, came) => {
    expect(of(key, recorded, came)).toBe('differs')
  })

  test('in a list too', () => {
    expect(of('durations', [1, 2], [3, 4])).toBe('duration')
  })
})

test('shapes count only where the rules let them', () => {
  expect(of('took', 1, 2, { shapes: ['time'] })).toBe('differs')
  expect(of('at', '2026-01-15T12:00:00Z', '2026-02-20T18:00:00Z', { shapes: [] })).toBe('differs')
  expect(of('took', 1, 2, { shapes: ['duration'] })).toBe('duration')
})
