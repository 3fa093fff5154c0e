// A backend that keeps its state in memory and makes up the ids of its things, in a process of its own:
// whoever kills it takes the state away.
//
//   node naming-process.mjs PORT FILE
//
//   POST /things       adds a thing with this name, a JSON text
//   PUT /things/ID     sets its number, a JSON number
//   GET /things/ID     shows it
//   GET /things        all of them, in their order
//   GET /boot          its boot id, as the process has it

import { randomUUID } from 'node:crypto'
import http from 'node:http'

const [port] = process.argv.slice(2)
const boot = randomUUID()
const things = new Map()

// Its end is the end of whoever started this.
process.stdin
  .on('end', () => process.exit())
  .resume()
  .unref()

const server = http.createServer((request, response) => {
  request.on('error', () => {})
  response.on('error', () => {})
  const json = (value, status = 200) => {
    response.statusCode = status
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(value))
  }
  const id = request.url.slice('/things/'.length)
  const thing = things.get(id)
  if (request.url === '/boot') return json({ id: boot })
  if (request.method === 'GET') {
    if (id === '') return json([...things.values()])
    return thing === undefined ? json({ error: 'unknown' }, 404) : json(thing)
  }
  let text = ''
  request.on('data', (chunk) => (text += chunk))
  request.on('end', () => {
    if (request.method === 'POST') {
      const made = { id: randomUUID(), name: JSON.parse(text), number: 0 }
      things.set(made.id, made)
      response.setHeader('Location', `/things/${made.id}`)
      json(made, 201)
    } else if (thing === undefined) json({ error: 'unknown' }, 404)
    else {
      thing.number = JSON.parse(text)
      json(thing)
    }
  })
})
server.keepAliveTimeout = 0
server.requestTimeout = 0
server.on('clientError', (_error, socket) => socket.destroy())
server.listen(Number(port), '127.0.0.1', 1024, () => {
  process.stdout.write(`ready ${server.address().port}\n`)
})
