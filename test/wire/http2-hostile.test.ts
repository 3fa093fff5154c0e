import { once } from 'node:events'
import http2 from 'node:http2'
import net from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, listenRaw, RECORDING, standBetween } from '../support/between.ts'
import { connectRaw, plainAnswer } from '../support/raw-http.ts'
import { connections, limits } from '../support/recorder.ts'

// HTTP/2 frame by frame (RFC 9113 section 4.1): what no library of the client's would send.

const HEADERS = 1
const DATA = 0
const RST_STREAM = 3
const END_HEADERS = 4
const END_STREAM = 1

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** RFC 7541 section 6.2.2: a literal that is not indexed. */
const literal = (name: string, value: string) =>
  Buffer.concat([
    ...[Buffer.from([0, name.length]), Buffer.from(name)],
    ...[Buffer.from([value.length]), Buffer.from(value)],
  ])

const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  frame(4, 0, 0, Buffer.alloc(0)),
])

function head(method: string, ...fields: [string, string][]): Buffer {
  const pseudo = [':method', method, ':path', '/a', ':scheme', 'http', ':authority', 'a']
  const block = [0, 2, 4, 6].map((i) => literal(pseudo[i]!, pseudo[i + 1]!))
  for (const [name, value] of fields) block.push(literal(name, value))
  return frame(HEADERS, END_HEADERS, 1, Buffer.concat(block))
}

const reset = (code: number) => frame(RST_STREAM, 0, 1, Buffer.from([0, 0, 0, code]))
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n'
const EARLY =
  'HTTP/1.1 103 Early Hints\r\nContent-Type: a\r\nContent-Type: b\r\nHTTP2-Settings: x\r\n\r\n'
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

describe.each(RECORDING)('recording %s', (recording) => {
  test.each([
    ['a stream that is gone when it is told of', [head('POST'), reset(8)]],
    ['more than its length', [head('POST', ['content-length', '3']), data('abcdef')]],
    ['data of no stream', [head('POST'), frame(DATA, 0, 0, Buffer.from('x'))]],
  ])('%s ends alone', async (_, frames) => {
    const { ask, proxy } = await standBetween(recording)
    const client = await connectRaw(proxy.url)
    client.write(Buffer.concat([PREFACE, ...frames]))
    expect(await ask(GET, /ok$/)).toMatch(/^HTTP\/1\.1 200 /)
    client.socket.destroy()
    expect(await ask(GET, /ok$/)).toMatch(/^HTTP\/1\.1 200 /)
  })

  test.each([0, 8])('an upload that is reset (%i) is no whole one', async (code) => {
    const { origin, proxy, journal } = await standBetween(recording)
    const client = await connectRaw(proxy.url)
    client.write(Buffer.concat([PREFACE, head('POST'), data('hello')]))
    await eventually(() => origin.sockets.size === 1)
    const [upstream] = origin.sockets
    await eventually(() => upstream!.bytesRead > 90)
    client.write(reset(code))
    await eventually(() => origin.sockets.size === 0)
    expect(origin.requests).toEqual([])
    if (recording === 'off') return
    const [entry] = await journal.stored(1)
    expect(entry).toMatchObject({ verdict: 'in_doubt', delivery: 'part' })
    expect(entry!.request.body).toMatchObject({ capture: 'aborted', length: 5 })
  })

  test.each(['post', 'connect', 'Delete'])('the method %s is refused', async (method) => {
    const { origin, proxy } = await standBetween(recording)
    const client = await connectRaw(proxy.url)
    client.write(Buffer.concat([PREFACE, head(method)]))
    await client.until(/request_ambiguous/)
    expect(origin.requests).toEqual([])
  })

  test.each([
    ['trailers of a connection', `${CHUNKED}Connection: x\r\nX-Sum: 1\r\n\r\n`],
    ['the same trailer twice', `${CHUNKED}ETag: a\r\nETag: b\r\n\r\n`],
    ['an interim answer with fields that HTTP/2 has not', `${EARLY}${plainAnswer().toString()}`],
    [
      'fields that may stand but once',
      fields('Date: a\r\nDate: b\r\nX-Content-Type-Options: c\r\n'),
    ],
    ['the same field twice', fields('X-Content-Type-Options: c\r\nX-Content-Type-Options: c\r\n')],
    ['fields of a connection', fields('HTTP2-Settings: x\r\nKeep-Alive: 1\r\n')],
  ])('an upstream that answers with %s', async (_, answer) => {
    const { proxy } = await standBetween(recording, () => answer)
    const session = http2.connect(proxy.url)
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':method': 'POST', ':path': '/' }, { endStream: true })
    let status: unknown
    let body = ''
    stream.on('response', (got) => (status = got[':status']))
    stream.on('data', (chunk: Buffer) => (body += chunk.toString()))
    await new Promise<void>((resolve) => stream.on('close', resolve))
    expect([status, body]).toEqual([200, 'ok'])
  })

  test('a session ends though an exchange on it took longer than it is kept', async () => {
    const { proxy } = await standBetween(
      recording,
      (_, socket) => void setTimeout(() => socket.write(plainAnswer()), 1_000),
      { connections: connections({ keepAlive: 400 }) },
    )
    const session = http2.connect(proxy.url)
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':method': 'POST', ':path': '/' }, { endStream: true })
    stream.resume()
    await new Promise<void>((resolve) => stream.on('close', resolve))
    await new Promise<void>((resolve) => session.on('close', resolve))
  })
})

