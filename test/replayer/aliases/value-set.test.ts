import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { ValueSet } from '../../../replayer/aliases/value-set.ts'

test('what was added is there, be it short or much like others', () => {
  const set = new ValueSet()
  const added = Array.from({ length: 50_000 }, (_, i) => [randomUUID(), `${i}`]).flat()
  for (const value of added) set.add(value)
  expect(added.every((value) => set.has(value))).toBe(true)
})

test('of what was not added hardly any is said to be there', () => {
  const set = new ValueSet()
  expect(set.has('17')).toBe(false)
  for (let i = 0; i < 200_000; i++) set.add(`/things/${i}`)
  const wrong = (name: string) =>
    Array.from({ length: 20_000 }, (_, i) => `${name}${i}`).filter((value) => set.has(value)).length
  for (const name of ['', '/thing/', 'item-', '/things/x']) expect(wrong(name)).toBeLessThan(100)
})
