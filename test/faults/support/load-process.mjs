// Clients in a process of their own. Each sends one request after the other on a kept connection
// and notes what came of it, in the file before it sends the next: what it was told outlives it.
//
//   node load-process.mjs JSON            see LoadOptions in load.ts
//
// SIGTERM: every client finishes its request, then it ends.

import { openSync, writeSync } from 'node:fs'
import http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const { url, file, name, clients, pause, kinds } = JSON.parse(process.argv[2])
const notes = openSync(file, 'a')
const note = (line) => writeSync(notes, `${JSON.stringify(line)}\n`)
const filling = Buffer.alloc(1024 * 1024, 'reprise ')
const METHODS = ['POST', 'POST', 'PUT', 'PATCH', 'DELETE']
/** Longer than any limit that a fault may run into. */
const PATIENCE = 30_000

// Its end is the end of whoever started this.
process.stdin
  .on('end', () => process.exit())
  .resume()
  .unref()

let stopping = false
process.on('SIGTERM', () => (stopping = true))
await Promise.all(Array.from({ length: clients }, (_, client) => hammer(client)))

async function hammer(client) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  for (let n = 0; !stopping;) {
    const kind = kinds[Math.floor(Math.random() * kinds.length)]
    const target = `/${name}/${kind.name}/${client}/${n}`
    const at = Date.now()
    const started = performance.now()
    const result = await send(agent, target, kind)
    // Nobody listens: nothing was sent.
    if (result.outcome === 'unreached') {
      await delay(20)
      continue
    }
    n++
    note({ target, at, ms: Math.round(performance.now() - started), ...result })
    if (result.outcome === 'refused') await delay(50)
    if (pause > 0) await delay(Math.random() * 2 * pause)
  }
  agent.destroy()
}

function send(agent, target, kind) {
  const [least, most] = kind.bytes
  const body = filling.subarray(0, least + Math.floor(Math.random() * (most - least + 1)))
  const headers = { 'Content-Length': body.length, 'Content-Type': 'text/plain' }
  if (kind.behaviour !== undefined) headers['X-Origin'] = kind.behaviour
  const method = METHODS[Math.floor(Math.random() * METHODS.length)]
  return new Promise((resolve) => {
    const request = http.request(url + target, { agent, method, headers, timeout: PATIENCE })
    request.on('timeout', () => request.destroy())
    request.on('error', (error) =>
      resolve({ outcome: error.code === 'ECONNREFUSED' ? 'unreached' : 'cut' }),
    )
    request.on('response', (response) => {
      const status = response.statusCode
      const problem = response.headers['reprise-error']
      if (kind.behaviour === 'slow-answer' && problem === undefined) {
        note({ target, outcome: 'began', status })
      }
      response.resume()
      response.on('error', () => resolve({ outcome: 'cut', status }))
      response.on('close', () => resolve({ outcome: 'cut', status }))
      response.on('end', () => {
        if (!response.complete) return
        resolve({ outcome: outcomeOf(status, problem), status, problem })
      })
    })
    void write(request, body, kind)
  })
}

function outcomeOf(status, problem) {
  if (status < 300) return 'acked'
  return status === 503 && problem !== undefined ? 'refused' : 'answered'
}

/** At once, or the head first and then the body in pieces. */
async function write(request, body, { pieces, gap }) {
  if (pieces === undefined) {
    request.end(body)
    return
  }
  const size = Math.ceil(body.length / pieces)
  request.flushHeaders()
  for (let from = 0; from < body.length && !request.destroyed; from += size) {
    await delay(gap)
    request.write(body.subarray(from, from + size))
  }
  request.end()
}
