import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  MAX_DELAY_MS,
  SIMULATE_EXPECTED,
  parseSimulateHeader,
} from '../../simulator/simulate-header.ts'

describe('the Simulate header', () => {
  test('orders nothing when it is absent', () => {
    expect(parseSimulateHeader(undefined)).toStrictEqual({
      ok: true,
      simulation: { delayMs: 0, carryOut: 'last' },
    })
  })

  test.for<[string, object]>([
    ['delay=250', { delayMs: 250, carryOut: 'last' }],
    ['delay=250, applied', { delayMs: 250, carryOut: 'first' }],
    ['status=500', { delayMs: 0, failure: { kind: 'status', status: 500 }, carryOut: 'never' }],
    ['applied,hang', { delayMs: 0, failure: { kind: 'hang' }, carryOut: 'first' }],
    ['  cut  ', { delayMs: 0, failure: { kind: 'cut' }, carryOut: 'never' }],
    ['delay=1,reset,applied', { delayMs: 1, failure: { kind: 'reset' }, carryOut: 'first' }],
    [`delay=${MAX_DELAY_MS}`, { delayMs: MAX_DELAY_MS, carryOut: 'last' }],
    ['delay=0', { delayMs: 0, carryOut: 'last' }],
  ])('%s is understood', ([header, simulation]) => {
    expect(parseSimulateHeader(header)).toStrictEqual({ ok: true, simulation })
  })

  test.for([
    '',
    ' ',
    ',',
    'hang,',
    'applied',
    'applied, applied',
    'delay',
    'delay=',
    'delay=-1',
    'delay=1.5',
    'delay=1e3',
    `delay=${MAX_DELAY_MS + 1}`,
    'delay=1, delay=1',
    'status=200',
    'status=399',
    'status=600',
    'status=0500',
    'status=500, status=500',
    'hang, cut',
    'hang, hang, applied',
    'Hang',
    'hang applied',
    'constructor',
  ])('%j is refused with what is expected', (header) => {
    expect(parseSimulateHeader(header)).toStrictEqual({
      ok: false,
      error: expect.stringContaining(SIMULATE_EXPECTED) as unknown,
    })
  })

  test('is refused, whatever else it holds', () => {
    const words = new Set(['hang', 'cut', 'reset'])
    const garbage = fc.string().filter((text) => !words.has(text.trim()) && !text.includes('='))
    fc.assert(
      fc.property(garbage, (header) => {
        expect(parseSimulateHeader(header).ok).toBe(false)
      }),
    )
  })

  test('means the same in any order', () => {
    const parts = fc.record({
      delay: fc.integer({ min: 0, max: MAX_DELAY_MS }).map((ms) => `delay=${ms}`),
      failure: fc.constantFrom('status=503', 'hang', 'cut', 'reset'),
      applied: fc.constantFrom('applied'),
    })
    fc.assert(
      fc.property(parts, ({ delay, failure, applied }) => {
        expect(parseSimulateHeader([applied, failure, delay].join(','))).toStrictEqual(
          parseSimulateHeader([delay, failure, applied].join(' , ')),
        )
      }),
    )
  })
})
