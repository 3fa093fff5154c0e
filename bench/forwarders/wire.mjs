// HTTP/1.1 by hand, so that what is noted is what was on the wire: messages read by RFC 9112, a raw
// origin and a raw client on node:net. Bytes are held as latin-1 text, one character a byte.

import net from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const trimmed = (text) => text.replace(/^[ \t]+|[ \t]+$/g, '')

function fieldsOf(lines) {
  return lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), trimmed(line.slice(colon + 1))]
  })
}

/** All values under a name, whatever its case. */
export const valuesOf = (message, name) =>
  message.fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)

/**
 * The message that begins at `from`, or `undefined` while its head is incomplete. `end` is missing
 * while its body is. `request` is the method that an answer belongs to; none means it is a request.
 */
export function readMessage(text, from, request) {
  const headEnd = text.indexOf('\r\n\r\n', from)
  if (headEnd === -1) return undefined
  const [start, ...lines] = text.slice(from, headEnd).split('\r\n')
  const message = { start, fields: fieldsOf(lines), body: '', trailers: [] }
  const at = headEnd + 4
  const status = request === undefined ? undefined : Number(start.split(' ')[1])
  if (
    status !== undefined &&
    (status < 200 || status === 204 || status === 304 || request === 'HEAD')
  )
    return { ...message, status, framing: 'none', end: at }
  if (valuesOf(message, 'transfer-encoding').join().toLowerCase().endsWith('chunked'))
    return { ...message, status, ...readChunks(text, at) }
  const [length] = valuesOf(message, 'content-length')
  if (length !== undefined) {
    const end = at + Number(length)
    const whole = text.length >= end ? { end } : {}
    return { ...message, status, framing: 'length', body: text.slice(at, end), ...whole }
  }
  if (status === undefined) return { ...message, framing: 'none', end: at }
  return { ...message, status, framing: 'close', body: text.slice(at) }
}

function readChunks(text, from) {
  let at = from
  let body = ''
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd === -1) return { framing: 'chunked', body }
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    if (size === 0) {
      const close = text.startsWith('\r\n', lineEnd + 2)
        ? lineEnd
        : text.indexOf('\r\n\r\n', lineEnd)
      if (close === -1 || text.length < close + 4) return { framing: 'chunked', body }
      const lines = text
        .slice(lineEnd + 2, close)
        .split('\r\n')
        .filter(Boolean)
      return { framing: 'chunked', body, trailers: fieldsOf(lines), end: close + 4 }
    }
    if (text.length < lineEnd + 2 + size + 2) return { framing: 'chunked', body }
    body += text.slice(lineEnd + 2, lineEnd + 2 + size)
    at = lineEnd + 2 + size + 2
  }
}

/** A socket whose received bytes can be waited on. */
class Line {
  #waiting = new Set()
  text = ''
  closed = false

  constructor(socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (bytes) => {
      this.text += bytes.toString('latin1')
      this.#tell()
    })
    socket.on('end', () => this.#close())
    socket.on('close', () => this.#close())
    socket.on('error', () => this.#close())
  }

  #close() {
    this.closed = true
    this.#tell()
  }

  #tell() {
    for (const look of this.#waiting) look()
  }

  send(text) {
    if (!this.socket.destroyed) this.socket.write(text, 'latin1')
  }

  leave() {
    this.socket.destroy()
  }

  /** Whether `holds()` came true within `ms`. */
  until(holds, ms) {
    if (holds()) return Promise.resolve(true)
    return new Promise((resolve) => {
      const done = (answer) => {
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve(answer)
      }
      const look = () => holds() && done(true)
      const timer = setTimeout(() => done(false), ms)
      this.#waiting.add(look)
    })
  }
}

export class RawClient extends Line {
  constructor(address) {
    const url = new URL(address)
    super(net.connect({ host: url.hostname, port: Number(url.port) }))
  }

  /** Every answer so far, interim ones included; the last may lack its `end`. */
  answers(method) {
    const list = []
    for (let at = 0; at < this.text.length;) {
      const message = readMessage(this.text, at, method)
      if (message === undefined) break
      list.push(message)
      if (message.end === undefined) break
      at = message.end
    }
    return list
  }

  final(method) {
    return this.answers(method).find((answer) => answer.status >= 200)
  }
}

const answerOk = (_message, line) => line.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')

/** Notes all bytes it gets; `onHead` and `onRequest` say what it does about each request. */
export class RawOrigin {
  connections = []
  onHead = () => {}
  onRequest = answerOk

  async listen() {
    this.server = net.createServer((socket) => this.#take(new Line(socket)))
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    this.address = `http://127.0.0.1:${this.server.address().port}`
    return this
  }

  #take(line) {
    this.connections.push(line)
    let read = 0
    let heads = 0
    line.requests = []
    line.socket.on('data', () => {
      for (;;) {
        const message = readMessage(line.text, read)
        if (message === undefined) return
        if (heads === line.requests.length) {
          heads += 1
          this.onHead(message, line)
        }
        if (message.end === undefined) return
        read = message.end
        line.requests.push(message)
        this.onRequest(message, line)
      }
    })
  }

  get requests() {
    return this.connections.flatMap((line) => line.requests)
  }

  get text() {
    return this.connections.map((line) => line.text).join('')
  }

  /** Forgets what it saw and drops pooled connections, so that no case reads another's bytes. */
  async forget() {
    for (const line of this.connections) line.leave()
    this.connections = []
    this.onHead = () => {}
    this.onRequest = answerOk
    await pause(50)
  }

  close() {
    for (const line of this.connections) line.leave()
    this.server.close()
  }
}
