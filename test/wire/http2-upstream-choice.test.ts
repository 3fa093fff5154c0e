import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net, { type AddressInfo, type Server } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ProxyOptions } from '../../proxy/proxy.ts'
import { openClient, type UpstreamHttp2 } from '../../wire/open-client.ts'
import { eventually } from '../support/between.ts'
import { selfSigned } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'
import { ask, connectHttp2 } from '../support/http2-client.ts'
import { connectRaw } from '../support/raw-http.ts'
import { limits, startRecorder } from '../support/recorder.ts'

// Which protocol an upstream of https is spoken to in: by ALPN, asked anew on each connection.

const credentials = selfSigned('localhost')
const tls = { verification: 'verify', ca: credentials.cert } as const

type Speaks = 'h1' | 'both' | 'h2'

/** An origin that answers with the version of the request; closed after the test. */
async function startOrigin(speaks: Speaks, given?: number) {
  const answer: http.RequestListener = (request, response) => {
    request.resume()
    request.on('end', () => response.end(request.httpVersion))
  }
  const server: Server =
    speaks === 'h1'
      ? https.createServer(credentials, answer)
      : http2.createSecureServer({ ...credentials, allowHTTP1: speaks === 'both' }, answer as never)
  const sockets = new Set<net.Socket>()
  server.on('secureConnection', (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const port = given ?? (await freePort())
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const close = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  onTestFinished(close)
  return { sockets, close, port, target: new URL(`https://localhost:${port}`) }
}

/** A server of TLS that knows of no protocols to choose from. */
async function startWithoutAlpn(): Promise<URL> {
  const server = createTlsServer(credentials, (socket) => void socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return new URL(`https://localhost:${(server.address() as AddressInfo).port}`)
}

async function stand(speaks: Speaks, http2?: UpstreamHttp2, changes: Partial<ProxyOptions> = {}) {
  const origin = await startOrigin(speaks)
  const proxy = await startRecorder(origin.target.href, null, {
    upstreamTls: tls,
    ...(http2 && { upstreamHttp2: http2 }),
    ...changes,
  })
  const session = connectHttp2(proxy.url)
  return {
    origin,
    proxy,
    session,
    byHttp1: async () => {
      const client = await connectRaw(proxy.url)
      client.write(
        'POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi',
      )
      return (await client.closed()).text
    },
    byHttp2: (body = 'hi') => ask(session, { ':method': 'POST', ':path': '/' }, body),
  }
}

describe.each(['h1', 'both', 'h2'] as const)('an upstream that speaks %s', (speaks) => {
  test.each([
    ['auto', undefined],
    ['off', 'off'],
    ['on', 'on'],
  ] as const)('%s', async (_, http2) => {
    const { byHttp1, byHttp2 } = await stand(speaks, http2)
    const { first, second } = {
      auto: { first: speaks === 'h2' ? null : '1.1', second: speaks === 'h1' ? '1.1' : '2.0' },
      off: { first: speaks === 'h2' ? null : '1.1', second: speaks === 'h2' ? null : '1.1' },
      on: { first: speaks === 'h1' ? null : '2.0', second: speaks === 'h1' ? null : '2.0' },
    }[http2 ?? 'auto']
    const text = await byHttp1()
    expect(text).toMatch(
      first === null ? /^HTTP\/1\.1 (502|403)/ : new RegExp(`${first}\\r\\n0|${first}$`),
    )
    const { head, body } = await byHttp2()
    if (second === null) expect([502, 403]).toContain(head[':status'])
    else expect(body.toString()).toBe(second)
  })
})

test('requests that begin while it is asked share what it chose', async () => {
  for (const speaks of ['h1', 'both'] as const) {
    const { byHttp2, origin } = await stand(speaks)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => byHttp2('x'.repeat(100_000))),
    )
    const version = speaks === 'h1' ? '1.1' : '2.0'
    expect(answers.map(({ body }) => body.toString())).toEqual(answers.map(() => version))
    if (speaks === 'both') expect(origin.sockets.size).toBe(1)
    else expect(origin.sockets.size).toBeGreaterThan(1)
    // And those of HTTP/1.1 are kept.
    const open = origin.sockets.size
    expect((await byHttp2()).body.toString()).toBe(version)
    expect(origin.sockets.size).toBe(open)
  }
})

test.each([
  ['h1', 'both'],
  ['both', 'h1'],
  ['h1', 'h2'],
  ['h2', 'h1'],
] as const)('an upstream that speaks %s and later %s', async (before, after) => {
  const { byHttp2, origin } = await stand(before)
  const version = (speaks: Speaks) => (speaks === 'h1' ? '1.1' : '2.0')
  expect((await byHttp2()).body.toString()).toBe(version(before))
  origin.close()
  await eventually(() => origin.sockets.size === 0)
  await startOrigin(after, origin.port)
  await expect.poll(async () => (await byHttp2()).body.toString()).toBe(version(after))
})

test('a body that comes before the choice waits for it', async () => {
  // It accepts connections and says nothing.
  const sockets: net.Socket[] = []
  const silent = net.createServer((socket) => void sockets.push(socket))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const target = new URL(`https://localhost:${(silent.address() as AddressInfo).port}`)
  const proxy = await startRecorder(target.href, null, {
    upstreamTls: tls,
    limits: limits({ connect: 1_000 }),
  })
  const session = connectHttp2(proxy.url)
  const stream = session.request({ ':method': 'POST', ':path': '/' }, { endStream: false })
  const answer = once(stream, 'response')
  let written = 0
  const piece = Buffer.alloc(64 * 1024)
  const write = () => {
    while (written < 64 * 1024 * 1024) {
      written += piece.length
      if (!stream.write(piece)) {
        stream.once('drain', write)
        return
      }
    }
  }
  write()
  expect((await answer)[0]).toMatchObject({
    ':status': 502,
    'reprise-error': 'upstream_unreachable',
  })
  expect(written).toBeLessThan(4 * 1024 * 1024)
})

test('with `on`, an upstream of HTTP/1.1 without TLS is none', async () => {
  const server = http.createServer((_, response) => response.end('ok'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const proxy = await startRecorder(url, null, { upstreamHttp2: 'on' })
  const { head } = await ask(connectHttp2(proxy.url), { ':path': '/' })
  expect(head).toMatchObject({ ':status': 502, 'reprise-error': 'upstream_unreachable' })
  expect(proxy.problems.join()).toMatch(/speaks no HTTP\/2 \(.*; --upstream-http2 auto/)
})

test.each(['alert', 'silence'] as const)('nor is one with TLS that says so by %s', async (how) => {
  const { byHttp2, proxy } = await stand('h1', 'on', {
    ...(how === 'silence' && { target: await startWithoutAlpn() }),
  })
  expect((await byHttp2()).head).toMatchObject({ ':status': 502 })
  expect(proxy.problems.join()).toMatch(/speaks no HTTP\/2 \(.*; --upstream-http2 auto/)
})

test('a request that is given up before there is a connection takes no other with it', async () => {
  const { target } = await startOrigin('both')
  const client = openClient(target, { tls, http2: 'on' })
  onTestFinished(() => client.destroy())
  const outcomes: string[] = []
  const receiver = (name: string) => ({
    onInterim() {},
    onAnswer: ({ status }: { status: number }) => void outcomes.push(`${name} ${status}`),
    onData() {},
    onEnd() {},
    onDrain() {},
    onFail: (error: Error) => void outcomes.push(`${name} ${error.message}`),
  })
  const head = { method: 'GET', target: '/', fields: ['Host', 'localhost'] }
  const gone = client.request(head, receiver('gone'))
  const stays = client.request(head, receiver('stays'))
  for (const one of [gone, stays]) one.end()
  gone.destroy()
  gone.destroy()
  await eventually(() => outcomes.length > 0)
  expect([outcomes, gone.sent, stays.sent]).toEqual([['stays 200'], 'nothing', 'something'])
})
