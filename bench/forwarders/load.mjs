// `node load.mjs URL SECONDS`: 64 connections, on each the next request when the last is answered.
// Prints `{ requests, elapsed, p50, p99, p999 }`, the last three in ms. On raw sockets, so that the load costs less than what it measures.

import net from 'node:net'
import { ANSWER_BODY, REQUEST_BODY } from './messages.mjs'

const CONNECTIONS = 64

const url = new URL(process.argv[2])
const seconds = Number(process.argv[3])
const request = Buffer.from(
  'POST /v1/devices/42/commands HTTP/1.1\r\n' +
    `Host: ${url.host}\r\nUser-Agent: load\r\nAccept: */*\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${REQUEST_BODY.length}\r\n\r\n${REQUEST_BODY}`,
  'latin1',
)
const length = new RegExp(`\r\ncontent-length: ${ANSWER_BODY.length}\r\n`, 'i')

let requests = 0
let running = true
// Latencies by steps of 10 us, up to 10 s.
const STEP_MS = 0.01
const latencies = new Uint32Array(1_000_000)

function percentile(share) {
  let left = requests * share
  for (let step = 0; step < latencies.length; step += 1) {
    left -= latencies[step]
    if (left <= 0) return Number(((step + 1) * STEP_MS).toFixed(2))
  }
  return latencies.length * STEP_MS
}

function fail(why) {
  process.stderr.write(`load: ${why}\n`)
  process.exit(1)
}

function connect() {
  const socket = net.connect({ host: url.hostname, port: Number(url.port), noDelay: true })
  let held
  let checked = false
  let sentAt = 0
  const send = () => {
    sentAt = performance.now()
    socket.write(request)
  }
  socket.on('data', (bytes) => {
    const answer = held === undefined ? bytes : Buffer.concat([held, bytes])
    const headEnd = answer.indexOf('\r\n\r\n')
    if (headEnd === -1 || answer.length < headEnd + 4 + ANSWER_BODY.length) {
      held = answer
      return
    }
    held = undefined
    // Later answers on this connection are taken to look like its first.
    if (!checked) {
      const head = answer.toString('latin1', 0, headEnd + 2)
      if (!head.startsWith('HTTP/1.1 201') || !length.test(head)) fail(`answered ${head}`)
      checked = true
    }
    requests += 1
    const step = Math.floor((performance.now() - sentAt) / STEP_MS)
    latencies[Math.min(step, latencies.length - 1)] += 1
    if (running) send()
    else socket.destroy()
  })
  socket.on('error', (error) => fail(error.message))
  socket.on('end', () => running && fail('connection closed'))
  socket.on('connect', send)
}

const began = performance.now()
for (let i = 0; i < CONNECTIONS; i += 1) connect()
setTimeout(() => {
  running = false
  const elapsed = (performance.now() - began) / 1000
  const figures = {
    requests,
    elapsed,
    p50: percentile(0.5),
    p99: percentile(0.99),
    p999: percentile(0.999),
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0))
}, seconds * 1000)
