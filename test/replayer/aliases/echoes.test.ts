import { expect, test } from 'vitest'
import { parseAliasRules } from '../../../replayer/aliases/rules.ts'
import { AliasStore } from '../../../replayer/aliases/store.ts'
import { NEW, numbered, OLD, Play } from './exchanges.ts'

// What looks like news in an answer and is none; and what looks like an echo and is news.

const item17 = { method: 'PUT', target: '/items/17' }

test('what the client made up is not the backend’s, under whatever name it comes back', () => {
  const play = new Play()
  expect(
    play.go({ body: { key: OLD }, answer: { id: OLD } }, { answer: { id: NEW } }).learned,
  ).toEqual([])
})

test('a number that was sent in the place of another is no news under another name', () => {
  const { learned } = numbered().go(
    { target: '/things', body: { itemId: 17 }, answer: { partId: 17 } },
    { answer: { partId: 23 } },
  )
  expect(learned).toEqual([])
})

test('what was made is news, though its number is the one that was sent', () => {
  const play = new Play()
  play.go({ target: '/groups', answer: { id: 17 } }, { answer: { id: 23 } })
  play.go(
    { status: 201, body: { groupId: 17 }, answer: { id: 17 } },
    { status: 201, answer: { id: 23 } },
  )
  expect(play.go(item17).request.target).toBe('/items/23')
})

test('a read that shows another one does not overrule what was made', () => {
  const play = numbered()
  play.go({ method: 'GET', target: '/items/latest', answer: { id: 17 } }, { answer: { id: 24 } })
  play.go(
    { method: 'GET', target: '/items?limit=1', answer: [{ id: 17 }] },
    { answer: [{ id: 24 }] },
  )
  expect(play.go(item17).request.target).toBe('/items/23')
})

test('a number that only a rule calls generated is replaced where the rule says, and nowhere else', () => {
  const rules = parseAliasRules({
    add: [{ from: 'POST /devices: json /serial', to: '* /orders: query of' }],
  })
  const play = new Play({ rules })
  play.go({ target: '/devices', answer: { serial: 17 } }, { answer: { serial: 23 } })
  const { request, body } = play.go({ target: '/orders?of=17', body: { serial: 17 } })
  expect(request.target).toBe('/orders?of=23')
  expect(JSON.parse(body)).toEqual({ serial: 17 })
})

test('of one kind only the newest is kept', () => {
  const store = new AliasStore()
  const [alias] = new Play().go({ answer: { id: 17 } }, { answer: { id: 23 } }).learned
  store.add(alias!)
  store.add({ ...alias!, new: '24' })
  expect(store.get('17')!.map((one) => one.new)).toEqual(['24'])
})
