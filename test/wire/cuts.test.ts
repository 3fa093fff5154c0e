import type { Policy } from '../../proxy/policy.ts'
import { describe, expect, test } from 'vitest'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { stopTimeouts } from '../support/held-time.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { limits } from '../support/recorder.ts'

/** Only what a 200 answers is recorded. */
const POLICY: Omit<Policy, 'recording'> = {
  methods: 'unsafe',
  statuses: [{ from: 200, to: 200 }],
  isExcluded: () => false,
  optOutParameter: null,
  replayed: 'unrecorded',
  context: { isChosen: () => false, others: 'remembered' },
}

const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'
const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part'
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'
const CLOSED = 'HTTP/1.1 200 OK\r\n\r\nonly a part'

describe.each(RECORDING)('recording %s: an answer that the upstream cuts', (recording) => {
  test.each([
    ['by length, at its end', LENGTH, 'end'],
    ['by length, by a reset', LENGTH, 'reset'],
    ['in chunks, at its end', CHUNKED, 'end'],
    ['in chunks, by a reset', CHUNKED, 'reset'],
    ['that the close ends, by a reset', CLOSED, 'reset'],
  ] as const)('%s, is a cut for the client', async (_, answer, how) => {
    const { origin, connect } = await standBetween(recording, () => answer)
    const client = await connect()
    client.write(POST)
    await client.until(/part/)
    for (const socket of origin.sockets) {
      if (how === 'end') socket.end()
      else socket.resetAndDestroy()
    }
    const { text } = await client.closed()
    expect(text).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(text).not.toMatch(/\r\n0\r\n/)
  })

  test('is a reset for a client of HTTP/1.0, to which the close alone would look whole', async () => {
    const { origin, connect } = await standBetween(recording, () => CHUNKED)
    const client = await connect()
    client.write('POST / HTTP/1.0\r\n\r\n')
    await client.until(/part/)
    for (const socket of origin.sockets) socket.end()
    expect((await client.closed()).how).toBe('reset')
  })

  test('before its first byte is a 502', async () => {
    const { ask } = await standBetween(recording, (_noted, socket) => {
      socket.resetAndDestroy()
      return undefined
    })
    expect(await ask(POST, /\}\n$/)).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n[^]*upstream_failed/)
  })

  test('in the middle of its head is a 502', async () => {
    const { ask } = await standBetween(recording, (_noted, socket) => {
      socket.end('HTTP/1.1 200 OK\r\nConte')
      return undefined
    })
    expect(await ask(POST, /\}\n$/)).toMatch(/^HTTP\/1\.1 502 /)
  })

  test.each([
    'nonsense\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na',
    'HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n',
    'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
  ])('%j is a 502', async (answer) => {
    const { ask, origin } = await standBetween(recording, () => answer)
    expect(await ask(POST, /\}\n$/)).toMatch(/^HTTP\/1\.1 502 /)
    await eventually(() => origin.sockets.size === 0)
  })
})

describe.each(RECORDING)('recording %s: a client that leaves', (recording) => {
  const UPLOAD = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\npart'
  const UPLOAD_IN_CHUNKS =
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'
  test.each([
    ['while it waits', POST, undefined],
    ['while it uploads', UPLOAD, undefined],
    ['while it uploads in chunks', UPLOAD_IN_CHUNKS, undefined],
    ['while it downloads', POST, LENGTH],
    ['while it downloads chunks', POST, CHUNKED],
    ['while it downloads more than it reads', POST, plainAnswer(Buffer.alloc(8_000_000))],
  ])('%s: the connection to the upstream is gone', async (_, bytes, answer) => {
    const { origin, connect } = await standBetween(recording, () => answer)
    const client = await connect()
    if (answer !== undefined && answer.length > 1_000) client.socket.pause()
    client.write(bytes)
    await eventually(() => origin.sockets.size === 1)
    const [upstream] = origin.sockets
    if (bytes === POST) await origin.request(0)
    else await eventually(() => upstream!.bytesRead > 10)
    if (answer !== undefined && answer.length < 1_000) await client.until(/part/)
    client.socket.destroy()
    await eventually(() => origin.sockets.size === 0)
    expect(upstream!.destroyed).toBe(true)
  })
})

