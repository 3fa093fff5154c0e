// The upstream of the speed runs, on raw sockets: reads a head and the known body, answers 201.

import net from 'node:net'
import { ANSWER_BODY, REQUEST_BODY } from './messages.mjs'

const answer = Buffer.from(
  'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n' +
    `Date: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: ${ANSWER_BODY.length}\r\n\r\n${ANSWER_BODY}`,
  'latin1',
)
const length = new RegExp(`\r\ncontent-length: ${REQUEST_BODY.length}\r\n`, 'i')

const server = net.createServer({ noDelay: true }, (socket) => {
  let held
  let checked = false
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    const text = held === undefined ? bytes : Buffer.concat([held, bytes])
    const headEnd = text.indexOf('\r\n\r\n')
    if (headEnd === -1 || text.length < headEnd + 4 + REQUEST_BODY.length) {
      held = text
      return
    }
    held = undefined
    if (!checked && !length.test(text.toString('latin1', 0, headEnd + 2))) {
      // Another framing than the client's would make the figures mean something else.
      socket.end('HTTP/1.1 411 Length Required\r\nContent-Length: 0\r\n\r\n')
      return
    }
    checked = true
    socket.write(answer)
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}\n`)
})
