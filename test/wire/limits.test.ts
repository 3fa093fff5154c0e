import { EventEmitter } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Answering, Incoming } from '../../proxy/downstream.ts'
import { Traffic } from '../../proxy/traffic.ts'
import { forward } from '../../proxy/forward.ts'
import { openClient } from '../../wire/open-client.ts'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { holdTimeouts, stopTimeouts } from '../support/held-time.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { connections, limits, UNCHANGED } from '../support/recorder.ts'

const POST = 'POST / HTTP/1.1\r\nHost: a\r\n'
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
/** No other time-out is so long. */
const LATE = 4_321

const CHUNKED_HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'

describe.each(RECORDING)('recording %s', (recording) => {
  test('a long upload is no late answer: that is waited for from its last byte', async () => {
    const { connect, origin, proxy } = await standBetween(recording, undefined, {
      limits: limits({ answer: 800 }),
    })
    const time = stopTimeouts()
    const client = await connect()
    client.write(`${POST}Content-Length: 3\r\n\r\n`)
    await eventually(() => origin.sockets.size === 1)
    const [upstream] = origin.sockets
    await eventually(() => upstream!.bytesRead > 0)
    // In all for longer than an answer may take.
    for (let i = 0; i < 3; i++) {
      const { bytesRead } = upstream!
      time.pass(700)
      client.write('x')
      await eventually(() => upstream!.bytesRead > bytesRead)
    }
    expect(await client.until(/ok$/)).toMatch(/^HTTP\/1\.1 200 /)
    expect(proxy.problems).toEqual([])
  })

  test('a client that does not go on with its body is answered 408, and the upstream is freed', async () => {
    const { connect, origin, proxy, journal } = await standBetween(recording, undefined, {
      limits: limits({ answer: 300 }),
    })
    const client = await connect()
    client.write(`${POST}Content-Length: 8\r\n\r\nabc`)
    const { text } = await client.closed()
    expect(text).toMatch(
      /^HTTP\/1\.1 408 Request Timeout\r\n[^]*Reprise-Error: request_timeout\r\n[^]*Connection: close/,
    )
    await eventually(() => origin.sockets.size === 0)
    if (recording === 'off') return
    const [entry] = await journal.stored(1)
    expect(entry).toMatchObject({ verdict: 'in_doubt', cause: 'client_gone', delivery: 'part' })
    expect(proxy.counts).toMatchObject({ inDoubt: 1, recorded: 0 })
  })

  test('an answer that does not go on is cut, never ended', async () => {
    const { connect, origin } = await standBetween(
      recording,
      (_, socket) => void socket.write(`${CHUNKED_HEAD}2\r\nab\r\n`),
      { limits: limits({ idle: 300 }) },
    )
    const client = await connect()
    client.write(GET)
    const { how, text } = await client.closed()
    expect(text).toMatch(/2\r\nab\r\n$/)
    expect(how).toBe('reset')
    await eventually(() => origin.sockets.size === 0)
  })

  test('an answer is not idle while pieces of it come, nor while none are expected', async () => {
    const { connect, origin } = await standBetween(recording, () => undefined, {
      limits: limits({ idle: 600 }),
    })
    const time = stopTimeouts()
    const client = await connect()
    client.write(GET)
    await origin.request(0)
    // Longer than the limit: nothing of a body is under way.
    time.pass(700)
    const [upstream] = origin.sockets
    upstream!.write(CHUNKED_HEAD)
    for (let i = 1; i <= 3; i++) {
      upstream!.write('1\r\na\r\n')
      await client.until(new RegExp(`(1\r\na\r\n){${i}}$`))
      time.pass(500)
    }
    upstream!.write('0\r\n\r\n')
    await client.until(/0\r\n\r\n$/)
  })

  test('an exchange that takes too long is a 504 before its answer, a cut in it', async () => {
    const time = holdTimeouts(LATE)
    const { ask, connect, origin } = await standBetween(
      recording,
      ({ target }, socket) => {
        if (target === '/none') return undefined
        socket.write(CHUNKED_HEAD)
        const timer = setInterval(() => socket.write('1\r\na\r\n'), 10)
        socket.on('close', () => clearInterval(timer))
        return undefined
      },
      { limits: limits({ exchange: LATE }) },
    )
    const none = ask(`${POST.replace('/', '/none')}\r\n`, /\}\n$/)
    await origin.request(0)
    time.pass()
    expect(await none).toMatch(/^HTTP\/1\.1 504 /)
    const client = await connect()
    client.write(GET)
    await client.until(/1\r\na\r\n/)
    time.pass()
    const { text } = await client.closed()
    expect(text).toMatch(/^HTTP\/1\.1 200 [^]*1\r\na\r\n/)
    expect(text).not.toMatch(/0\r\n\r\n$/)
    await eventually(() => origin.sockets.size === 0)
  })

  test('a head that does not come to its end is answered 408', async () => {
    const { connect, origin } = await standBetween(recording, undefined, {
      connections: connections({ headTimeout: 800 }),
    })
    const client = await connect()
    client.write('POST / HTTP/1.1\r\nHost: a\r\nX-Slow: ')
    expect((await client.closed()).text).toMatch(
      /^HTTP\/1\.1 408 Request Timeout\r\n[^]*Reprise-Error: request_timeout\r\n/,
    )
    const silent = await connect()
    expect(await silent.closed()).toEqual({ how: 'end', text: '' })
    expect(origin.requests).toEqual([])
  })

  test('connections that nothing comes on are closed, on both sides', async () => {
    const { connect, origin } = await standBetween(recording, undefined, {
      connections: connections({ keepAlive: 300, upstreamKeepAlive: 300 }),
    })
    const client = await connect()
    client.write(GET)
    await client.until(/ok$/)
    expect((await client.closed()).how).toBe('end')
    await eventually(() => origin.sockets.size === 0)
  })

  test('a head beyond the limit is answered 431, one below it goes on', async () => {
    const { ask, connect, origin } = await standBetween(recording, undefined, {
      connections: connections({ maxHead: 100_000 }),
    })
    await ask(`${POST}X-Long: ${'x'.repeat(90_000)}\r\n\r\n`, /ok$/)
    expect(origin.requests[0]!.head).toContain('x'.repeat(90_000))
    const client = await connect()
    client.write(`${POST}X-Long: ${'x'.repeat(200_000)}\r\n\r\n`)
    expect((await client.closed()).text).toMatch(
      /^HTTP\/1\.1 431 [^]*Reprise-Error: head_too_large\r\n/,
    )
  })

  test("an answer's head beyond the limit is a 502, one below it comes back", async () => {
    const long = (size: number) =>
      `HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(size)}\r\nContent-Length: 2\r\n\r\nok`
    const { ask } = await standBetween(
      recording,
      ({ target }) => long(target === '/long' ? 200_000 : 90_000),
      { connections: connections({ maxHead: 100_000 }) },
    )
    expect(await ask(GET, /ok$/)).toContain('x'.repeat(90_000))
    expect(await ask(GET.replace('/', '/long'), /\}\n$/)).toMatch(
      /^HTTP\/1\.1 502 [^]*Reprise-Error: upstream_failed/,
    )
  })
})