test.each([0, 8])(
  'a client that leaves (%i) is noticed though its upload is held up',
  async (code) => {
    const sockets = new Set<net.Socket>()
    const upstream = net.createServer((socket) => {
      sockets.add(socket.pause())
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    })
    upstream.listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      upstream.close()
    })
    const { port } = upstream.address() as net.AddressInfo
    const { proxy, journal } = await standBetween('on', undefined, {
      target: new URL(`http://127.0.0.1:${port}`),
      limits: limits({ answer: Infinity }),
    })
    const session = http2.connect(proxy.url)
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':method': 'POST', ':path': '/' })
    stream.on('error', () => {})
    // More than fits between here and there.
    const megabyte = Buffer.alloc(1024 * 1024)
    let isHeldUp = false
    for (let i = 0; i < 40; i++) isHeldUp = !stream.write(megabyte)
    expect(isHeldUp).toBe(true)
    await eventually(() => sockets.size === 1)
    await eventually(stopsGrowing(() => journal.records('chunk').length))
    stream.close(code)
    const [entry] = await journal.stored(1)
    expect(entry).toMatchObject({ verdict: 'in_doubt', cause: 'client_gone', delivery: 'part' })
  },
)

/** Whether a number was there for a thousand turns of the event loop, and has become more than none. */
function stopsGrowing(count: () => number): () => boolean {
  let last = 0
  let turns = 0
  return () => {
    turns = count() === last ? turns + 1 : 0
    last = count()
    return last > 0 && turns > 1_000
  }
}

test('an answer before the end of its request ends before its stream is reset', async () => {
  const { url } = await listenRaw(/\r\n\r\n/)
  const { proxy } = await standBetween('off', undefined, { target: new URL(url) })
  const client = await connectRaw(proxy.url)
  client.write(Buffer.concat([PREFACE, head('POST'), data('part')]))
  const seen = () => framesOf(Buffer.from(client.received(), 'latin1'))
  await eventually(() => seen().some(({ type }) => type === RST_STREAM))
  const stream = seen().filter(({ id }) => id === 1)
  expect(stream.map(({ type }) => type)).toEqual([HEADERS, DATA, DATA, RST_STREAM])
  expect(stream[2]!.flags).toBe(END_STREAM)
})

test('what cannot be read behind an answer that is not over is never taken for its rest', async () => {
  const { connect, journal, origin, proxy } = await standBetween('on', ({ target }) =>
    target === '/1'
      ? `HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n${'x'.repeat(100)}`
      : undefined,
  )
  const client = await connect()
  client.write('POST /1 HTTP/1.1\r\nHost: a\r\n\r\n')
  await client.until(/x{100}$/)
  client.write('POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n')
  for (const socket of origin.sockets) socket.write('x'.repeat(200))
  const { how, text } = await client.closed()
  expect(how).toBe('end')
  expect(text).toMatch(/\r\n\r\nx{300}HTTP\/1\.1 400 Bad Request\r\n/)
  await journal.stored(1)
  await eventually(() => proxy.counts!.recorded === 1)
})

function framesOf(bytes: Buffer): { type: number; flags: number; id: number }[] {
  const frames = []
  let at = 0
  while (at + 9 <= bytes.length && at + 9 + bytes.readUIntBE(at, 3) <= bytes.length) {
    frames.push({ type: bytes[at + 3]!, flags: bytes[at + 4]!, id: bytes.readUInt32BE(at + 5) })
    at += 9 + bytes.readUIntBE(at, 3)
  }
  return frames
}

function data(text: string): Buffer {
  return frame(DATA, 0, 1, Buffer.from(text))
}

function fields(lines: string): string {
  return plainAnswer('ok', '200 OK', lines).toString()
}

test('a client that broke the rules, and stays, does not keep the upstream', async () => {
  const { origin, proxy } = await standBetween('off', undefined, {
    connections: connections({ keepAlive: 500 }),
  })
  const client = await connectRaw(proxy.url)
  // More padding than there is: nghttp2 says GOAWAY and reads nothing more.
  const broken = frame(DATA, 8, 1, Buffer.from([200, 1, 2]))
  client.write(Buffer.concat([PREFACE, head('POST'), data('part')]))
  await eventually(() => origin.sockets.size === 1)
  client.write(broken)
  await eventually(() => origin.sockets.size === 0)
  await client.closed()
})

test('a client that is quiet, and there, keeps its stream', async () => {
  const { origin, proxy } = await standBetween('off', () => undefined, {
    connections: connections({ keepAlive: 200 }),
  })
  const session = http2.connect(proxy.url)
  onTestFinished(() => session.destroy())
  const stream = session.request({ ':method': 'POST', ':path': '/' }, { endStream: true })
  await origin.request(0)
  let pings = 0
  session.on('ping', () => pings++)
  await eventually(() => pings >= 3)
  for (const socket of origin.sockets) socket.write(plainAnswer())
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>]
  expect(answer[':status']).toBe(200)
})

test.each(['/a', 'http://b/a'])('a :path %s of a scheme that is none of HTTP', async (path) => {
  const { origin, proxy } = await standBetween('off')
  const client = await connectRaw(proxy.url)
  const fields = [':method', 'GET', ':path', path, ':scheme', 'x', ':authority', 'a']
  const block = [0, 2, 4, 6].map((i) => literal(fields[i]!, fields[i + 1]!))
  client.write(
    Buffer.concat([PREFACE, frame(HEADERS, END_HEADERS + END_STREAM, 1, Buffer.concat(block))]),
  )
  if (path === '/a') await origin.request(0)
  else await client.until(/request_ambiguous/)
  expect(origin.requests).toHaveLength(path === '/a' ? 1 : 0)
})

test('a client that ends its side has left: its session does not stay', async () => {
  const { connect, proxy } = await standBetween('off')
  const client = await connect()
  client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  client.socket.end()
  await client.closed()
  await proxy.close(60_000)
})
