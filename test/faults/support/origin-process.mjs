// An origin of its own process: it notes in order what it was asked to apply, then answers. Each
// note is in the file before the next thing happens, so none is lost when it is killed.
//
//   node origin-process.mjs PORT FILE     a line for each note: `KIND TARGET`
//
// The field X-Origin of a request asks for a behaviour; `head` is noted of those only.

import { appendFileSync, openSync, writeSync } from 'node:fs'
import http from 'node:http'

const [port, file] = process.argv.slice(2)
appendFileSync(file, '')
const notes = openSync(file, 'a')
const note = (kind, request) => writeSync(notes, `${kind} ${request.url}\n`)

// Its end is the end of whoever started this.
process.stdin
  .on('end', () => process.exit())
  .resume()
  .unref()

const server = http.createServer((request, response) => {
  const behaviour = request.headers['x-origin']
  request.on('error', () => {})
  response.on('error', () => {})
  if (behaviour !== undefined) note('head', request)
  if (behaviour === 'reset-before') {
    request.socket.resetAndDestroy()
    return
  }
  if (behaviour === 'reset-during') {
    request.once('data', () => request.socket.resetAndDestroy())
    return
  }
  request.resume()
  request.on('end', () => {
    note('whole', request)
    if (behaviour === 'hang') return
    if (behaviour === 'reset-after') request.socket.resetAndDestroy()
    else if (behaviour === 'slow-answer') answerSlowly(response)
    else response.end(`applied ${request.url}`)
  })
})
server.keepAliveTimeout = 0
server.requestTimeout = 0
server.on('clientError', (_error, socket) => socket.destroy())
server.listen(Number(port), '127.0.0.1', 1024, () => {
  process.stdout.write(`ready ${server.address().port}\n`)
})

/** Half a second for the whole. */
function answerSlowly(response) {
  let left = 25
  response.setHeader('Content-Length', left * 100)
  const timer = setInterval(() => {
    left--
    if (left > 0) response.write('a'.repeat(100))
    else response.end('z'.repeat(100))
    if (left === 0 || response.destroyed) clearInterval(timer)
  }, 20)
}