describe.each(RECORDING)('recording %s: an answer before the end of its request', (recording) => {
  const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n'

  test('gets to the client, and the connection ends with it', async () => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    client.write(HEAD)
    await eventually(() => origin.sockets.size === 1)
    for (const socket of origin.sockets) socket.write(plainAnswer('no', '403 Forbidden'))
    await client.until(/403 Forbidden[^]*Connection: close[^]*no$/)
    client.write('0\r\n\r\n')
    expect((await client.closed()).how).toBe('end')
  })

  test.each([
    ['an empty body', 'HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'],
    ['a head alone', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
  ])('is not held back for it, though it has but %s', async (_, answer) => {
    const { origin, connect } = await standBetween(recording, undefined, {
      policy: { ...POLICY, recording },
    })
    const client = await connect()
    client.write(HEAD)
    await eventually(() => origin.sockets.size === 1)
    // No time passes: it does not wait for any to be over.
    stopTimeouts()
    for (const socket of origin.sockets) socket.write(answer)
    await client.until(/^HTTP\/1\.1 (413|304) [^]*\r\n\r\n/)
  })

  test('does not stop the upload: the upstream may still read it', async () => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    const size = 4 * 1024 * 1024
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`)
    await eventually(() => origin.sockets.size === 1)
    for (const socket of origin.sockets) socket.write(plainAnswer(Buffer.alloc(100)))
    await client.until(/200 OK/)
    client.write(Buffer.alloc(size))
    expect((await origin.request(0)).body.length).toBe(size)
  })

  test('gets to a client that goes on to send 8 MB', async () => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    const size = 8 * 1024 * 1024
    client.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`)
    await eventually(() => origin.sockets.size === 1)
    for (const socket of origin.sockets) {
      socket.end(plainAnswer('no', '403 Forbidden', 'Connection: close\r\n'))
      socket.destroySoon()
    }
    await client.until(/403 Forbidden/)
    client.write(Buffer.alloc(size))
    const { how, text } = await client.closed()
    expect(how).toBe('end')
    expect(text).toMatch(/no$/)
  })
})

test('an early answer does not cut off a client that keeps sending, however slowly', async () => {
  const { origin, connect } = await standBetween('on')
  const time = stopTimeouts()
  const client = await connect()
  client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n')
  await eventually(() => origin.sockets.size === 1)
  const [upstream] = origin.sockets
  upstream!.write(plainAnswer('no', '403 Forbidden'))
  await client.until(/403 Forbidden/)
  // In all for longer than the pause that is allowed.
  for (let i = 0; i < 3; i++) {
    const { bytesRead } = upstream!
    time.pass(1_900)
    client.write('x')
    await eventually(() => upstream!.bytesRead > bytesRead)
  }
  await origin.request(0)
  expect(await client.closed()).toMatchObject({ how: 'end', text: /403 Forbidden[^]*no$/ })
})

describe('nothing is left after five hundred', () => {
  const TIMES = 500

  test('answers that the upstream cut', async () => {
    const { connect, origin } = await standBetween('on', (_noted, socket) => {
      socket.end(LENGTH)
      return undefined
    })
    for (let i = 0; i < TIMES; i++) {
      const client = await connect()
      client.write(POST)
      expect((await client.closed()).text).toMatch(/part$/)
    }
    await eventually(() => origin.sockets.size === 0)
  })

  test('clients that left while they waited', async () => {
    const { connect, origin, proxy } = await standBetween('on', () => undefined)
    for (let i = 0; i < TIMES; i++) {
      const client = await connect()
      client.write(POST)
      await origin.request(i)
      client.socket.destroy()
    }
    await eventually(() => origin.sockets.size === 0)
    await eventually(() => proxy.counts!.inDoubt === TIMES)
    expect(proxy.counts!.forwarded).toBe(TIMES)
  })

  test('answers that did not come in time', async () => {
    const { connect, origin, proxy } = await standBetween('on', () => undefined, {
      limits: limits({ answer: 5 }),
    })
    const clients = await Promise.all(Array.from({ length: TIMES / 10 }, connect))
    await Promise.all(
      clients.map(async (client) => {
        for (let i = 1; i <= 10; i++) {
          client.write(POST)
          await client.until(new RegExp(`(HTTP/1.1 504 [^}]*}\n){${i}}$`))
        }
      }),
    )
    await eventually(() => origin.sockets.size === 0)
    expect(proxy.counts!.forwarded).toBe(TIMES)
  })

  test('exchanges that ended well, on kept connections', async () => {
    const { connect, origin, proxy } = await standBetween('on', ({ target }) => plainAnswer(target))
    const clients = await Promise.all(Array.from({ length: 20 }, connect))
    await Promise.all(
      clients.map(async (client) => {
        for (let i = 0; i < TIMES / 20; i++) {
          client.write(POST.replace('/', `/<${i}>`))
          await client.until(new RegExp(`<${i}>$`))
        }
      }),
    )
    expect(origin.sockets.size).toBeLessThanOrEqual(20)
    await proxy.close(0)
    await eventually(() => origin.sockets.size === 0)
  })
})

test('an upstream that cannot be reached is a 502 that says so', async () => {
  const gone = await startRawOrigin()
  await gone.close()
  const { ask } = await standBetween('off', undefined, { target: new URL(gone.url) })
  expect(await ask(POST, /\}\n$/)).toMatch(
    /^HTTP\/1\.1 502 [^]*Reprise-Error: upstream_unreachable/,
  )
})

test('an upstream that does not answer in time is a 504, and its connection is dropped', async () => {
  const { ask, origin } = await standBetween('off', () => undefined, {
    limits: limits({ answer: 30 }),
  })
  expect(await ask(POST, /\}\n$/)).toMatch(/^HTTP\/1\.1 504 [^]*Reprise-Error: upstream_timeout/)
  await eventually(() => origin.sockets.size === 0)
})
