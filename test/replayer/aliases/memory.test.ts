import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { AliasStore } from '../../../replayer/aliases/store.ts'
import { strengthOf } from '../../../aliases/strength.ts'
import { valuesOf } from '../../../replayer/aliases/values.ts'
import { entryOf, NEW, OLD, Play } from './exchanges.ts'

// Memory holds what was learned or used of late; the rest is in the journal, and is asked for.

/** A play in which so many things came back with other ids, and what it learned. */
function made(count: number, limit: number) {
  const play = new Play({ limit })
  const learn = () =>
    play.go({ answer: { id: randomUUID() } }, { answer: { id: randomUUID() } }).learned[0]!
  return { play, learn, learned: Array.from({ length: count }, learn) }
}

const using = (...values: string[]) =>
  entryOf({ method: 'PUT', target: `/items/${values[0]}`, body: values })

test('what is not in use for two turns is forgotten, and wanted where it is used again', () => {
  const { play, learn, learned } = made(10, 10)
  const [kept, left] = learned.map(({ old }) => old)
  play.aliases.turn(10)
  expect(play.aliases.wanted([using(kept!)])).toEqual([])
  for (let i = 0; i < 10; i++) learn()
  play.aliases.turn(20)
  expect(play.aliases.wanted([using(kept!, left!, randomUUID())])).toEqual([left])
  expect(play.go({ method: 'PUT', target: `/items/${left}` }).request.target).toBe(`/items/${left}`)
  play.aliases.recall([learned[1]!])
  expect(play.aliases.wanted([using(kept!, left!)])).toEqual([])
  expect(play.go({ method: 'PUT', target: `/items/${left}` }).request.target).toBe(
    `/items/${learned[1]!.new}`,
  )
})

test('what only an answer shows is wanted, too: it is compared', () => {
  const { play, learn, learned } = made(10, 10)
  play.aliases.turn(10)
  for (let i = 0; i < 10; i++) learn()
  play.aliases.turn(20)
  const shown = entryOf({ method: 'GET', answer: [{ owner: learned[3]!.old }] })
  expect(play.aliases.wanted([shown])).toEqual([learned[3]!.old])
})

test('no turn is due before there are so many', () => {
  const { play, learn, learned } = made(9, 10)
  for (const moment of [10, 20, 30]) play.aliases.turn(moment)
  expect(play.aliases.wanted(learned.map(({ old }) => using(old)))).toEqual([])
  learn()
  for (const moment of [40, 50, 60]) play.aliases.turn(moment)
  expect(play.aliases.wanted(learned.map(({ old }) => using(old)))).toEqual([])
})

test('of whoever was read before the turn before last something may be forgotten', () => {
  const { play, learn } = made(10, 10)
  const read = (orderedAt: number) => entryOf({ orderedAt })
  play.aliases.turn(10)
  expect(play.aliases.isLongAgo(read(5))).toBe(false)
  for (let i = 0; i < 10; i++) learn()
  play.aliases.turn(20)
  expect([10, 11, 20].map((at) => play.aliases.isLongAgo(read(at)))).toEqual([true, false, false])
})

test('of one kind and one answer only the newest is kept', () => {
  const store = new AliasStore()
  const { learned } = new Play().go({ answer: { id: 17 } }, { answer: { id: 23 } })
  for (const now of ['31', '32', '17']) store.add({ ...learned[0]!, new: now })
  expect(store.get('17')).toMatchObject([{ new: '17' }])
})

test('a value that is given again and again is kept a few times, the newest', () => {
  const store = new AliasStore()
  const { learned } = new Play().go({ answer: { id: 17 } }, { answer: { id: 23 } })
  for (let i = 1; i <= 100; i++) store.add({ ...learned[0]!, new: `${i}`, since: i })
  expect(store.get('17')!.map((one) => one.new)).toEqual(
    [93, 94, 95, 96, 97, 98, 99, 100].map(String),
  )
})

test('aliases that came through JSON work as before', () => {
  const { learned } = new Play().go({ answer: { id: 17 } }, { answer: { id: 23 } })
  const resumed = new Play()
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
