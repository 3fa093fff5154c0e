import { expect, test } from 'vitest'
import { eventually, standBetween } from '../support/between.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { limits } from '../support/recorder.ts'

const POST = 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi'
const CHUNKED = 'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n'

test('below 400 is applied, 5xx failed, 4xx left unrecorded', async () => {
  const { ask, journal, proxy } = await standBetween('on', ({ target }) =>
    plainAnswer('ok', `${target.slice(1)} Odd`),
  )
  for (const status of [200, 302, 404, 500, 503]) {
    await ask(`POST /${status} HTTP/1.1\r\nHost: a\r\n\r\n`, /ok$/)
  }
  expect(journal.entries().map(({ response, verdict }) => [response!.status, verdict])).toEqual([
    ...[[200, 'applied']],
    ...[[302, 'applied']],
    ...[[500, 'failed']],
    ...[[503, 'failed']],
  ])
  expect(proxy.counts).toMatchObject({ forwarded: 5, recorded: 4, excluded: { status: 1 } })
})

test('an entry holds the exchange as it was on the wire', async () => {
  const { ask, journal } = await standBetween('on', () =>
    plainAnswer('made', '201 Made', 'X-b: 1\r\n'),
  )
  await ask(
    `PUT /a%2Fb?c HTTP/1.1\r\nhost: a\r\nX-B: \xe9\r\nTransfer-Encoding: chunked\r\n\r\n` +
      '2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n',
    /made$/,
  )
  const [entry] = journal.entries()
  expect(entry!.request).toMatchObject({
    method: 'PUT',
    target: '/a%2Fb?c',
    httpVersion: '1.1',
    fields: ['host', 'a', 'X-B', '\xe9', 'Transfer-Encoding', 'chunked'],
    body: { bytes: Buffer.from('hi'), length: 2, capture: 'complete', trailers: ['X-Sum', '1'] },
  })
  expect(entry!.response).toMatchObject({ status: 201, reason: 'Made' })
  expect(entry!.response!.fields.slice(-2)).toEqual(['X-b', '1'])
  expect(entry!.answeredAt!).toBeGreaterThanOrEqual(entry!.arrivedAt)
  expect(entry!.sender.address).toBe('127.0.0.1')
})

test('an upstream that refuses connections: 502, and unrecorded', async () => {
  const gone = await startRawOrigin()
  await gone.close()
  const { ask, journal, proxy } = await standBetween('on', undefined, { target: new URL(gone.url) })
  await ask(POST, /502 [^]*\}\n$/)
  expect(journal.entries()).toEqual([])
  expect(proxy.counts).toMatchObject({ forwarded: 1, excluded: { not_delivered: 1 } })
})

test('an upstream that resets after the request: 502, and in doubt', async () => {
  const { ask, journal, proxy } = await standBetween('on', (_noted, socket) => {
    socket.resetAndDestroy()
    return undefined
  })
  await ask(POST, /502 [^]*\}\n$/)
  const [entry] = await journal.stored(1)
  expect(entry).toMatchObject({ cause: 'upstream_reset', delivery: 'whole', response: null })
  expect(entry!.request.body).toMatchObject({ bytes: Buffer.from('hi'), capture: 'complete' })
  await eventually(() => proxy.counts!.inDoubt === 1)
})

test('an upstream that does not answer: 504, and in doubt', async () => {
  const time = holdTimeouts(4_321)
  const { ask, journal, origin } = await standBetween('on', () => undefined, {
    limits: limits({ answer: 4_321 }),
  })
  const answer = ask(POST, /504 [^]*\}\n$/)
  await origin.request(0)
  time.pass()
  await answer
  const [entry] = await journal.stored(1)
  expect(entry).toMatchObject({ verdict: 'in_doubt', cause: 'upstream_timeout', answeredAt: null })
})

test('a client gone before the answer: in doubt, and still told who it was', async () => {
  const { connect, journal, origin } = await standBetween('on', () => undefined)
  const client = await connect()
  client.write(POST)
  await origin.request(0)
  client.socket.destroy()
  const [entry] = await journal.stored(1)
  expect(entry).toMatchObject({
    verdict: 'in_doubt',
    cause: 'client_gone',
    sender: { address: '127.0.0.1' },
  })
})

