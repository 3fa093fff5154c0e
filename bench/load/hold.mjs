// `node hold.mjs PLAN`, the plan as JSON: `{ address, connections, number }`. Opens so many
// connections, asks one thing on each, so that all are known to be kept alive, and holds them.
// Prints `{ open }` when all are idle, and again when its input ends.

import net from 'node:net'
import { requestOf, serialOf, shapes } from '../shapes.mjs'
import { Framing } from './framing.mjs'

// As many are being opened at a time: backlogs are short.
const SIDE_BY_SIDE = 100
const WITHIN_MS = 60_000

const { address, connections, number } = JSON.parse(process.argv[2])
const url = new URL(address)
const { bytes, serialAt } = requestOf(shapes['small-post'], url.host)
let open = 0

function hold(n) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: url.hostname, port: Number(url.port) })
    const framing = new Framing(
      () => {},
      () => {
        open += 1
        socket.on('close', () => (open -= 1))
        resolve()
      },
    )
    socket.on('data', (data) => framing.read(data))
    socket.on('error', reject)
    socket.on('connect', () => {
      const own = Buffer.from(bytes)
      own.latin1Write(serialOf(number, n), serialAt)
      socket.write(own)
    })
  })
}

const print = (then) => process.stdout.write(`${JSON.stringify({ open })}\n`, then)

function fail(why) {
  process.stderr.write(`hold: ${open} of ${connections} were open: ${why}\n`)
  process.exit(1)
}

const limit = setTimeout(() => fail(`no more within ${WITHIN_MS / 1000} s`), WITHIN_MS)
try {
  for (let n = 0; n < connections; n += SIDE_BY_SIDE) {
    const many = Math.min(SIDE_BY_SIDE, connections - n)
    await Promise.all(Array.from({ length: many }, (_, i) => hold(n + i)))
  }
} catch (error) {
  fail(error.message)
}
clearTimeout(limit)
print()
process.stdin.resume()
process.stdin.on('end', () => print(() => process.exit(0)))
