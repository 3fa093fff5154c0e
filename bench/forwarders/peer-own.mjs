// The least that forwards with the project's own client: what of its time the proxy takes beside it.
// The server's side has the same care as plain.mjs.

import http from 'node:http'
import { openClient } from '../../dist/wire/open-client.js'
import { linesOf, originForm, pairs, passing, withHost } from './fields.mjs'

class Exchange {
  constructor(req, res) {
    this.req = req
    this.res = res
    this.chunksRead = req.httpVersionMinor > 0
    res.on('close', () => {
      if (!res.writableFinished) this.outgoing.destroy()
    })
  }

  send(client, head) {
    const { req } = this
    this.outgoing = client.request(head, this)
    let left = Number(req.headers['content-length'] ?? (head.isChunked ? Infinity : 0))
    if (left === 0) return this.outgoing.end()
    req.on('data', (chunk) => {
      left -= chunk.length
      if (left === 0) this.outgoing.end(chunk)
      else if (!this.outgoing.write(chunk)) req.pause()
    })
    req.on('end', () => {
      if (left !== 0) this.outgoing.end(undefined, req.rawTrailers)
    })
  }

  onInterim({ status, reason, fields }) {
    if (!this.chunksRead) return
    const lines = pairs(passing(fields, 'dropped')).map((pair) => `${pair.join(': ')}\r\n`)
    this.res.socket?.write(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n`, 'latin1')
  }

  onAnswer({ status, reason, fields }) {
    this.res.sendDate = false
    this.res.writeHead(status, reason, passing(fields, this.chunksRead ? 'kept' : 'dropped'))
  }

  onData(chunk) {
    if (this.res.write(chunk)) return
    this.outgoing.pause()
    this.res.once('drain', () => this.outgoing.resume())
  }

  onEnd(trailers) {
    if (trailers.length > 0) this.res.addTrailers(pairs(trailers))
    this.res.end()
  }

  onDrain() {
    this.req.resume()
  }

  onFail() {
    if (!this.res.headersSent) refuse(this.res, 502)
    else this.res.socket?.resetAndDestroy()
  }
}

export function ownForwarder(target) {
  const client = openClient(new URL(target))
  return http.createServer((req, res) => {
    const form = originForm(req.method, req.url)
    if (form === undefined || linesOf(req.rawHeaders, 'host') > 1) return refuse(res, 400)
    const isChunked = req.headers['transfer-encoding'] !== undefined
    const fields = withHost(passing(req.rawHeaders, 'kept'), form.authority)
    new Exchange(req, res).send(client, {
      method: req.method,
      target: form.target,
      fields,
      isChunked,
    })
  })
}

function refuse(res, status) {
  res.writeHead(status, { 'content-length': 0, connection: 'close' })
  res.end()
}
