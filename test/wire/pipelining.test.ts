import { describe, expect, test } from 'vitest'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'

const UPGRADE = 'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const CONNECT = 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'
const post = (target: string) => `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi`

describe.each(RECORDING)('recording %s: pipelined requests', (recording) => {
  test('are answered in order, each by its own answer', async () => {
    const { ask } = await standBetween(recording, ({ target }) => plainAnswer(`<${target}>`))
    const all = Array.from({ length: 30 }, (_, i) => post(`/${i}`)).join('')
    const text = await ask(all, /<\/29>$/)
    expect(text.match(/<\/\d+>/g)).toEqual(Array.from({ length: 30 }, (_, i) => `</${i}>`))
  })

  test('reach the upstream one after the other: mutations do not overtake each other', async () => {
    const { origin, connect } = await standBetween(recording, () => undefined)
    const client = await connect()
    client.write(post('/first') + post('/second'))
    await origin.request(0)
    await new Promise((resolve) => setImmediate(resolve))
    expect(origin.requests).toHaveLength(1)
    for (const socket of origin.sockets) socket.write(plainAnswer('1'))
    await origin.request(1)
    expect(client.received()).toMatch(/\r\n\r\n1$/)
  })

  test('of a client that left do not reach the upstream, and its connection is freed', async () => {
    const { origin, connect } = await standBetween(recording, () => undefined)
    const client = await connect()
    client.write(post('/first') + post('/second') + post('/third'))
    await origin.request(0)
    client.socket.destroy()
    await eventually(() => origin.sockets.size === 0)
    expect(origin.requests.map(({ target }) => target)).toEqual(['/first'])
  })

  test.each([
    ['by length', `Content-Length: 900000\r\n\r\n${'x'.repeat(900_000)}`],
    [
      'in chunks',
      `Transfer-Encoding: chunked\r\n\r\n${`7530\r\n${'x'.repeat(30_000)}\r\n`.repeat(30)}0\r\n\r\n`,
    ],
  ])('with a large body %s have all of it, though it came ahead', async (_, rest) => {
    const { origin, connect } = await standBetween(recording, ({ target }) =>
      target === '/slow' ? undefined : plainAnswer(target),
    )
    const client = await connect()
    client.write(post('/slow'))
    await origin.request(0)
    const sent = new Promise((resolve) =>
      client.socket.write(`POST /large HTTP/1.1\r\nHost: a\r\n${rest}${post('/last')}`, resolve),
    )
    await sent
    for (const socket of origin.sockets) socket.write(plainAnswer('/slow'))
    await client.until(/\/last$/)
    expect(origin.requests.map(({ target, body }) => [target, body.length])).toEqual([
      ['/slow', 2],
      ['/large', 900_000],
      ['/last', 2],
    ])
  })

  test('of a client that sent many of them and left are not waited for', async () => {
    const { origin, connect } = await standBetween(recording, () => undefined)
    const client = await connect()
    client.write(post('/first'))
    await origin.request(0)
    client.socket.end(post('/behind').repeat(8_000))
    await eventually(() => origin.sockets.size === 0)
    expect(origin.requests).toHaveLength(1)
  })

  test('are refused in order too', async () => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    client.write(`${post('/first')}POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${post('/third')}`)
    const { text } = await client.closed()
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
    expect(origin.requests.map(({ target }) => target)).toEqual(['/first'])
  })

  test('that cannot be read are refused when those before them are answered', async () => {
    const { origin, connect } = await standBetween(recording, () => undefined)
    const client = await connect()
    client.write(`${post('/first')}nonsense\r\n\r\n`)
    await origin.request(0)
    expect(client.received()).toBe('')
    for (const socket of origin.sockets) socket.write(plainAnswer('1'))
    const { text } = await client.closed()
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400'])
  })

  test('behind one that was to be the last are nobody’s, and do it no harm', async () => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    const last = post('/last').replace('Host', 'Connection: close\r\nHost')
    client.write(last + post('/behind'))
    expect((await client.closed()).text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*ok$/)
    expect(origin.requests.map(({ target }) => target)).toEqual(['/last'])
  })

  test.each([
    ['WebSocket', UPGRADE, 200],
    ['CONNECT', CONNECT, 501],
  ])('%s behind a request has its turn', async (_, next, status) => {
    const { origin, connect } = await standBetween(recording, ({ target }) =>
      target === '/slow' ? undefined : plainAnswer(),
    )
    const client = await connect()
    client.write(post('/slow') + next)
    await origin.request(0)
    expect([origin.requests.length, client.received()]).toEqual([1, ''])
    for (const socket of origin.sockets) socket.write(plainAnswer())
    const { text } = await client.closed()
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', `HTTP/1.1 ${status}`])
  })

  test('that are more than are read ahead wait with the client, and all have their turn', async () => {
    const { origin, connect } = await standBetween(recording, ({ target }) =>
      target === '/first' ? undefined : plainAnswer(target),
    )
    const client = await connect()
    client.write(post('/first'))
    await origin.request(0)
    const targets = Array.from({ length: 4_000 }, (_, i) => `/${i}`)
    const pad = 'x'.repeat(400)
    client.write(
      targets.map((target) => `GET ${target} HTTP/1.1\r\nHost: a\r\nX: ${pad}\r\n\r\n`).join(''),
    )
    for (const socket of origin.sockets) socket.write(plainAnswer('/first'))
    const text = await client.until(/\/3999$/)
    expect(text.match(/^\/(?:first|\d+)/gm)).toEqual(['/first', ...targets])
  })
})

describe.each(RECORDING)('recording %s: an Upgrade that is not for WebSocket', (recording) => {
  const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n'

  test('is ignored, as Java sends it: the body goes on, the offer does not', async () => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    client.write(`POST /a HTTP/1.1\r\nHost: a\r\n${H2C}Content-Length: 2\r\n\r\nhi`)
    expect(await client.until(/ok$/)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(origin.requests[0]).toMatchObject({ method: 'POST', target: '/a' })
    expect(origin.requests[0]!.body.toString()).toBe('hi')
    expect(origin.requests[0]!.head).not.toMatch(/upgrade|settings/i)
  })

  test('does not take the request behind it past the proxy', async () => {
    const { origin, connect, proxy } = await standBetween(recording)
    const client = await connect()
    client.write(`GET /a HTTP/1.1\r\nHost: a\r\n${H2C}\r\n${post('/behind')}`)
    await client.until(/ok[^]*ok$/)
    expect(origin.requests.map(({ target }) => target)).toEqual(['/a', '/behind'])
    if (recording === 'on') expect(proxy.counts).toMatchObject({ forwarded: 1, recorded: 1 })
  })
})
