// undici is a client and not a proxy: the server's side is ours whatever we do, and so gets the
// same care as plain.mjs. What still fails in its column is the engine's.

import http from 'node:http'
import { linesOf, originForm, pairs, passing, withHost } from './fields.mjs'

const GATHERED_MOST = 65_536

class Answer {
  constructor(req, res) {
    this.req = req
    this.res = res
    this.chunksRead = req.httpVersionMinor > 0
  }

  onRequestStart(controller) {
    this.res.on('close', () => {
      if (!this.res.writableFinished) controller.abort(new Error('client left'))
    })
    this.res.on('drain', () => controller.resume())
  }

  onResponseStart(controller, status, _headers, reason) {
    const raw = controller.rawHeaders.map((bytes) => bytes.toString('latin1'))
    if (status < 200) {
      if (this.chunksRead) this.passInterim(status, reason, raw)
      return
    }
    this.res.sendDate = false
    this.res.writeHead(status, reason, passing(raw, this.chunksRead ? 'kept' : 'dropped'))
    this.res.write('', 'latin1')
  }

  passInterim(status, reason, raw) {
    const lines = pairs(passing(raw, 'dropped')).map((pair) => `${pair.join(': ')}\r\n`)
    this.res.socket?.write(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n`, 'latin1')
  }

  onResponseData(controller, chunk) {
    if (!this.res.write(chunk)) controller.pause()
  }

  onResponseEnd(controller) {
    const raw = (controller.rawTrailers ?? []).map((bytes) => bytes.toString('latin1'))
    if (raw.length > 0) this.res.addTrailers(pairs(raw))
    this.res.end()
  }

  onResponseError() {
    if (!this.res.headersSent) refuse(this.res, 502)
    else if (this.chunksRead) this.res.destroy()
    // Here only the close delimits the body: it must not end like a whole one.
    else this.res.socket?.resetAndDestroy()
  }
}

/** `body`: 'streamed' hands over the request itself, 'gathered' its bytes where they are few. */
export function undiciForwarder(pool, body) {
  return http.createServer((req, res) => {
    const form = originForm(req.method, req.url)
    if (form === undefined || linesOf(req.rawHeaders, 'host') > 1) return refuse(res, 400)
    const send = (content) => {
      pool.dispatch(
        {
          method: req.method,
          path: form.target,
          headers: withHost(passing(req.rawHeaders, 'dropped'), form.authority),
          body: content,
        },
        new Answer(req, res),
      )
    }
    const length = Number(req.headers['content-length'] ?? 0)
    const chunked = req.headers['transfer-encoding'] !== undefined
    if (length === 0 && !chunked) return send(null)
    if (body === 'streamed' || chunked || length > GATHERED_MOST) return send(req)
    const chunks = []
    req.on('data', (chunk) => chunks.push(chunk))
    req.on('end', () => send(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
  })
}

function refuse(res, status) {
  res.writeHead(status, { 'content-length': 0, connection: 'close' })
  res.end()
}
