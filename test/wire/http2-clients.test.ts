import { once } from 'node:events'
import http2 from 'node:http2'
import net from 'node:net'
import { describe, expect, test } from 'vitest'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { ask, connectHttp2, got } from '../support/http2-client.ts'
import { plainAnswer, type Answer } from '../support/raw-http.ts'
import { connections, limits, recordingOptions } from '../support/recorder.ts'
import type { ProxyOptions } from '../../proxy/proxy.ts'

// HTTP/2 by prior knowledge, on the port of HTTP/1.1 (RFC 9113 section 3.3).

async function standWithHttp2(
  recording: (typeof RECORDING)[number],
  answer?: Answer,
  changes: Partial<ProxyOptions> = {},
) {
  const stand = await standBetween(recording, answer, changes)
  return { ...stand, session: connectHttp2(stand.proxy.url) }
}

const POST = { ':method': 'POST', ':path': '/a%2Fb?c=1' }

describe.each(RECORDING)('recording %s: a client of HTTP/2', (recording) => {
  test('reaches an upstream of HTTP/1.1 with its target, its fields and its body', async () => {
    const { origin, session } = await standWithHttp2(recording, () =>
      plainAnswer('ok', '201 Made', 'X-One: 1\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n'),
    )
    const { head, body, code } = await ask(
      session,
      { ...POST, 'content-length': 2, 'x-b': '2', cookie: ['a=1', 'b=2'], te: 'trailers' },
      'hi',
    )
    expect(origin.requests[0]).toMatchObject({ method: 'POST', target: '/a%2Fb?c=1' })
    expect(origin.requests[0]!.body.toString()).toBe('hi')
    expect(origin.requests[0]!.fields).toEqual([
      ...['host', session.socket.remoteAddress + ':' + session.socket.remotePort],
      ...['content-length', '2', 'x-b', '2', 'cookie', 'a=1; b=2', 'Connection', 'keep-alive'],
    ])
    expect(head).toMatchObject({
      ...{ ':status': 201, 'content-length': '2', 'x-one': '1', 'set-cookie': ['a', 'b'] },
    })
    expect(Object.keys(head)).not.toContain('date')
    expect([body.toString(), code]).toEqual(['ok', 0])
  })

  test.each([
    ['no body', undefined, ['DELETE'], undefined],
    ['a body of no length', 'x'.repeat(100_000), ['PUT', 'Transfer-Encoding'], 'chunked'],
  ])('%s is framed as HTTP/1.1 has it', async (_, sent, [method], coding) => {
    const { origin, session } = await standWithHttp2(recording)
    await ask(session, { ':method': method, ':path': '/' }, sent)
    const { fields, body } = origin.requests[0]!
    const at = fields.findIndex((name) => name.toLowerCase() === 'transfer-encoding')
    expect(at === -1 ? undefined : fields[at + 1]).toBe(coding)
    expect(body.toString()).toBe(sent ?? '')
  })

  test('trailers pass both ways', async () => {
    const { origin, session } = await standWithHttp2(
      recording,
      () => 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n',
    )
    const stream = session.request(POST, { endStream: false, waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-mine': '8' }))
    stream.end('hi')
    const { body, trailers } = await got(stream)
    expect([body.toString(), trailers['x-sum']]).toEqual(['ok', '7'])
    expect(origin.requests[0]!.body.toString()).toBe('hi')
  })

  test('answers without a body, and interim ones', async () => {
    const { session } = await standWithHttp2(recording, ({ method, target }) => {
      if (target === '/204') return 'HTTP/1.1 204 No\r\nX-One: 1\r\n\r\n'
      if (method === 'HEAD') return 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'
      if (target === '/empty') return plainAnswer('')
      return `HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n${plainAnswer().toString()}`
    })
    const asked = (method: string, path: string) =>
      ask(session, { ':method': method, ':path': path })
    expect(await asked('POST', '/204')).toMatchObject({ head: { ':status': 204, 'x-one': '1' } })
    expect(await asked('HEAD', '/')).toMatchObject({ head: { ':status': 200 }, code: 0 })
    expect((await asked('POST', '/empty')).head).toMatchObject({ 'content-length': '0' })
    const { interim, body } = await asked('POST', '/')
    expect(interim).toMatchObject([{ ':status': 103, link: '<a>' }])
    expect(body.toString()).toBe('ok')
  })

  test('streams of one connection do not wait for each other', async () => {
    const { origin, session } = await standWithHttp2(recording, ({ target }) =>
      target === '/slow' ? undefined : plainAnswer(target),
    )
    const slow = ask(session, { ':method': 'POST', ':path': '/slow' })
    await origin.request(0)
    const others = Array.from({ length: 100 }, (_, i) =>
      ask(session, { ':method': 'POST', ':path': `/${i}` }, 'x'),
    )
    const answers = await Promise.all(others)
    expect(answers.map(({ body }) => body.toString())).toEqual(answers.map((_, i) => `/${i}`))
    session.close()
    for (const socket of origin.sockets) socket.destroy()
    expect((await slow).head[':status']).toBe(502)
  })

  test('a stream that the client cancels frees the upstream, and nothing else', async () => {
    const { origin, session, journal } = await standWithHttp2(recording, ({ target }) =>
      target === '/hang' ? undefined : plainAnswer(),
    )
    const stream = session.request({ ':method': 'POST', ':path': '/hang' }, { endStream: true })
    await origin.request(0)
    stream.close(http2.constants.NGHTTP2_CANCEL)
    await eventually(() => origin.sockets.size === 0)
    expect((await ask(session, POST)).body.toString()).toBe('ok')
    if (recording === 'off') return
    await journal.stored(2)
    expect(journal.entries()).toContainEqual(
      expect.objectContaining({ verdict: 'in_doubt', cause: 'client_gone', delivery: 'whole' }),
    )
  })

  test('an answer that the upstream cuts is a stream that is reset', async () => {
    const { session } = await standWithHttp2(
      recording,
      (_, socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart'),
    )
    const { head, body, code } = await ask(session, POST)
    expect([head[':status'], body.toString()]).toEqual([200, 'part'])
    expect(code).toBe(http2.constants.NGHTTP2_INTERNAL_ERROR)
  })

  test('large bodies pass both ways', async () => {
    const size = 4 * 1024 * 1024
    const { origin, session } = await standWithHttp2(recording, ({ body }) => plainAnswer(body))
    const sent = 'abcdefgh'.repeat(size / 8)
    const { body } = await ask(session, POST, sent)
    expect(body.length).toBe(size)
    expect(origin.requests[0]!.body.toString() === sent).toBe(true)
  })

  test('what is refused is refused in the words of the proxy', async () => {
    const { session, origin } = await standWithHttp2(recording, () => undefined, {
      limits: limits({ answer: 300 }),
    })
    const twoHosts = await ask(session, { ...POST, ':authority': 'a', host: 'b' })
    expect(twoHosts.head).toMatchObject({ ':status': 400, 'reprise-error': 'request_ambiguous' })
    const connect = await ask(session, { ':method': 'CONNECT', ':authority': 'a:1' }, '')
    expect(connect.head).toMatchObject({ ':status': 501, 'reprise-error': 'method_not_supported' })
    expect(origin.requests).toEqual([])
    expect((await ask(session, POST)).head).toMatchObject({ ':status': 504 })
  })

  test('a session on which nothing comes ends', async () => {
    const { session } = await standWithHttp2(recording, undefined, {
      connections: connections({ keepAlive: 100 }),
    })
    await ask(session, POST)
    await once(session, 'close')
  })

  test('the end of the proxy waits for what runs, and takes nothing new', async () => {
    const { proxy, session, origin } = await standWithHttp2(recording, () => undefined)
    const running = ask(session, POST)
    await origin.request(0)
    const closed = proxy.close(5_000)
    await once(session, 'goaway')
    for (const socket of origin.sockets) socket.write(plainAnswer())
    expect((await running).body.toString()).toBe('ok')
    await closed
  })

  test('off: such a client is told in HTTP/1.1', async () => {
    const { connect } = await standBetween(recording, undefined, {
      connections: connections({ http2: 'off' }),
    })
    const client = await connect()
    client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    await client.closed()
  })
})

test('an entry tells that it came by HTTP/2, with the fields as HTTP/1.1 has them', async () => {
  const { journal, session } = await standWithHttp2('on')
  await ask(session, { ...POST, 'x-b': '2' }, 'hi')
  const [entry] = await journal.stored(1)
  expect(entry!.request).toMatchObject({ method: 'POST', target: '/a%2Fb?c=1', httpVersion: '2.0' })
  expect(entry!.request.fields.slice(2)).toEqual(['x-b', '2'])
  expect(entry!.request.body.bytes.toString()).toBe('hi')
})

test('an empty body that ends while its mutation is announced is one', async () => {
  const { origin, session } = await standWithHttp2('on', undefined, {
    recording: recordingOptions({ durability: 'intent' }),
  })
  expect((await ask(session, POST, '')).body.toString()).toBe('ok')
  expect(origin.requests[0]!.body.length).toBe(0)
})

test('its end is withheld until the entry is durable', async () => {
  const { journal, session } = await standWithHttp2('on')
  journal.hold()
  const stream = session.request(POST, { endStream: true })
  let ended = false
  const answer = got(stream).then((all) => {
    ended = true
    return all
  })
  await journal.asked(1)
  expect((await ask(session, { ':path': '/read' })).body.toString()).toBe('ok')
  expect(ended).toBe(false)
  journal.release()
  expect((await answer).body.toString()).toBe('ok')
})

test('so is that of a 205, which node:http2 ends with its head', async () => {
  let end = () => {}
  const { journal, session } = await standWithHttp2('on', ({ target }, socket) => {
    if (target === '/read') return plainAnswer()
    end = () => void socket.write('1\r\nx\r\n0\r\n\r\n')
    return 'HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n'
  })
  journal.hold()
  const stream = session.request(POST, { endStream: true })
  let isAnswered = false
  stream.on('response', () => (isAnswered = true))
  const answer = got(stream)
  for (let i = 0; i < 3; i++) await ask(session, { ':path': '/read' })
  end()
  await journal.asked(1)
  expect(isAnswered).toBe(false)
  journal.release()
  expect(await answer).toMatchObject({ head: { ':status': 205 }, code: 0 })
})

test('a body that has its length is not over before its stream is', async () => {
  const { origin, session } = await standWithHttp2('on')
  const stream = session.request({ ...POST, 'content-length': 2 }, { endStream: false })
  stream.write('hi')
  await ask(session, { ':path': '/read' })
  expect(origin.requests.map(({ target }) => target)).toEqual(['/read'])
  stream.end()
  expect((await got(stream)).body.toString()).toBe('ok')
})

test('HTTP/1.1 whose first bytes come one by one is told from HTTP/2', async () => {
  const { connect, origin } = await standBetween('off')
  const client = await connect()
  client.socket.setNoDelay(true)
  for (const byte of 'PUT / HTTP/1.1\r\nHost: a\r\n\r\n') {
    client.write(byte)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await client.until(/ok$/)
  expect(origin.requests[0]!.method).toBe('PUT')
})

test('a connection that says nothing, or garbage of HTTP/2, is closed', async () => {
  const { proxy, connect } = await standBetween('off', undefined, {
    connections: connections({ headTimeout: 200 }),
  })
  const silent = await connect()
  await silent.closed()
  const garbage = net.connect(Number(new URL(proxy.url).port), '127.0.0.1')
  garbage.on('error', () => {})
  garbage.write(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${'x'.repeat(1_000)}`)
  garbage.resume()
  await once(garbage, 'close')
})
