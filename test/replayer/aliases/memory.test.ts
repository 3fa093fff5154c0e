import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { AliasStore } from '../../../replayer/aliases/store.ts'
import { strengthOf } from '../../../aliases/strength.ts'
import { valuesOf } from '../../../replayer/aliases/values.ts'
import { entryOf, NEW, OLD, Play, renamed } from './exchanges.ts'

// Memory holds so many aliases; the rest is in the journal, and is asked for.

test('the oldest that was not used goes first, and is wanted when it is needed', () => {
  const play = new Play({ limit: 10 })
  const made = Array.from({ length: 15 }, () => [randomUUID(), randomUUID()] as const)
  const learned = made.flatMap(([was, is], i) => {
    if (i > 0) play.go({ method: 'PUT', target: `/items/${made[0]![0]}` })
    return play.go({ answer: { id: was } }, { answer: { id: is } }).learned
  })
  const old = learned[1]!
  const entry = entryOf({ method: 'PUT', target: `/items/${old.old}`, body: { a: made[0]![0] } })
  expect(play.aliases.wanted([entry])).toContain(old.old)
  expect(play.aliases.wanted([entry])).not.toContain(made[0]![0])
  play.aliases.recall([old])
  expect(play.aliases.wanted([entry])).not.toContain(old.old)
  expect(play.go({ method: 'PUT', target: `/items/${old.old}` }).request.target).toBe(
    `/items/${old.new}`,
  )
})

test('of one kind and one answer only the newest is kept', () => {
  const store = new AliasStore(10)
  const { learned } = new Play().go({ answer: { id: 17 } }, { answer: { id: 23 } })
  for (const now of ['31', '32', '17']) store.add({ ...learned[0]!, new: now })
  expect(store.size).toBe(1)
  expect(store.get('17')).toMatchObject([{ new: '17' }])
})

test('a value that is given again and again is kept a few times, the newest', () => {
  const store = new AliasStore(1_000)
  const { learned } = new Play().go({ answer: { id: 17 } }, { answer: { id: 23 } })
  for (let i = 1; i <= 100; i++) store.add({ ...learned[0]!, new: `${i}`, since: i })
  expect(store.size).toBe(8)
  expect(store.weak).toBe(8)
  expect(store.get('17')!.map((one) => one.new)).toEqual(
    [93, 94, 95, 96, 97, 98, 99, 100].map(String),
  )
})

test('nothing is wanted while memory has all of it, but of a run that goes on', () => {
  const entry = entryOf({ target: `/items/${OLD}/x` })
  expect(renamed().aliases.wanted([entry])).toEqual([])
  const resumed = new Play({ journal: 'holds' })
  expect(resumed.aliases.wanted([entry])).toEqual(expect.arrayContaining([OLD, `/items/${OLD}/x`]))
  // What is made once more has the number that another thing had.
  expect(resumed.aliases.wanted([entryOf({ answer: { id: 17, size: 4 } })])).toEqual([
    '/items',
    'items',
    '17',
  ])
})

test('aliases that came through JSON work as before', () => {
  const { learned } = new Play().go({ answer: { id: 17 } }, { answer: { id: 23 } })
  const resumed = new Play({ journal: 'holds' })
  resumed.aliases.recall(JSON.parse(JSON.stringify(learned)) as typeof learned)
  expect(resumed.go({ target: '/orders?item=17&n=17' }).request.target).toBe('/orders?item=23&n=17')
})

test('what an entry makes and uses is told for the lanes of a plan', () => {
  const made = valuesOf(
    entryOf({ body: { name: 'a' }, answer: { id: 17, owner: { id: 3 }, key: OLD, n: 4 } }),
  )
  expect(made.produces).toEqual(expect.arrayContaining(['item 17', 'owner 3', OLD]))
  expect(made.produces).not.toContain('n 4')
  const used = valuesOf(
    entryOf({ target: '/items/17/x', body: { ownerId: 3, key: NEW, n: 4 }, answer: { key: NEW } }),
  )
  expect(used.uses).toEqual(expect.arrayContaining(['item 17', 'owner 3', NEW]))
  expect(used.produces).toEqual([])
  const linked = valuesOf(entryOf({ target: '/orders', body: { item: 'x7f', unit: 17 } }))
  expect(linked.uses).toEqual(expect.arrayContaining(['item x7f', 'unit 17']))
})

test('what a longer name speaks of is told for the lanes, too', () => {
  const made = valuesOf(entryOf({ target: '/work-orders', answer: { id: 17 } }))
  expect(made.produces).toEqual(expect.arrayContaining(['work order 17', 'order 17']))
  const used = valuesOf(entryOf({ fields: ['X-Project-Id', '3'], body: { parentItemId: 4 } }))
  expect(used.uses).toEqual(expect.arrayContaining(['project 3', 'item 4']))
})

test('what an entry ends is told for the lanes: the last that its path names', () => {
  const endedBy = (method: string, target: string, body?: unknown) =>
    valuesOf(entryOf({ method, target, fields: ['Referer', '/orders/5'], body })).ends
  expect(endedBy('DELETE', '/items/17')).toEqual(['item 17'])
  expect(endedBy('DELETE', '/items/17/parts/3?limit=5', { projectId: 4 })).toEqual(['part 3'])
  expect(endedBy('DELETE', `/items/${OLD}`)).toEqual([OLD])
  expect(endedBy('DELETE', '/work-orders/17')).toEqual(['work order 17', 'order 17'])
  expect(endedBy('DELETE', '/items/17/parts')).toEqual([])
  expect(endedBy('PATCH', '/items/17')).toEqual([])
})

test('a token of letters alone is told from words', () => {
  expect(strengthOf('FNlRaPxFYjfeuOCCzqYjopNQ')).toBe('strong')
  for (const words of ['myVeryFirstQueueOfAll', 'getXmlHttpRequestById', 'a-b-c-d-e-f-g-h-i-j']) {
    expect(strengthOf(words)).toBe('weak')
  }
})
