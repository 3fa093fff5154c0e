// Wire cases about where a message ends: what is smuggled, cut, left hanging or invented.

import { setTimeout as pause } from 'node:timers/promises'
import { ask, fails, holds, verdict } from './asking.mjs'
import { RawClient, valuesOf } from './wire.mjs'

const SMUGGLED = 'POST /smuggled HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'
const chunk = (text) => `${text.length.toString(16)}\r\n${text}\r\n`

async function bodyThatSpellsARequest({ origin, address }, method) {
  const head = `${method} /one HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n`
  await ask(address, `${head}${chunk(SMUGGLED)}0\r\n\r\n`)
  await pause(100)
  if (origin.requests.length > 1) return fails(`smuggled: origin reads ${origin.requests.length}`)
  const [request] = origin.requests
  if (request === undefined) return fails('nothing arrived')
  return verdict(request.body === SMUGGLED, 'body lost')
}

async function connectionNamesFraming({ origin, address }) {
  const length = `Content-Length: ${SMUGGLED.length}`
  const head = `POST /one HTTP/1.1\r\nHost: a\r\n${length}\r\nConnection: Content-Length\r\n\r\n`
  const { final } = await ask(address, head + SMUGGLED)
  await pause(100)
  if (origin.requests.length > 1) return fails(`smuggled: origin reads ${origin.requests.length}`)
  if (origin.requests.length === 0) return verdict(final?.status >= 400, 'nothing arrived')
  return verdict(origin.requests[0].body === SMUGGLED, 'body lost')
}

async function noFramingInvented({ origin, address }) {
  const seen = []
  for (const method of ['POST', 'DELETE', 'GET']) {
    await ask(address, `${method} /none HTTP/1.1\r\nHost: a\r\n\r\n`)
    const request = origin.requests.find(({ start }) => start.startsWith(method))
    if (request === undefined) seen.push(`${method} lost`)
    else if (valuesOf(request, 'transfer-encoding').length > 0) seen.push(`${method} made chunked`)
    else if (valuesOf(request, 'content-length').length > 0) seen.push(`${method} given a length`)
  }
  return verdict(seen.length === 0, seen.join(', '))
}

async function getWithABody({ origin, address }) {
  const seen = []
  const bodies = { length: 'Content-Length: 5\r\n\r\nhello', chunked: null }
  bodies.chunked = `Transfer-Encoding: chunked\r\n\r\n${chunk('hello')}0\r\n\r\n`
  for (const [framing, rest] of Object.entries(bodies)) {
    await ask(address, `GET /${framing} HTTP/1.1\r\nHost: a\r\n${rest}`)
    const request = origin.requests.find(({ start }) => start.includes(framing))
    if (request?.body !== 'hello') seen.push(`${framing} body lost`)
    else if (request.framing !== framing) seen.push(`${framing} became ${request.framing}`)
  }
  return verdict(seen.length === 0, seen.join(', '))
}

/** How an answer that the upstream cut reaches the client: `cut` is the only honest end. */
async function cutAnswer({ origin, address }, sent) {
  origin.onRequest = (_request, line) => {
    line.send(sent)
    setTimeout(() => line.socket.end(), 100)
  }
  const client = new RawClient(address)
  client.send('GET /cut HTTP/1.1\r\nHost: a\r\n\r\n')
  const whole = () => client.final('GET')?.end !== undefined
  await client.until(() => client.closed || whole(), 2000)
  const answer = client.final('GET')
  const closed = client.closed
  client.leave()
  if (answer !== undefined && (whole() || (closed && answer.framing === 'close')))
    return answer.status >= 500 ? holds(`as ${answer.status}`) : fails('looks whole')
  return closed ? holds() : fails('client hangs')
}

