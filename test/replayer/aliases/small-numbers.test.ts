import { expect, test } from 'vitest'
import { fieldValue } from '../../../wire/fields.ts'
import { numbered, Play, type Said } from './exchanges.ts'

// 17 came back as 23. It is an id where the recording shows that, and a number everywhere else.

const target = (said: Said) => numbered().go(said).request.target
const sent = (body: unknown, said: Said = {}) =>
  JSON.parse(numbered().go({ target: '/orders', ...said, body }).body) as unknown

test.each([
  ['/items/17', '/items/23'],
  ['/items/17/', '/items/23/'],
  ['/items/17/parts', '/items/23/parts'],
  ['/items/17/parts/17', '/items/23/parts/17'],
  ['/api/v2/items/17', '/api/v2/items/23'],
  ['/item/17', '/item/23'],
  ['/items/17.json', '/items/23.json'],
  ['/Items(17)', '/Items(23)'],
  ['/parts/17', '/parts/17'],
  ['/17', '/17'],
  ['/pages/17', '/pages/17'],
  ['/items?page=17', '/items?page=17'],
  ['/items?limit=17&offset=17', '/items?limit=17&offset=17'],
  ['/orders?item=17', '/orders?item=23'],
  ['/orders?itemId=17&item_id=17', '/orders?itemId=23&item_id=23'],
  ['/orders?filter[item_id]=17', '/orders?filter[item_id]=23'],
  ['/orders?item_ids=17,18', '/orders?item_ids=23,18'],
  ['/orders?id=17', '/orders?id=17'],
  ['/items?id=17', '/items?id=23'],
  ['/orders?items=17', '/orders?items=17'],
])('in the target %s', (was, now) => {
  expect(target({ target: was })).toBe(now)
})

test.each([
  [{ itemId: 17 }, { itemId: 23 }],
  [{ item_id: '17' }, { item_id: '23' }],
  [{ item: 17 }, { item: 23 }],
  [{ item: { id: 17 } }, { item: { id: 23 } }],
  [{ items: [{ id: 17, quantity: 17 }] }, { items: [{ id: 23, quantity: 17 }] }],
  [{ items: [17, 18] }, { items: [23, 18] }],
  [{ itemIds: [17] }, { itemIds: [23] }],
  [{ parentItemId: 17 }, { parentItemId: 23 }],
  [{ 'item-id': 17 }, { 'item-id': 23 }],
  [{ url: '/items/17' }, { url: '/items/23' }],
  [{ query: '?item=17' }, { query: '?item=23' }],
  [{ quantity: 17 }, { quantity: 17 }],
  [{ items: 17 }, { items: 17 }],
  [{ itemCount: 17 }, { itemCount: 17 }],
  [{ id: 17 }, { id: 17 }],
  [{ part: { id: 17 } }, { part: { id: 17 } }],
  [{ item: { level: 17 } }, { item: { level: 17 } }],
  [{ values: [17] }, { values: [17] }],
  [{ parentId: 17 }, { parentId: 17 }],
])('in JSON %j', (was, now) => {
  expect(sent(was)).toEqual(now)
})

test('within its own collection an id is an id, and a parent one of its kind', () => {
  expect(sent({ id: 17, size: 17 }, { method: 'PUT', target: '/items/17' })).toEqual({
    id: 23,
    size: 17,
  })
  expect(sent({ parentId: 17 }, { target: '/items' })).toEqual({ parentId: 23 })
})

test('what was left alone is told, with the reason', () => {
  const { leftAlone } = numbered().go({ target: '/orders', body: { quantity: 17 } })
  expect(leftAlone).toEqual([
    {
      place: 'json /quantity',
      value: '17',
      why: 'a small value: nothing shows that it is meant as the id of item',
      secrecy: 'plain',
    },
  ])
})

test('of several things with the same number the names choose', () => {
  const play = new Play()
  play.go({ target: '/devices', answer: { id: 1 } }, { answer: { id: 5 } })
  play.go({ target: '/queues', answer: { id: 1 } }, { answer: { id: 9 } })
  const body = { deviceId: 1, queue: { id: 1 }, level: 1 }
  const played = play.go({ target: '/queues/1/devices/1', body })
  expect(played.request.target).toBe('/queues/9/devices/5')
  expect(played.body).toBe('{"deviceId":5,"queue":{"id":9},"level":1}')
})

