import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { limits } from '../support/recorder.ts'

const UPGRADE =
  'GET /ws?a=%2F HTTP/1.1\r\nHost: shop.test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n' +
  'X-b: 1\r\nx-B: \xe9\r\n\r\n'
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-b: \xe9\r\n\r\n'

const NEVER = 2_147_483_647

/** A WebSocket server that answers with what it hears, and a way to it through the proxy. */
async function echo(recording: (typeof RECORDING)[number]) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  onTestFinished(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
  const { port } = server.address() as AddressInfo
  const between = await standBetween(recording, undefined, {
    target: new URL(`http://127.0.0.1:${port}`),
  })
  const dial = async (protocols: string[] = []) => {
    const socket = new WebSocket(between.proxy.url.replace('http', 'ws'), protocols)
    onTestFinished(() => socket.terminate())
    await once(socket, 'open')
    return socket
  }
  return { ...between, server, dial }
}

describe.each(RECORDING)('recording %s: WebSocket', (recording) => {
  test('text and bytes come back as they were sent', async () => {
    const { dial } = await echo(recording)
    const socket = await dial()
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 256))
    for (const message of ['héllo', bytes]) {
      const answer = once(socket, 'message')
      socket.send(message)
      const [data, isBinary] = (await answer) as [Buffer, boolean]
      expect(data.equals(Buffer.from(message))).toBe(true)
      expect(isBinary).toBe(message === bytes)
    }
  })

  test('a thousand at once, and nothing is left of them', async () => {
    const { dial, server } = await echo(recording)
    const sockets: WebSocket[] = []
    for (let i = 0; i < 10; i++) {
      sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => dial()))))
    }
    expect(server.clients.size).toBe(1_000)
    const heard = sockets.map(async (socket, i) => {
      const answer = once(socket, 'message')
      socket.send(`${i}`)
      return String((await answer)[0])
    })
    expect(await Promise.all(heard)).toEqual(sockets.map((_, i) => `${i}`))
    for (const socket of sockets) socket.close()
    await eventually(() => server.clients.size === 0)
  })

  test('subprotocols, pings and close codes pass', async () => {
    const { dial, server } = await echo(recording)
    const socket = await dial(['chat.v2', 'chat.v1'])
    expect(socket.protocol).toBe('chat.v2')
    const pong = once(socket, 'pong')
    socket.ping('beat')
    expect(String((await pong)[0])).toBe('beat')
    const closed = once(socket, 'close')
    for (const client of server.clients) client.close(4001, 'enough')
    const [code, reason] = await closed
    expect([code, String(reason)]).toEqual([4001, 'enough'])
  })

  test.each(['client', 'server'])(
    'a %s that breaks off takes the other side with it',
    async (who) => {
      const { dial, server, proxy } = await echo(recording)
      const socket = await dial()
      const [upstream] = server.clients
      const ends = Promise.all([once(socket, 'close'), once(upstream!, 'close')])
      if (who === 'client') socket.terminate()
      else upstream!.terminate()
      await ends
      expect(server.clients.size).toBe(0)
      await proxy.close(60_000)
    },
  )

  test('an open one does not hold up the end of the proxy', async () => {
    const { dial, proxy } = await echo(recording)
    const socket = await dial()
    const closed = once(socket, 'close')
    await proxy.close(60_000)
    expect(await closed).toHaveLength(2)
  })

  test('the request goes on and the answer comes back as they were', async () => {
    const { origin, ask } = await standBetween(recording, () => SWITCHED)
    const text = await ask(UPGRADE, /\r\n\r\n$/)
    const lines = origin.requests[0]!.head.split('\r\n')
    expect(lines.slice(0, 4)).toEqual([
      ...['GET /ws?a=%2F HTTP/1.1', 'Host: shop.test', 'X-b: 1', 'x-B: \xe9'],
    ])
    expect(lines.slice(4)).toEqual(['Connection: Upgrade', 'Upgrade: websocket'])
    expect(text.split('\r\n').toSorted()).toEqual(SWITCHED.split('\r\n').toSorted())
  })

  test('what the upstream sent before it ended comes through, to a slow reader too', async () => {
    const all = Buffer.alloc(4_000_000, 'x')
    const { connect } = await standBetween(recording, (_noted, socket) => {
      socket.write(Buffer.from(SWITCHED, 'latin1'))
      socket.end(all)
      return undefined
    })
    const client = await connect()
    client.write(UPGRADE)
    await client.until(/\r\n\r\n/)
    client.socket.pause()
    await new Promise((resolve) => setImmediate(resolve))
    client.socket.resume()
    const { text } = await client.closed()
    expect(text.length - text.indexOf('\r\n\r\n') - 4).toBe(all.length)
  })

  test.each([
    ['of HTTP/1.0', UPGRADE.replace('HTTP/1.1', 'HTTP/1.0')],
    ['that Connection does not name', UPGRADE.replace(', Upgrade', ', Upgraded')],
    ['without Connection', UPGRADE.replace(/Connection: .*\r\n/, '')],
  ])('%s is not asked for', async (_, request) => {
    const { origin, ask } = await standBetween(recording)
    expect(await ask(request, /ok$/)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(origin.requests[0]!.head).not.toMatch(/upgrade/i)
  })

  test('that the upstream switches to while the proxy ends does not hold up the end', async () => {
    const { origin, connect, proxy } = await standBetween(recording, () => undefined)
    const client = await connect()
    client.write(UPGRADE)
    await origin.request(0)
    const closing = proxy.close(NEVER)
    for (const socket of origin.sockets) socket.write(Buffer.from(SWITCHED, 'latin1'))
    await client.closed()
    await closing
    await eventually(() => origin.sockets.size === 0)
  })

  test('an upstream that stays with HTTP: its answer is passed on, and the connection ends', async () => {
    const { origin, connect } = await standBetween(recording, () =>
      plainAnswer('no', '426 Upgrade Required', 'X-b: 1\r\n'),
    )
    const client = await connect()
    client.write(UPGRADE)
    const { how, text } = await client.closed()
    expect(how).toBe('end')
    expect(text).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n[^]*X-b: 1\r\n[^]*\r\n\r\nno$/)
    expect(origin.sockets.size).toBe(1)
  })

  test.each([
    ['cuts its refusal', 'HTTP/1.1 400 No\r\nContent-Length: 50\r\n\r\npart'],
    ['answers nonsense', 'nonsense\r\n\r\n'],
    ['ends', ''],
  ])('an upstream that %s: the client does not wait, both sides are freed', async (_, answer) => {
    const { origin, connect } = await standBetween(recording, (_noted, socket) => {
      socket.end(answer)
      return undefined
    })
    const client = await connect()
    client.write(UPGRADE)
    expect((await client.closed()).text).toMatch(/^HTTP\/1\.1 (502|400 No)/)
    await eventually(() => origin.sockets.size === 0)
  })

  test.each(['end', 'reset'])(
    'a client that leaves by %s before the answer is noticed',
    async (how) => {
      const { origin, connect } = await standBetween(recording, () => undefined)
      const client = await connect()
      client.write(UPGRADE)
      await origin.request(0)
      if (how === 'end') client.socket.end()
      else client.socket.resetAndDestroy()
      await eventually(() => origin.sockets.size === 0)
      expect(origin.requests).toHaveLength(1)
    },
  )

  test('without a limit an answer is waited for', async () => {
    const { ask } = await standBetween(
      recording,
      (_, socket) => void setTimeout(() => socket.write(SWITCHED), 50),
      { limits: limits({ answer: Infinity }) },
    )
    expect(await ask(UPGRADE, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 101 /)
  })

  test('an upstream that does not answer is a 504', async () => {
    const { ask } = await standBetween(recording, () => undefined, {
      limits: limits({ answer: 30 }),
    })
    expect(await ask(UPGRADE, /\}\n$/)).toMatch(/^HTTP\/1\.1 504 /)
  })

  test('a reason with bytes that may not be there is passed on without them', async () => {
    const { ask } = await standBetween(recording, () => plainAnswer('no', '400 N\x01o'))
    expect(await ask(UPGRADE, /no$/)).toMatch(/^HTTP\/1\.1 400 No\r\n/)
    await ask('GET / HTTP/1.1\r\nHost: a\r\n\r\n', /\r\n\r\n/)
  })

  test('a client that leaves while it is refused does not end the process', async () => {
    const { connect, ask } = await standBetween(recording)
    for (let i = 0; i < 50; i++) {
      const client = await connect()
      client.write(UPGRADE.replace('GET', 'POST').repeat(2))
      client.socket.resetAndDestroy()
    }
    expect(await ask('GET / HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)).toMatch(/ 200 OK/)
  })
})

test('a switch with a transfer coding is no answer, and the proxy goes on', async () => {
  const { ask } = await standBetween('off', ({ target }) =>
    target === '/'
      ? plainAnswer()
      : SWITCHED.replace('\r\n\r\n', '\r\nTransfer-Encoding: gzip\r\n\r\n'),
  )
  expect(await ask(UPGRADE, /\}\n$/)).toMatch(/^HTTP\/1\.1 502 /)
  await ask('GET / HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
})
