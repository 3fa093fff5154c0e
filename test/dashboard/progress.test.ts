import { expect, test } from 'vitest'
import { doneOf, rateOf, rateText, restText, sampled } from '../../dashboard/runs/progress.ts'

/** A run of so many requests a second, looked at twice a second. */
const steady = (rate: number, seconds: number) =>
  Array.from({ length: seconds * 2 + 1 }, (_, i) => ({ at: i * 500, done: (i * rate) / 2 })).reduce<
    readonly { at: number; done: number }[]
  >(sampled, [])

test('a rate is of the last ten seconds, and takes no more than they do', () => {
  expect(rateOf(steady(40, 60), 60_000)).toBe(40)
  expect(steady(40, 60).length).toBeLessThan(25)
  const slower = [...steady(40, 60)]
  expect(rateOf(slower, 65_000)).toBe(20)
})

test('a run that stands still comes to no rate at all', () => {
  expect(rateOf(steady(40, 20), 35_000)).toBe(0)
  expect(restText(100, 0)).toBeNull()
})

test('of too little nothing is said', () => {
  expect(rateOf([], 1_000)).toBeNull()
  expect(rateOf([{ at: 0, done: 5 }], 900)).toBeNull()
})

test.each([
  [100, 200, 'less than a second'],
  [100, 10, '10.0 s'],
  [3_000, 10, '5 min 0 s'],
  [72_000, 10, '2 h 0 min'],
  [1_728_000, 10, '2 days'],
  [0, 10, null],
])('%i requests at %i a second take %s', (rest, rate, text) => {
  expect(restText(rest, rate)).toBe(text)
})

test('what is being sent is not done', () => {
  expect(doneOf({ outcomes: { same: 3, differs: 2, sending: 9 } })).toBe(5)
  expect([rateText(0), rateText(2.54), rateText(1234.5)]).toEqual(['0/s', '2.5/s', '1,235/s'])
})
