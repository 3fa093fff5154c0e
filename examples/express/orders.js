import { randomUUID } from 'node:crypto'
import express from 'express'

const PRICES = { tea: 3, coffee: 4, cake: 5 }

/** Keeps orders in memory. */
export function createShop(prices = PRICES) {
  const orders = new Map()
  const shop = express().use(express.json())

  shop.post('/orders', (request, response) => {
    const order = { id: randomUUID(), customer: request.body.customer, items: [], state: 'open' }
    orders.set(order.id, order)
    response.status(201).location(`/orders/${order.id}`).json(order)
  })

  shop.param('id', (request, response, next, id) => {
    request.order = orders.get(id)
    if (request.order) next()
    else response.status(404).json({ error: 'there is no such order' })
  })

  shop.post('/orders/:id/items', ({ order, body }, response) => {
    order.items.push({ name: body.name, price: prices[body.name] })
    response.status(201).json(order)
  })

  shop.post('/orders/:id/payment', ({ order }, response) => {
    const total = order.items.reduce((sum, item) => sum + item.price, 0)
    Object.assign(order, { state: 'paid', receipt: randomUUID() })
    response.json({ order: order.id, receipt: order.receipt, total })
  })

  shop.get('/orders/:id', ({ order }, response) => response.json(order))
  return shop
}