async function cutForOldClient({ origin, address }) {
  origin.onRequest = (_request, line) => {
    line.send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk('some')}`)
    setTimeout(() => line.socket.end(), 100)
  }
  const client = new RawClient(address)
  let reset = false
  client.socket.on('error', (error) => (reset = error.code === 'ECONNRESET'))
  client.send('GET /old HTTP/1.0\r\nHost: a\r\n\r\n')
  await client.until(() => client.closed, 2000)
  await pause(20)
  const { closed } = client
  const framing = client.final('GET')?.framing
  client.leave()
  if (!closed) return fails('client hangs')
  return verdict(reset || framing !== 'close', 'looks whole')
}

async function clientLeaves({ origin, address }, when) {
  if (when === 'reading')
    origin.onRequest = (_request, line) =>
      line.send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk('some')}`)
  else origin.onRequest = () => {}
  const client = new RawClient(address)
  client.send('POST /left HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi')
  await pause(300)
  const [upstream] = origin.connections
  if (upstream === undefined) return fails('nothing arrived')
  client.leave()
  return verdict(await upstream.until(() => upstream.closed, 1000), 'upstream left open')
}

async function trailers({ origin, address }) {
  const body = `${chunk('hi')}0\r\nX-Sum: 1\r\n\r\n`
  const fields = 'Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n'
  origin.onRequest = (_request, line) => line.send(`HTTP/1.1 200 OK\r\n${fields}${body}`)
  const { final } = await ask(address, `POST /sum HTTP/1.1\r\nHost: a\r\n${fields}${body}`)
  const lost = []
  if (origin.requests[0]?.trailers.length !== 1) lost.push('request')
  if (final?.trailers.length !== 1) lost.push('answer')
  return verdict(lost.length === 0, `lost: ${lost.join(', ')}`)
}

/** Bytes of the request were delivered: a second delivery would be a second mutation. */
async function neverSentTwice({ origin, address }) {
  const post = (name) => `POST /${name} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi`
  await ask(address, post('first'))
  let deliveries = 0
  origin.onRequest = (_request, line) => {
    deliveries += 1
    line.leave()
  }
  const { final } = await ask(address, post('second'))
  if (deliveries !== 1) return fails(`delivered ${deliveries} times`)
  return verdict(final?.status >= 500, final === undefined ? 'no answer' : `got ${final.status}`)
}

/** The upstream refuses an upload early and closes, while the client is still sending. */
async function earlyRefusal({ origin, address }) {
  origin.onHead = (_message, line) => {
    line.send('HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    line.socket.end()
  }
  const client = new RawClient(address)
  client.send('POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n')
  const more = setInterval(() => client.send('x'.repeat(65_536)), 10)
  await client.until(() => client.final('POST') !== undefined || client.closed, 2000)
  clearInterval(more)
  client.leave()
  const status = client.final('POST')?.status
  return verdict(status === 413, status === undefined ? 'no answer' : `got ${status}`)
}

export const framingCases = [
  ['a1', 'chunked DELETE stays one request', (at) => bodyThatSpellsARequest(at, 'DELETE')],
  ['a2', 'chunked OPTIONS stays one request', (at) => bodyThatSpellsARequest(at, 'OPTIONS')],
  ['a3', '`Connection: Content-Length` stays one request', connectionNamesFraming],
  [
    'b1',
    'answer cut before its Content-Length is a cut',
    (at) => cutAnswer(at, 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome'),
  ],
  [
    'b2',
    'answer cut before its last chunk is a cut',
    (at) => cutAnswer(at, `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk('some')}`),
  ],
  ['b3', 'the same for an HTTP/1.0 client', cutForOldClient],
  ['c1', 'client leaves while waiting: upstream closed', (at) => clientLeaves(at, 'waiting')],
  ['c2', 'client leaves while reading: upstream closed', (at) => clientLeaves(at, 'reading')],
  ['i', 'no body framing invented', noFramingInvented],
  ['l', 'GET keeps its body and framing', getWithABody],
  ['r', 'POST whose upstream dies is not sent twice', neverSentTwice],
  ['s', 'early refusal of an upload arrives', earlyRefusal],
  ['n', 'trailers kept, both ways', trailers],
]
