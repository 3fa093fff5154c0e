// `node load.mjs PLAN`, the plan as JSON: `{ address, shape, connections, seconds, number, requests }`.
// On each connection the next request goes when the last is answered, until `seconds` are over or
// so many `requests` are answered. Prints what run.mjs says. On raw sockets, so that the load costs
// less than what it measures.

import net from 'node:net'
import { requestOf, serialOf, shapes } from '../shapes.mjs'
import { closes, Framing } from './framing.mjs'
import { Latencies } from './latencies.mjs'

// Those that go wrong are counted; a subject that does little else is given up.
const FAILURES_MOST = 100
const LAST_ANSWERS_WITHIN_MS = 15_000

const plan = JSON.parse(process.argv[2])
const url = new URL(plan.address)
const shape = shapes[plan.shape]
const expected = `HTTP/1.1 ${shape.status} `

const latencies = new Latencies()
let began = 0
let elapsed
let sent = 0
let answered = 0
let changed = 0
let failed = 0
let complaint
let waiting = 0
let printed = false

class Connection {
  #request = requestOf(shape, url.host)
  #sentAt
  #last = false
  #right = false
  #framing
  #socket

  open() {
    this.#last = false
    this.#framing = new Framing(
      (head) => {
        this.#right = head.startsWith(expected)
        this.#last = closes(head)
        if (!this.#right) complaint ??= `answered ${head.slice(0, head.indexOf('\r\n'))}`
      },
      (size) => this.#answered(size),
    )
    const socket = net.connect({ host: url.hostname, port: Number(url.port), noDelay: true })
    this.#socket = socket
    socket.on('data', (bytes) => this.#framing.read(bytes))
    socket.on('error', (error) => this.#lost(socket, error.message))
    socket.on('end', () => this.#lost(socket, 'closed by the subject'))
    socket.on('connect', () => this.#send())
  }

  #send() {
    if (elapsed !== undefined) return this.#socket.destroy()
    const { bytes, serialAt } = this.#request
    sent += 1
    waiting += 1
    bytes.latin1Write(serialOf(plan.number, sent), serialAt)
    this.#sentAt = performance.now()
    this.#socket.write(bytes)
  }

  #answered(size) {
    waiting -= 1
    const now = performance.now()
    const took = now - this.#sentAt
    this.#sentAt = undefined
    if (this.#right) {
      answered += 1
      // Some write JSON anew: that is a change to be told, and an answer all the same.
      if (size !== shape.answerSize) changed += 1
      if (elapsed === undefined) latencies.add(took)
    } else this.#fail()
    if (answered === plan.requests && elapsed === undefined) end()
    if (elapsed !== undefined && waiting === 0) print()
    if (!this.#last) return this.#send()
    // Some count the requests of a connection and close it (nginx: 1,000).
    const socket = this.#socket
    this.#socket = undefined
    socket.destroy()
    if (elapsed === undefined) this.open()
  }

  #lost(socket, why) {
    if (socket !== this.#socket) return
    this.#socket = undefined
    socket.destroy()
    if (this.#sentAt !== undefined) {
      waiting -= 1
      this.#sentAt = undefined
      this.#fail(why)
    }
    if (elapsed === undefined) setTimeout(() => this.open(), 10)
    else if (waiting === 0) print()
  }

  #fail(why) {
    complaint ??= why
    failed += 1
    if (failed <= FAILURES_MOST) return
    process.stderr.write(`load: ${failed} requests failed: ${complaint}\n`)
    process.exit(1)
  }
}

function end() {
  elapsed = (performance.now() - began) / 1000
  if (waiting === 0) print()
  // What is on its way is waited for, so that all that was answered can be looked for later.
  else setTimeout(print, LAST_ANSWERS_WITHIN_MS)
}

function print() {
  if (printed) return
  printed = true
  if (answered === 0) {
    process.stderr.write(`load: nothing was answered: ${complaint ?? 'no answer in time'}\n`)
    process.exit(1)
  }
  const figures = {
    ...{ requests: latencies.count, elapsed, sent, answered, changed, failed, complaint },
    p50: latencies.percentile(0.5),
    p99: latencies.percentile(0.99),
    p999: latencies.percentile(0.999),
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
}

began = performance.now()
for (let i = 0; i < plan.connections; i += 1) new Connection().open()
setTimeout(() => {
  if (elapsed === undefined) end()
}, plan.seconds * 1000)
