// The least that forwards with the project's own server and client: what of its time the proxy takes
// beside them. It has the same care as plain.mjs, and no limits, settings or words of its own.

import net from 'node:net'
import { Connections } from '../../dist/proxy/connections.js'
import { Traffic } from '../../dist/proxy/traffic.js'
import { openClient } from '../../dist/wire/open-client.js'
import { linesOf, originForm, pairs, passing, withHost } from './fields.mjs'

const OPTIONS = { maxHead: 65_536, headTimeout: 60_000, keepAlive: 75_000 }

class Exchange {
  constructor(req, res) {
    this.req = req
    this.res = res
    res.on('close', () => {
      if (!res.writableFinished) this.outgoing.destroy()
    })
  }

  send(client, head) {
    const { req } = this
    this.outgoing = client.request(head, this)
    if (req.framing.kind === 'none') return this.outgoing.end()
    let left = req.framing.length ?? Infinity
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
    if (this.req.httpVersion !== '1.0') {
      this.res.sendInterim(status, reason, passing(fields, 'dropped'))
    }
  }

  onAnswer({ status, reason, fields }) {
    const length = fields.findIndex((name, i) => i % 2 === 0 && /^content-length$/i.test(name))
    this.left = length === -1 ? Infinity : Number(fields[length + 1])
    this.res.writeHead(status, reason, passing(fields, 'dropped'))
  }

  onData(chunk) {
    this.left -= chunk.length
    if (this.left === 0) this.last = chunk
    else if (!this.res.write(chunk)) {
      this.outgoing.pause()
      this.res.once('drain', () => this.outgoing.resume())
    }
  }

  onEnd(trailers) {
    if (trailers.length > 0) this.res.addTrailers(pairs(trailers))
    if (this.last === undefined) this.res.end()
    else this.res.endWith(this.last)
  }

  onDrain() {
    this.req.resume()
  }

  onFail() {
    if (!this.res.headersSent) refuse(this.res, 502)
    else this.res.cut()
  }
}

export function ownForwarder(target) {
  const client = openClient(new URL(target))
  const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    connections.serve(socket, (req, res) => {
      const form = originForm(req.method, req.url)
      if (form === undefined || linesOf(req.rawHeaders, 'host') > 1) return refuse(res, 400)
      const fields = withHost(passing(req.rawHeaders, 'dropped'), form.authority)
      if (req.framing.kind === 'chunked') fields.push('Transfer-Encoding', 'chunked')
      new Exchange(req, res).send(client, { method: req.method, target: form.target, fields })
    })
  })
  const connections = new Connections(server, OPTIONS, new Traffic())
  return server
}

function refuse(res, status) {
  res.shouldKeepAlive = false
  res.writeHead(status, '', ['Content-Length', '0'])
  res.end()
}
