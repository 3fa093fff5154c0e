// The upstream, on raw sockets: reads a request to its end and answers what its method is answered
// with (see ../shapes.mjs). Prints `ready http://...`.

import net from 'node:net'
import { filled, shapes } from '../shapes.mjs'
import { closes, Framing } from './framing.mjs'

const reasons = { 200: 'OK', 201: 'Created' }

const answerTo = ({ status, answerSize }) =>
  Buffer.from(
    `HTTP/1.1 ${status} ${reasons[status]}\r\nContent-Type: application/json\r\n` +
      `Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: ${answerSize}\r\n\r\n` +
      filled('{"id":"', answerSize),
    'latin1',
  )

const toGet = answerTo(shapes.get)
const toPost = answerTo(shapes['small-post'])

const server = net.createServer({ noDelay: true }, (socket) => {
  let answer
  let last
  const framing = new Framing(
    (head) => {
      answer = head.startsWith('GET') ? toGet : toPost
      last = closes(head)
    },
    () => {
      if (last) socket.end(answer)
      else socket.write(answer)
    },
  )
  socket.on('error', () => {})
  socket.on('data', (bytes) => framing.read(bytes))
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}\n`)
})
