import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { assertAsRecorded, recording } from 'reprise/node-test'
import { createShop } from './orders.js'

// What an earlier build answered. It is made anew by node --test --test-update-snapshots.
const file = new URL('orders.reprise.jsonl', import.meta.url)
const orders = recording({ file })

test('an order is made and paid', async () => {
  const { url } = await orders.record({ upstream: await serve(createShop()) })
  const order = await post(`${url}/orders`, { customer: 'Ada' })
  await post(`${url}/orders/${order.id}/items`, { name: 'tea' })
  await post(`${url}/orders/${order.id}/items`, { name: 'cake' })
  const { total } = await post(`${url}/orders/${order.id}/payment`)
  assert.equal(total, 8)
})

test('a fresh instance answers the same, under an id of its own', async () => {
  const run = await orders.replay({ to: await serve(createShop()) })
  assertAsRecorded(run)
  assert.equal(run.outcomes.same, 4)
  assert.equal(run.replaced.requests, 3)
})

test('one with another price for tea does not', async () => {
  const run = await orders.replay({ to: await serve(createShop({ tea: 4, cake: 5 })) })
  assert.throws(() => assertAsRecorded(run), /body \/total: 8 -> 9/)
})

async function serve(shop) {
  const server = shop.listen(0, '127.0.0.1')
  after(() => server.close())
  await once(server, 'listening')
  return `http://127.0.0.1:${server.address().port}`
}

async function post(url, body = {}) {
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  assert.ok(response.ok)
  return response.json()
}
