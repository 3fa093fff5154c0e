import { expect, test } from 'vitest'
import { localOf, momentOf, runFilterOf, runsAddress } from '../../dashboard/runs/run-filter.ts'
import { deedWords, trailAddress, trailFilterOf } from '../../dashboard/state/deeds.ts'

test('an address of runs and its filter are one', () => {
  const filter = {
    text: '/api/*',
    stream: 'a b',
    state: 'done,running',
    since: '2026-01-15T12:00Z',
  }
  const address = runsAddress(filter)
  expect(address).toBe('/runs?text=/api/*&stream=a+b&state=done,running&since=2026-01-15T12:00Z')
  expect(runFilterOf(address.slice('/runs'.length))).toEqual(filter)
  expect(runsAddress(filter, { text: '', state: '', since: '', stream: '' })).toBe('/runs')
  expect(runFilterOf('?other=1&text=')).toEqual({})
})

test('a moment is the same after it went through a field for local time', () => {
  expect(momentOf(localOf('2026-01-15T12:34Z'))).toBe('2026-01-15T12:34Z')
  expect(localOf(undefined)).toBe('')
  expect(momentOf('')).toBe('')
})

test('an address of the trail and its filter are one', () => {
  const filter = { who: 'ada', action: 'settle,clear' }
  expect(trailAddress({}, filter)).toBe('/trail?who=ada&action=settle,clear')
  expect(trailFilterOf('?who=ada&action=settle,clear')).toEqual(filter)
  expect(trailAddress(filter, { who: '', action: '' })).toBe('/trail')
})

test.each([
  [
    { action: 'settle', detail: { settlement: 'not_applied', entries: 1, up_to: 4 } },
    '1 entry not applied',
  ],
  [
    { action: 'settle', detail: { settlement: null, entries: 2, up_to: 4 } },
    '2 entries taken back',
  ],
  [{ action: 'replay', detail: { target: 'http://a:1', planned: 3 } }, '3 planned to http://a:1'],
  [{ action: 'sign_in', detail: {} }, ''],
  [{ action: 'refused', detail: { asked: 'GET /x' } }, 'GET /x'],
] as const)('a deed is told in words: %j', (deed, words) => {
  expect(deedWords(deed)).toBe(words)
})
