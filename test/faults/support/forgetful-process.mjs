// A backend that keeps its state in memory, in a process of its own: whoever kills it takes the state
// away. It notes in a file, in order, what it applied and whose it was, before it answers.
//
//   node forgetful-process.mjs PORT FILE [MOST]     a line for each note: `BOOT WHO NAME`
//
// After so many requests of a replay it answers none before SIGUSR2.
//
//   POST /things/NAME   adds a thing
//   GET /things         all names, in their order
//   POST /reset         as if it had been started again
//   GET /boot           its boot id, as the process has it

import { appendFileSync, openSync, writeSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import http from 'node:http'

const [port, file, most = Infinity] = process.argv.slice(2)
appendFileSync(file, '')
const notes = openSync(file, 'a')
let boot = randomUUID()
let things = []
let replayed = 0
const held = []
let isLetGo = false
process.on('SIGUSR2', () => {
  isLetGo = true
  for (const answer of held.splice(0)) answer()
})

// Its end is the end of whoever started this.
process.stdin
  .on('end', () => process.exit())
  .resume()
  .unref()

const server = http.createServer((request, response) => {
  request.on('error', () => {})
  response.on('error', () => {})
  const json = (value) => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(value))
  }
  if (request.url === '/boot') return json({ id: boot })
  if (request.method === 'GET') return json(things)
  request.resume()
  if (request.url === '/reset') {
    boot = randomUUID()
    things = []
    return json({ id: boot })
  }
  request.on('end', () => {
    const name = request.url.slice('/things/'.length)
    const who = request.headers['reprise-replay'] === undefined ? 'client' : 'replay'
    writeSync(notes, `${boot} ${who} ${name}\n`)
    things.push(name)
    response.statusCode = 201
    if (who === 'replay') replayed += 1
    if (who === 'replay' && replayed > Number(most) && !isLetGo) held.push(() => json({ name }))
    else json({ name })
  })
})
server.keepAliveTimeout = 0
server.requestTimeout = 0
server.on('clientError', (_error, socket) => socket.destroy())
server.listen(Number(port), '127.0.0.1', 1024, () => {
  process.stdout.write(`ready ${server.address().port}\n`)
})