test('an answer that waits for the journal is not idle', async () => {
  const { ask, journal } = await standBetween('on', undefined, { limits: limits({ idle: 100 }) })
  journal.hold()
  const answer = ask(`${POST}\r\n`, /ok$/)
  await journal.asked(1)
  await new Promise((resolve) => setTimeout(resolve, 300))
  journal.release()
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /)
})

test('a client that does not read the last piece of its answer is cut off', async () => {
  const origin = await startRawOrigin()
  const client = openClient(new URL(origin.url))
  onTestFinished(() => client.destroy())
  const request: Partial<Incoming> = {
    ...{ method: 'GET', url: '/', httpVersion: '1.1', rawHeaders: ['Host', 'a'], rawTrailers: [] },
    ...{ framing: { kind: 'none' }, complete: true },
  }
  // Which pieces the system takes is its own affair: this client takes none of the last.
  const response = Object.assign(new EventEmitter(), {
    ...{ headersSent: false, writableEnded: false, writableFinished: false, closed: false },
    ...{ destroyed: false, endsAlone: false, shouldKeepAlive: true, sendDate: false },
    writeHead: () => (response.headersSent = true),
    write: () => true,
    endWith: () => (response.writableEnded = true),
    cut: () => (response.destroyed = true),
  })
  const upstream = { origin: new URL(origin.url), client, unasked: client, heads: UNCHANGED }
  forward(
    {
      ...upstream,
      limits: limits({ idle: 30 }),
      traffic: new Traffic(),
      gate: null,
      live: null,
      tunnels: new Set(),
      takeAnew() {},
    },
    request as Incoming,
    response as unknown as Answering,
    null,
  )
  await eventually(() => response.destroyed)
  expect(response.writableEnded).toBe(true)
})