test('numbers that are counted anew within each parent stay apart', () => {
  const play = new Play()
  play.go({ target: '/devices/3/parts', answer: { id: 1 } }, { answer: { id: 5 } })
  play.go({ target: '/devices/4/parts', answer: { id: 1 } }, { answer: { id: 9 } })
  const of = (path: string) => play.go({ method: 'PUT', target: path }).request.target
  expect(
    ['/devices/3/parts/1', '/devices/4/parts/1', '/devices/7/parts/1', '/parts/1'].map(of),
  ).toEqual(['/devices/3/parts/5', '/devices/4/parts/9', '/devices/7/parts/1', '/parts/9'])
})

test('a later one of the same kind takes the place of an earlier one, the same number too', () => {
  const play = numbered()
  const now = () => play.go({ method: 'PUT', target: '/items/17' }).request.target
  play.go({ answer: { id: 17 } }, { answer: { id: 31 } })
  expect(now()).toBe('/items/31')
  play.go({ answer: { id: 17 } })
  expect(now()).toBe('/items/17')
})

test('a number that was given again is the older one to whoever had arrived before', () => {
  const play = new Play()
  const made = (orderedAt: number, now: number) =>
    play.go({ orderedAt, answer: { id: 17 } }, { answer: { id: now } })
  const meant = (arrivedAt: number) => play.go({ target: '/items/17', arrivedAt }).request.target
  made(100, 23)
  made(300, 42)
  expect([250, 350, 50].map(meant)).toEqual(['/items/23', '/items/42', '/items/23'])
  made(200, 31)
  expect([150, 250, 350].map(meant)).toEqual(['/items/23', '/items/31', '/items/42'])
})

test('a list that shows the same numbers in the same place proves nothing', () => {
  const play = new Play()
  play.go({ answer: { id: 17 } }, { answer: { id: 18 } })
  play.go({ answer: { id: 18 } }, { answer: { id: 17 } })
  play.go({ method: 'GET', answer: [{ id: 17 }, { id: 18 }] })
  expect(play.go({ method: 'PUT', target: '/items/17' }).request.target).toBe('/items/18')
})

test('what is answered under a name of its own is used under it', () => {
  const play = new Play()
  const answer = (orderNo: string, id: number) => ({ answer: { id, orderNo, total: 5 } })
  play.go({ target: '/orders', ...answer('A7', 1) }, answer('A9', 2))
  const body = { orderNo: 'A7', orderId: 1, order: 1, total: 5, ref: 'A7' }
  expect(play.go({ target: '/invoices', body }).body).toBe(
    '{"orderNo":"A9","orderId":2,"order":2,"total":5,"ref":"A7"}',
  )
  expect(play.go({ target: '/orders/1' }).request.target).toBe('/orders/2')
  expect(play.go({ target: '/orders/A7' }).request.target).toBe('/orders/A9')
})

test('what Location and an action answered is used as an id', () => {
  const play = new Play()
  const head = (...answerFields: string[]) => ({ answerFields })
  play.go(
    { target: '/rpc', ...head('Location', '/things/brave-lion') },
    head('Location', '/things/calm-cat'),
  )
  play.go({ target: '/users/register', answer: { id: 4 } }, { answer: { id: 6 } })
  expect(play.go({ target: '/things/brave-lion/x' }).request.target).toBe('/things/calm-cat/x')
  expect(play.go({ target: '/users/4' }).request.target).toBe('/users/6')
  expect(play.go({ target: '/lions/brave-lion' }).request.target).toBe('/lions/brave-lion')
})

test('a short entity-tag is that of its resource', () => {
  const play = new Play()
  const tag = (value: string) => ({ answerFields: ['ETag', `"${value}"`] })
  play.go({ method: 'PUT', target: '/items/7', ...tag('3') }, tag('8'))
  play.go({ method: 'PUT', target: '/items/8', ...tag('3') }, tag('9'))
  const sent = (path: string) =>
    fieldValue(
      play.go({ method: 'PUT', target: path, fields: ['If-Match', '"3"'] }).request.fields,
      'if-match',
    )
  expect(['/items/7', '/items/8', '/items/9'].map(sent)).toEqual(['"8"', '"9"', '"3"'])
})

test('a short cookie is the one of its name', () => {
  const play = new Play()
  const cookie = (value: string) => ({ answerFields: ['Set-Cookie', `sid=${value}; Path=/`] })
  play.go(cookie('3'), cookie('8'))
  const { request } = play.go({ fields: ['Cookie', 'size=3; sid=3'] })
  expect(fieldValue(request.fields, 'cookie')).toBe('size=3; sid=8')
})
