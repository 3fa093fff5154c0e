// The backend that the pages speak of: it forgets, makes up ids, and fails at what was ordered zero times.
// `node server.js` (this file, under that name) serves on SHOP_PORT.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'

export function createShop() {
  let state = blank()
  return createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => serve(request, response, Buffer.concat(chunks).toString()))
  })

  function serve(request, response, text) {
    const [path] = request.url.split('?')
    const asked = `${request.method} ${path}`
    const answer = (status, body) => {
      response.writeHead(status, { 'Content-Type': 'application/json' })
      response.end(`${JSON.stringify(body)}\n`)
    }
    const payment = /^POST \/api\/orders\/([\w-]+)\/payment$/.exec(asked)
    const thing = /^(?:PUT|PATCH) (\/things\/\w+)$/.exec(asked)
    if (asked === 'POST /reset') {
      state = blank()
      answer(200, {})
    } else if (asked === 'POST /break') {
      state.broken = true
      answer(200, {})
    } else if (state.broken) {
      answer(500, { error: 'out of order' })
    } else if (asked === 'GET /health') {
      answer(200, { boot_id: state.boot, uptime: (Date.now() - state.since) / 1000 })
    } else if (asked === 'GET /api/state')
      answer(200, { orders: state.orders, things: state.things })
    else if (asked === 'POST /api/orders') {
      const order = { id: randomUUID(), quantity: JSON.parse(text).quantity, paid: false }
      state.orders.push(order)
      answer(201, order)
    } else if (payment !== null) {
      const order = state.orders.find(({ id }) => id === payment[1])
      if (order === undefined) return answer(404, { error: 'no such order' })
      if (order.quantity === 0) return answer(500, { error: 'division by zero' })
      order.paid = true
      answer(200, order)
    } else if (thing !== null) {
      state.things[thing[1]] = JSON.parse(text)
      answer(200, state.things[thing[1]])
    } else if (asked === 'POST /api/hang') request.socket.destroy()
    else answer(404, { error: 'not here' })
  }
}

function blank() {
  return { boot: randomUUID(), since: Date.now(), orders: [], things: {} }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  createShop().listen(Number(process.env.SHOP_PORT), '127.0.0.1')
}
