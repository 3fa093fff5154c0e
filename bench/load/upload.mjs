// `node upload.mjs PLAN`, the plan as JSON: `{ address, bytes, number }`. One request with a body of
// so many bytes, sent as fast as it is taken. Prints `{ bytes, elapsed }`.

import { once } from 'node:events'
import net from 'node:net'
import { serialOf, shapes } from '../shapes.mjs'
import { Framing } from './framing.mjs'

const PIECE = Buffer.alloc(262_144, 'x')
const WITHIN_MS = 120_000

const { address, bytes, number } = JSON.parse(process.argv[2])
const url = new URL(address)
const { method, target, status } = shapes.upload

function fail(why) {
  process.stderr.write(`upload: ${why}\n`)
  process.exit(1)
}

let left = bytes
let answer
const began = performance.now()
const framing = new Framing(
  (head) => (answer = head),
  () => {
    const elapsed = (performance.now() - began) / 1000
    if (!answer.startsWith(`HTTP/1.1 ${status} `)) fail(answer.slice(0, answer.indexOf('\r\n')))
    // An answer before the end of the body is no upload.
    if (left > 0) fail(`answered with ${left} bytes left`)
    process.stdout.write(`${JSON.stringify({ bytes, elapsed })}\n`, () => process.exit(0))
  },
)
const socket = net.connect({ host: url.hostname, port: Number(url.port), noDelay: true })
socket.on('data', (data) => framing.read(data))
socket.on('error', (error) => fail(`${error.message} with ${left} bytes left`))
socket.on('end', () => fail(`closed by the subject with ${left} bytes left`))
setTimeout(() => fail(`not answered within ${WITHIN_MS / 1000} s`), WITHIN_MS).unref()

await once(socket, 'connect')
socket.write(
  `${method} ${target} HTTP/1.1\r\nHost: ${url.host}\r\nUser-Agent: load\r\n` +
    `Content-Type: application/octet-stream\r\nContent-Length: ${bytes}\r\n\r\n`,
)
// As in ../shapes.mjs: no two are the same.
const first = Buffer.from(PIECE)
first.latin1Write(serialOf(number, 1), 0)
for (let piece = first; left > 0; piece = PIECE) {
  const now = piece.subarray(0, Math.min(left, piece.length))
  left -= now.length
  if (!socket.write(now)) await once(socket, 'drain')
}
