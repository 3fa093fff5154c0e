// The backend that is restored: a plain server of node:http that makes up its ids, keeps things in
// memory, and checks what it is sent: that a thing is named by the id that it has now, and that its
// changes come in their order. What is not right is counted and answered all the same, so that wrk
// and undici, which send the recorded ids, have it do the same work. Prints `ready http://...`.
// `node origin.mjs MICROSECONDS [PORT]`: so long it works on each request besides, as a real backend does.

import { randomUUID } from 'node:crypto'
import http from 'node:http'

const WORK_MS = Number(process.argv[2] ?? 0) / 1000
const PORT = Number(process.argv[3] ?? 0)
const BOOT = { id: randomUUID() }

let things
let tally

function reset() {
  things = new Map()
  tally = { made: 0, changed: 0, noted: 0, wrong: 0, unknown: 0 }
}
reset()

/** Whether a thing is there under its id; counted if not. */
function isThing(thing, name) {
  if (thing === undefined) tally.unknown += 1
  else if (thing.name !== name) tally.wrong += 1
  else return true
  return false
}

function make({ name }) {
  const id = randomUUID()
  things.set(id, { name, count: 0 })
  tally.made += 1
  return { status: 201, location: `/things/${id}`, body: { id, name, count: 0 } }
}

function change(id, { name, count, parent }) {
  const thing = things.get(id)
  tally.changed += 1
  if (isThing(thing, name)) {
    if (count !== thing.count + 1) tally.wrong += 1
    thing.count = count
  }
  if (parent !== null) isThing(things.get(parent.id), parent.name)
  return { status: 200, body: { id, name, count } }
}

function note({ thing, name }) {
  isThing(things.get(thing), name)
  tally.noted += 1
  return { status: 201, body: { id: tally.noted, thing } }
}

function answerTo(method, target, text) {
  if (target === '/bench/state') return { status: 200, body: tally }
  if (target === '/bench/boot') return { status: 200, body: BOOT }
  if (target === '/bench/reset') {
    reset()
    return { status: 200, body: {} }
  }
  const said = JSON.parse(text)
  if (method === 'PUT') return change(target.slice('/things/'.length), said)
  return target === '/things' ? make(said) : note(said)
}

function work() {
  const until = performance.now() + WORK_MS
  while (performance.now() < until);
}

const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks = []
  request.on('data', (bytes) => chunks.push(bytes))
  request.on('end', () => {
    const text = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString()
    work()
    const { status, location, body } = answerTo(request.method, request.url, text)
    const json = JSON.stringify(body)
    response.writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(json),
      ...(location !== undefined && { Location: location }),
    })
    response.end(json)
  })
})
server.listen(PORT, '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}\n`)
})
