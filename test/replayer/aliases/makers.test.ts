import { expect, test } from 'vitest'
import { Makers } from '../../../replayer/aliases/makers.ts'

const MOST = 100_000

test('each entry that had a value is known once, however many had it', () => {
  const makers = new Makers()
  for (let id = 1; id <= MOST + 1; id++) makers.add('17', { id, at: id })
  makers.add('17', { id: 1, at: 1 })
  expect(makers.of('17')).toHaveLength(MOST + 1)
  expect(makers.of('17')[0]).toEqual({ id: 1, at: 1 })
  expect(makers.of('23')).toEqual([])
})

test('of too many the value goes that came up the longest ago', () => {
  const makers = new Makers()
  for (const value of ['1', '2', '1']) makers.add(value, { id: Number(value) + 7, at: 1 })
  makers.add('1', { id: 99, at: 2 })
  for (let id = 1; id <= MOST - 3; id++) makers.add('3', { id, at: id })
  expect(makers.of('2')).toHaveLength(1)
  makers.add('3', { id: MOST, at: 1 })
  expect(makers.of('2')).toEqual([])
  expect(makers.of('1')).toHaveLength(2)
})
