import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { entryOf, type Said } from './exchanges.ts'
import type { Backend } from './backend.ts'
import { blankRecording, restore } from './lives.ts'

// Small numbers that a restore gave to one thing, and the backend to another one in the life behind it.

/** A stream of a backend that shows the next of the ids that it is told, of what it made or of a group. */
class Stream {
  readonly #recording = blankRecording()

  /** What the last restore learned. */
  get learned(): string[] {
    const { aliases } = this.#recording
    return aliases.at(-1)!.map((one) => `${one.producer}: ${one.old} ${one.new}`)
  }

  record(...said: readonly Said[]): void {
    const { entries } = this.#recording
    for (const one of said) entries.push(entryOf({ ...one, id: entries.length + 1 }))
  }

  /** Answers what was sent. */
  restored(...ids: readonly (number | string)[]): Promise<string[]> {
    return this.restoredWithout([], ...ids)
  }

  /** The same where entries are left out. */
  async restoredWithout(out: readonly number[], ...ids: readonly (number | string)[]) {
    const sent: string[] = []
    const left = [...ids]
    const entries = this.#recording.entries.filter(({ id }) => !out.includes(id))
    const answer: Backend['answer'] = ({ method, target }) => {
      const { status } = entries[sent.push(`${method} ${target}`) - 1]!
      if (status === 204) return { status, fields: [], body: '' }
      const id = left.shift()
      const body = JSON.stringify(method === 'POST' ? { id } : { groupId: id })
      return { status: status!, fields: ['Content-Type', 'application/json'], body }
    }
    await restore(this.#recording, { answer }, new Set(out))
    return sent
  }

  /** The last restore had sent nothing of before an entry, which the backend had. */
  hadUpTo(entry: number): void {
    const { entries, restored } = this.#recording
    restored.at(-1)!.behind = entries[entry - 1]!.orderedAt
  }
}

const made = (id: number | string, target = '/items', status = 201): Said => ({
  ...{ target, status, answer: { id } },
})
const shown = (groupId: number | string, target = '/items/1'): Said => ({
  ...{ method: 'PATCH', target, answer: { groupId } },
})
const used = (target: string): Said => ({ method: 'PUT', target, status: 204 })
const gone = (target: string): Said => ({ method: 'DELETE', target, status: 204 })

test('whoever uses it means the newer one, also where that has the same number once more', async () => {
  const stream = new Stream()
  stream.record(made(30), gone('/items/30'))
  await stream.restored(19)
  stream.record(made(19), used('/items/19'))
  expect((await stream.restored(16, 19)).slice(2)).toEqual(['POST /items', 'PUT /items/19'])
  expect((await stream.restored(30, 19)).slice(2)).toEqual(['POST /items', 'PUT /items/19'])
})

test('it is the newer one in the next life, too, where both were given one number', async () => {
  const stream = new Stream()
  stream.record(made(30), gone('/items/30'))
  await stream.restored(19)
  stream.record(made(19), used('/items/19'))
  expect((await stream.restored(12, 12)).slice(2)).toEqual(['POST /items', 'PUT /items/12'])
  stream.record(used('/items/12'))
  expect((await stream.restored(9, 5)).slice(3)).toEqual(['PUT /items/5', 'PUT /items/5'])
})

test('of what was made with one number twice, and given one number twice, the second one is there', async () => {
  const stream = new Stream()
  stream.record(made(8), gone('/items/8'), made(8, '/items', 200))
  await stream.restored(27, 27)
  stream.record(used('/items/27'), made(8), used('/items/8'))
  expect((await stream.restored(11, 13, 8)).slice(3)).toEqual([
    ...['PUT /items/13', 'POST /items', 'PUT /items/8'],
  ])
})

test('a part keeps its number under a parent that has another one, and is not that of the next parent', async () => {
  const stream = new Stream()
  const part = '/items/17/parts/3'
  stream.record(made(9), made(5, '/items/9/parts'), made(17), made(3, '/items/17/parts'))
  await stream.restored(17, 3, 30, 3)
  stream.record(used(part), used('/items/30/parts/3'))
  expect((await stream.restored(21, 6, 40, 8)).slice(4)).toEqual([
    ...['PUT /items/21/parts/6', 'PUT /items/40/parts/8'],
  ])
})

test('nor is it that of the next parent where both kept their numbers', async () => {
  const stream = new Stream()
  stream.record(made(8), made(1, '/items/8/parts'))
  await stream.restored(9, 3)
  stream.record(made(8), made(1, '/items/8/parts'))
  await stream.restored(5, 1, 8, 1)
  stream.record(used('/items/8/parts/1'), used('/items/5/parts/1'))
  expect((await stream.restored(8, 5, 11, 4)).slice(4)).toEqual([
    ...['PUT /items/11/parts/4', 'PUT /items/8/parts/5'],
  ])
})

test('an answer that showed the older one under another name says nothing of the newer one', async () => {
  const stream = new Stream()
  stream.record(made(30, '/groups'), shown(30), gone('/groups/30'))
  await stream.restored(19, 19)
  stream.record(made(19, '/groups'), used('/items/1?group=19'))
  expect((await stream.restored(16, 16, 12)).at(-1)).toBe('PUT /items/1?group=12')
})

test('one that is as it was is no echo of a limit', async () => {
  const stream = new Stream()
  stream.record(made(5, '/groups'), shown(5), gone('/groups/5'), made(5, '/groups'))
  stream.record(shown(5, '/items/1?limit=5'))
  await stream.restored(3, 3, 7, 7)
  stream.record(used('/items/1?group=7'))
  expect((await stream.restored(9, 9, 5, 5)).at(-1)).toBe('PUT /items/1?group=5')
})

test('of an echo nothing is learned, and what it is of says what it is called', async () => {
  const stream = new Stream()
  stream.record(made(1, '/groups'))
  await stream.restored(9)
  stream.record({ ...shown(9), fields: ['X-Group', '9'] })
  await stream.restored(7, 7)
  await stream.restored(9, 9)
  stream.record(used('/items/1?group=9'))
  expect((await stream.restored(8, 8)).at(-1)).toBe('PUT /items/1?group=8')
})

test('what may be an echo by chance is what the restore before gave under the same noun', async () => {
  const stream = new Stream()
  stream.record(made(4), made(4, '/groups'), shown(4, '/items/4/groups/1'))
  await stream.restored(3, 8, 8)
  stream.record(used('/items/3?groupId=8'))
  // The item has the number of the group now: what the third answer shows may be that.
  expect((await stream.restored(9, 9, 9)).at(-1)).toBe('PUT /items/9?groupId=9')
})

test('what may be an echo by chance is what its life called so, also where the restore before kept nothing of it', async () => {
  const stream = new Stream()
  stream.record(made(1, '/groups'), made(5))
  await stream.restored(9, 9)
  stream.record(shown(9, '/items/9'))
  // The group is called as it was recorded first.
  await stream.restored(1, 4, 1)
  expect(stream.learned).toEqual(['2: 5 4', '3: 9 1'])
  stream.record(used('/items/4?groupId=1'))
  expect((await stream.restored(8, 8, 8)).at(-1)).toBe('PUT /items/8?groupId=8')
})

test('so it is where that had another name in the life of the answer than it was recorded with', async () => {
  const stream = new Stream()
  stream.record(made(8, '/groups'), made(7))
  await stream.restored(7, 7)
  stream.record(made(8, '/groups'), shown(7, '/items/7/groups/8'))
  await stream.restored(4, 3, 5, 4)
  stream.record(used('/items/3?groupId=4'))
  // The item has the number of the first group.
  expect((await stream.restored(9, 9, 10, 9)).at(-1)).toBe('PUT /items/9?groupId=9')
})

test('nor has the restore before to have changed the number of what an echo may be of', async () => {
  const stream = new Stream()
  stream.record(made(2), made(1, '/groups'))
  await stream.restored(6, 6)
  stream.record(shown(6, '/items/6/groups/7'))
  await stream.restored(8, 1, 1)
  expect(stream.learned).toEqual(['1: 2 8', '3: 6 1'])
  stream.record(used('/items/8?groupId=1'))
  expect((await stream.restored(9, 9, 9)).at(-1)).toBe('PUT /items/9?groupId=9')
})

test('what a restore left out is not there in the next life, whoever has its number', async () => {
  // As many as the older thing may be called in the second restore, and the two of them in the third.
  const cases = [
    { second: 4, third: [3, 4], used: 'PUT /items/3' },
    { second: 4, third: [4, 9], used: 'PUT /items/4' },
    { second: 4, third: [9, 9], used: 'PUT /items/9' },
  ]
  for (const first of [4, 7]) {
    for (const { second, third, used: expected } of cases) {
      const stream = new Stream()
      stream.record(made(first))
      await stream.restored(3)
      stream.record(made(4), gone('/items/4'))
      await stream.restoredWithout([2, 3], second)
      stream.record(used('/items/4'))
      expect((await stream.restored(...third)).at(-1)).toBe(expected)
    }
  }
})

test('what a checkpoint spared a restore is there in the next life', async () => {
  const stream = new Stream()
  stream.record(made(4))
  await stream.restoredWithout([1])
  stream.hadUpTo(1)
  stream.record(used('/items/4'))
  expect((await stream.restored(9)).at(-1)).toBe('PUT /items/9')
})

test('what a restore gave is no news where an answer of its life shows it', async () => {
  const [a, b, c] = Array.from({ length: 3 }, () => randomUUID())
  const stream = new Stream()
  stream.record(made(a!, '/groups'))
  await stream.restored(b!)
  stream.record(shown(b!), used(`/groups/${b}`))
  expect((await stream.restored(c!, c!)).at(-1)).toBe(`PUT /groups/${c}`)
  expect(stream.learned).toEqual([`1: ${a} ${c}`])
})
