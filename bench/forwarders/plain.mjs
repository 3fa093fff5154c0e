// A careful minimal forwarder on node:http: what the engine costs and what it can keep, without
// any of the project's own code. `node plain.mjs TARGET` prints `ready http://...`.

import http from 'node:http'
import { linesOf, originForm, pairs, passing, withHost } from './fields.mjs'

/**
 * A request whose head is exactly the raw list given. Left to itself ClientRequest invents
 * `Transfer-Encoding: chunked` for a POST that has no body; it decides by this property, which it
 * assigns in its constructor, so that only an accessor can hold it down.
 */
class ExactRequest extends http.ClientRequest {}
Object.defineProperty(ExactRequest.prototype, 'useChunkedEncodingByDefault', {
  get: () => false,
  set: () => {},
})

const upstream = new URL(process.argv[2])

/**
 * node:http sends some heads as strings without an encoding, at once for `Expect: 100-continue`,
 * and what has none goes out as UTF-8. Bodies are buffers here, so that this touches heads alone.
 */
class Latin1Agent extends http.Agent {
  createConnection(...args) {
    return super.createConnection(...args).setDefaultEncoding('latin1')
  }
}

const agent = new Latin1Agent({ keepAlive: true })

// The empty write sends the head at once (flushHeaders would too, but encodes it as UTF-8 and so
// corrupts latin-1 bytes). It shares the segment with a body that is already here.
const sendHead = (message) => message.write('', 'latin1')

function forward(req, res) {
  const form = originForm(req.method, req.url)
  // node:http lets two Host lines through and shows only the first in `headers`.
  if (form === undefined || linesOf(req.rawHeaders, 'host') > 1) return refuse(res, 400)

  const up = new ExactRequest({
    host: upstream.hostname,
    port: upstream.port,
    method: req.method,
    path: form.target,
    headers: withHost(passing(req.rawHeaders, 'kept'), form.authority),
    agent,
  })
  up.on('information', (head) => passInterim(req, res, head))
  up.on('response', (answer) => passAnswer(req, res, answer))
  up.on('error', () => {
    if (!res.headersSent) refuse(res, 502)
    else res.destroy()
  })
  // `aborted` on the request is silent once its body was read whole; `close` here is not.
  res.on('close', () => {
    if (!res.writableFinished) up.destroy()
  })
  flow(req, up)
  req.on('end', () => {
    if (req.rawTrailers.length > 0) up.addTrailers(pairs(req.rawTrailers))
    up.end()
  })
  sendHead(up)
}

function passAnswer(req, res, answer) {
  const chunksRead = req.httpVersionMinor > 0
  const fields = passing(answer.rawHeaders, chunksRead ? 'kept' : 'dropped')
  // Answered before the upload ended: what else comes on this connection is not a next request.
  if (!req.complete) fields.push('Connection', 'close')
  res.sendDate = false
  res.writeHead(answer.statusCode, answer.statusMessage, fields)
  answer.on('error', () => cut(res, chunksRead ? 'framed' : 'until close'))
  answer.on('end', () => {
    if (answer.rawTrailers.length > 0) res.addTrailers(pairs(answer.rawTrailers))
    res.end()
  })
  flow(answer, res)
  sendHead(res)
}

/** A body that only the close delimits must not end like a whole one: reset instead. */
function cut(res, delimited) {
  if (delimited === 'until close') res.socket?.resetAndDestroy()
  res.destroy()
}

function passInterim(req, res, head) {
  if (req.httpVersionMinor === 0 || res.headersSent) return
  if (head.statusCode === 100) {
    res.writeContinue()
    return
  }
  // writeEarlyHints is the only other public way, and rewrites the fields. No socket: an earlier
  // pipelined answer is still on its way, and an interim one may be left out.
  const lines = pairs(passing(head.rawHeaders, 'dropped')).map((pair) => `${pair.join(': ')}\r\n`)
  const start = `HTTP/1.1 ${head.statusCode} ${head.statusMessage}\r\n`
  res.socket?.write(`${start}${lines.join('')}\r\n`, 'latin1')
}

function flow(from, to) {
  from.on('data', (chunk) => {
    if (!to.write(chunk)) from.pause()
  })
  to.on('drain', () => from.resume())
}

function refuse(res, status) {
  res.writeHead(status, { 'content-length': 0, connection: 'close' })
  res.end()
}

const server = http.createServer(forward)
server.on('checkContinue', forward)
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}\n`)
})
