import { expect, test } from 'vitest'
import { Makers } from '../../../replayer/aliases/makers.ts'

const MOST = 100_000

test('each entry that had a value is known once, however many had it', () => {
  const makers = new Makers()
  for (let id = 1; id <= MOST + 1; id++) makers.add('17', { id, at: id })
  makers.add('17', { id: 1, at: 1 })
  const known = makers.unasked('17', 1)
  expect(known).toHaveLength(MOST + 1)
  expect(known[0]).toEqual({ id: 1, at: 1 })
  expect(makers.unasked('23', 1)).toEqual([])
})

test('in each life it is asked once who made a value, and then of those alone that are new', () => {
  const makers = new Makers()
  const add = (value: string, ...ids: number[]) => {
    for (const id of ids) makers.add(value, { id, at: id })
  }
  const asked = (value: string, life: number) => makers.unasked(value, life).map(({ id }) => id)
  add('17', 1, 2)
  expect(asked('17', 1)).toEqual([1, 2])
  expect(asked('17', 1)).toEqual([])
  add('17', 2, 3)
  add('23', 3)
  expect(asked('17', 1)).toEqual([3])
  expect(asked('17', 2)).toEqual([1, 2, 3])
  expect(asked('23', 1)).toEqual([3])
})

test('of too many the value goes that came up the longest ago', () => {
  const makers = new Makers()
  for (const value of ['1', '2', '1']) makers.add(value, { id: Number(value) + 7, at: 1 })
  makers.add('1', { id: 99, at: 2 })
  for (let id = 1; id <= MOST - 3; id++) makers.add('3', { id, at: id })
  expect(makers.unasked('2', 1)).toHaveLength(1)
  makers.add('3', { id: MOST, at: 1 })
  expect(makers.unasked('2', 2)).toEqual([])
  expect(makers.unasked('1', 1)).toHaveLength(2)
})
