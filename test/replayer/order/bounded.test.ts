import { expect, test } from 'vitest'
import { Bounded } from '../../../replayer/order/bounded.ts'

test('the keys that were set last are kept, and it is told when one is not any more', () => {
  const bounded = new Bounded<number, string>(3)
  for (const key of [1, 2, 3, 4, 5]) bounded.set(key, `v${key}`)
  expect(bounded.hasForgotten).toBe(false)
  expect(bounded.get(1)).toBe('v1')
  bounded.set(1, 'again')
  expect([...bounded.entries()].map(([key]) => key).sort((a, b) => a - b)).toEqual([1, 4, 5])
  expect([1, 2, 3, 4, 5].map((key) => bounded.get(key) ?? null)).toEqual([
    ...['again', null, null, 'v4', 'v5'],
  ])
  expect(bounded.hasForgotten).toBe(true)
})

test('keys that are set again and again are never forgotten', () => {
  const bounded = new Bounded<number, number>(3)
  for (let i = 0; i < 100; i++) bounded.set(i % 3, i)
  expect(bounded.hasForgotten).toBe(false)
  expect([...bounded.entries()].map(([key]) => key).sort((a, b) => a - b)).toEqual([0, 1, 2])
  for (let i = 0; i < 100; i++) bounded.set(i % 3, i)
  expect([0, 1, 2].map((key) => bounded.get(key))).toEqual([99, 97, 98])
})