test('a request that was not sent to its end: in doubt, and known to be a part', async () => {
  const { connect, journal, origin, proxy } = await standBetween('on', () => undefined)
  for (const bytes of [POST.slice(0, -1), `${CHUNKED}2\r\nhi\r\n`]) {
    const client = await connect()
    client.write(bytes)
    await eventually(() => [...origin.sockets].some((socket) => socket.bytesRead > 0))
    client.socket.destroy()
    await eventually(() => origin.sockets.size === 0)
  }
  await eventually(() => proxy.counts!.inDoubt === 2)
  for (const entry of journal.entries()) {
    expect(entry).toMatchObject({ verdict: 'in_doubt', cause: 'client_gone', delivery: 'part' })
    expect(entry.request.body.capture).toBe('aborted')
  }
})

test('a cut answer is recorded as answered, its body as aborted', async () => {
  const { connect, journal } = await standBetween('on', (_noted, socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart')
    return undefined
  })
  const client = await connect()
  client.write(POST)
  await client.closed()
  const [entry] = await journal.stored(1)
  expect(entry).toMatchObject({ verdict: 'applied' })
  expect(entry!.response!.body).toMatchObject({ bytes: Buffer.from('part'), capture: 'aborted' })
})

test('an answer that a reset ended, though it declared no end, is recorded as aborted', async () => {
  const { connect, journal, origin } = await standBetween('on', () => 'HTTP/1.1 200 OK\r\n\r\npart')
  const client = await connect()
  client.write(POST)
  await client.until(/part/)
  for (const socket of origin.sockets) socket.resetAndDestroy()
  await client.closed()
  const [entry] = await journal.stored(1)
  expect(entry!.response!.body.capture).toBe('aborted')
})

test('an answer that came before the end of its request waits for it: the entry is whole', async () => {
  const { connect, journal, origin } = await standBetween('on')
  const client = await connect()
  client.write(`${CHUNKED}2\r\nhi\r\n`)
  await eventually(() => origin.sockets.size === 1)
  for (const socket of origin.sockets) socket.write(plainAnswer())
  await eventually(() => [...origin.sockets].some((socket) => socket.bytesWritten > 0))
  client.write('3\r\n you\r\n0\r\n\r\n'.replace('3', '4'))
  await client.until(/ok$/)
  const [entry] = await journal.stored(1)
  expect(entry!.request.body).toMatchObject({ bytes: Buffer.from('hi you'), capture: 'complete' })
})

test('a client that leaves with its whole answer unread is recorded all the same', async () => {
  const { connect, journal, origin, proxy } = await standBetween('on', () =>
    plainAnswer(Buffer.alloc(8_000_000)),
  )
  const client = await connect()
  client.socket.pause()
  client.write(POST)
  await origin.request(0)
  client.socket.destroy()
  const [entry] = await journal.stored(1)
  expect(entry).toMatchObject({ verdict: expect.stringMatching(/applied|in_doubt/) })
  await eventually(() => proxy.counts!.recorded + proxy.counts!.inDoubt === 1)
})

test('what is in flight at shutdown is in doubt, and recorded before it ends', async () => {
  const { connect, journal, origin, proxy } = await standBetween('on', () => undefined)
  const client = await connect()
  client.write(POST)
  await origin.request(0)
  await proxy.close(0)
  expect(journal.entries()).toMatchObject([{ verdict: 'in_doubt', cause: 'client_gone' }])
})

test('shutdown does not wait for a connection that is kept', async () => {
  const { connect, origin, proxy } = await standBetween('on', () => undefined)
  const client = await connect()
  client.write(POST)
  await origin.request(0)
  const closing = proxy.close(60_000)
  for (const socket of origin.sockets) socket.write(plainAnswer())
  await client.until(/ok$/)
  await closing
  expect((await client.closed()).how).toBe('end')
})

test('an answer that a shutdown cuts is recorded as answered, before it ends', async () => {
  const { connect, journal, proxy } = await standBetween('on', () => {
    return 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n'
  })
  const client = await connect()
  client.write(POST)
  await client.until(/part/)
  await proxy.close(0)
  expect(journal.entries()).toMatchObject([
    { verdict: 'applied', response: { body: { capture: 'aborted' } } },
  ])
  expect(proxy.counts).toMatchObject({ forwarded: 1, recorded: 1 })
})
