import { describe, expect, test } from 'vitest'
import { type ProxyOptions } from '../../proxy/proxy.ts'
import { ask, connectHttp2, got } from '../support/http2-client.ts'
import { answerOk, bodyOf, startHttp2Origin, type Serve } from '../support/http2-origin.ts'
import { connectRaw } from '../support/raw-http.ts'
import { recordingOptions, startRecorder } from '../support/recorder.ts'
import { stubJournal } from '../support/stub-journal.ts'

// An upstream of HTTP/2 without TLS (--upstream-http2 on), before clients of both protocols.

const MODES = ['off', 'commit', 'intent'] as const

async function stand(mode: (typeof MODES)[number], serve?: Serve, changes?: Partial<ProxyOptions>) {
  const origin = await startHttp2Origin(serve)
  const journal = stubJournal()
  const proxy = await startRecorder(origin.url, mode === 'off' ? null : journal, {
    upstreamHttp2: 'on',
    ...(mode !== 'off' && { recording: recordingOptions({ durability: mode }) }),
    ...changes,
  })
  const session = connectHttp2(proxy.url)
  const askRaw = async (bytes: string, until: RegExp) => {
    const client = await connectRaw(proxy.url)
    client.write(bytes)
    return client.until(until)
  }
  return { origin, journal, proxy, session, askRaw }
}

const POST = { ':method': 'POST', ':path': '/a%2Fb?c=1' }

/** Answers with what it got. */
const echo: Serve = ({ stream }) => {
  stream.respond({ ':status': 200 })
  stream.pipe(stream)
}

describe.each(MODES)('recording %s: an upstream of HTTP/2', (mode) => {
  test('has the target, the fields and the body of a client of HTTP/2, and it the answer', async () => {
    const { origin, session } = await stand(mode, async ({ stream }) => {
      const body = await bodyOf(stream)
      stream.respond({ ':status': 201, 'x-one': '1', 'set-cookie': ['a', 'b'] })
      stream.end(`got ${body.toString()}`)
    })
    const head = {
      ...POST,
      ':authority': 'shop.test',
      'content-length': 2,
      'x-b': 'é',
      te: 'trailers',
    }
    const {
      head: answer,
      body,
      code,
    } = await ask(session, { ...head, cookie: ['a=1', 'b=2'] }, 'hi')
    expect(origin.calls[0]!.fields).toEqual([
      ...[':method', 'POST', ':scheme', 'http', ':authority', 'shop.test', ':path', '/a%2Fb?c=1'],
      ...['content-length', '2', 'x-b', 'é', 'cookie', 'a=1; b=2', 'te', 'trailers'],
    ])
    expect(answer).toMatchObject({ ':status': 201, 'x-one': '1', 'set-cookie': ['a', 'b'] })
    expect(Object.keys(answer)).not.toContain('content-length')
    expect([body.toString(), code]).toEqual(['got hi', 0])
  })

  test('has those of a client of HTTP/1.1, without what is of a connection', async () => {
    const bodies: string[] = []
    const { origin, askRaw } = await stand(mode, async ({ stream }) => {
      bodies.push((await bodyOf(stream)).toString())
      stream.respond({ ':status': 404, 'content-length': 2 })
      stream.end('no')
    })
    const answer = await askRaw(
      'POST /x HTTP/1.1\r\nHost: shop.test\r\nX-A: 1\r\nReferer: a\r\nReferer: a\r\nX-B: 2\r\nX-A: 3\r\nCookie: a\r\nCookie: b\r\n' +
        'Connection: X-Gone, keep-alive\r\nX-Gone: 1\r\nKeep-Alive: 5\r\n' +
        'Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n',
      /no$/,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\ncontent-length: 2\r\n/)
    expect(origin.calls[0]!.fields).toEqual([
      ...[':method', 'POST', ':scheme', 'http', ':authority', 'shop.test', ':path', '/x'],
      ...['x-a', '1', 'x-a', '3', 'referer', 'a', 'x-b', '2', 'cookie', 'a', 'cookie', 'b'],
    ])
    expect(bodies).toEqual(['hi'])
  })

  test.each([
    ['no body', undefined],
    ['an empty one', ''],
    ['a small one', 'x'],
    ['a large one', 'abcdefgh'.repeat(512 * 1024)],
  ])('%s passes both ways', async (_, body) => {
    const { session } = await stand(mode, echo)
    const answer = await ask(session, POST, body)
    expect(answer.body.toString() === (body ?? '')).toBe(true)
    expect(answer).toMatchObject({ head: { ':status': 200 }, code: 0 })
  })

  test('trailers pass both ways', async () => {
    const received: string[] = []
    const { session } = await stand(mode, ({ stream }) => {
      stream.on('trailers', (trailers) => received.push(trailers['x-mine'] as string))
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7' }))
      stream.resume()
      stream.on('end', () => stream.end('ok'))
    })
    const stream = session.request(POST, { endStream: false, waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-mine': '8' }))
    stream.end('hi')
    const { body, trailers } = await got(stream)
    expect([body.toString(), trailers['x-sum'], received]).toEqual(['ok', '7', ['8']])
  })

  test('trailers pass to a client of HTTP/1.1', async () => {
    const { askRaw } = await stand(mode, ({ stream }) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true })
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7' }))
      stream.end('ok')
    })
    const text = await askRaw(
      'PUT / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n',
      /\r\n0\r\n[^]*\r\n\r\n$/,
    )
    expect(text).toMatch(/\r\n2\r\nok\r\n0\r\nx-sum: 7\r\n\r\n$/)
  })

  test('answers without a body, and interim ones', async () => {
    const { session } = await stand(mode, ({ stream, fields }) => {
      const [, method, , , , , , path] = fields
      if (path === '/204') stream.respond({ ':status': 204, 'x-one': '1' }, { endStream: true })
      else if (method === 'HEAD') {
        stream.respond({ ':status': 200, 'content-length': '5' }, { endStream: true })
      } else {
        stream.additionalHeaders({ ':status': 103, link: '<a>' })
        answerOk({ stream })
      }
    })
    const asked = (method: string, path: string) =>
      ask(session, { ':method': method, ':path': path })
    expect(await asked('POST', '/204')).toMatchObject({ head: { ':status': 204, 'x-one': '1' } })
    expect(await asked('HEAD', '/')).toMatchObject({ head: { 'content-length': '5' }, code: 0 })
    const { interim, body } = await asked('POST', '/')
    expect(interim).toMatchObject([{ ':status': 103, link: '<a>' }])
    expect(body.toString()).toBe('ok')
  })

  test('a client that expects 100 hears it', async () => {
    const { askRaw } = await stand(mode, async ({ stream }) => {
      stream.additionalHeaders({ ':status': 100 })
      const body = await bodyOf(stream)
      stream.respond({ ':status': 200 })
      stream.end(body)
    })
    const text = await askRaw(
      'PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
      /hi\r\n0\r\n\r\n$/,
    )
    expect(text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
  })

  test('an answer before the end of its request', async () => {
    const { session, origin } = await stand(mode, answerOk)
    const stream = session.request(POST, { endStream: false })
    stream.write('part')
    const answer = got(stream)
    if (mode !== 'off') {
      await new Promise((resolve) => stream.once('response', resolve))
      stream.end('rest')
    }
    expect((await answer).body.toString()).toBe('ok')
    expect((await ask(session, POST, 'x')).body.toString()).toBe('ok')
    expect(origin.calls.length).toBe(2)
  })

  test('exchanges share a connection and do not wait for each other', async () => {
    const { session, origin } = await stand(mode, (call) => {
      if (!call.fields.includes('/slow')) answerOk(call)
    })
    const slow = ask(session, { ':method': 'POST', ':path': '/slow' })
    const others = Array.from({ length: 50 }, () => ask(session, POST, 'x'))
    for (const { body } of await Promise.all(others)) expect(body.toString()).toBe('ok')
    expect(origin.sessions.size).toBe(1)
    answerOk(origin.calls.find(({ fields }) => fields.includes('/slow'))!)
    expect((await slow).body.toString()).toBe('ok')
  })

  test('WebSocket is asked for by HTTP/1.1', async () => {
    const { askRaw, session } = await stand(mode)
    await ask(session, POST, 'x')
    const text = await askRaw(
      'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
      /\}\n$/,
    )
    expect(text).toMatch(/^HTTP\/1\.1 502 [^]*Reprise-Error: upstream_failed/)
  })
})

test('an entry has the answer as it came, with its trailers', async () => {
  const { session, journal } = await stand('commit', ({ stream }) => {
    stream.respond({ ':status': 200, 'x-one': '1' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7' }))
    stream.end('ok')
  })
  await ask(session, POST, 'hi')
  const [entry] = await journal.stored(1)
  expect(entry).toMatchObject({ verdict: 'applied', request: { httpVersion: '2.0' } })
  expect(entry!.response).toMatchObject({
    status: 200,
    reason: '',
    body: { trailers: ['x-sum', '7'] },
  })
  expect(entry!.response!.fields.slice(0, 2)).toEqual(['x-one', '1'])
})

test('what HTTP/2 cannot say is refused, and nothing is sent', async () => {
  const { askRaw, origin } = await stand('commit')
  const text = await askRaw('PUT / HTTP/1.1\r\nHost:\r\n\r\n', /\}\n$/)
  expect(text).toMatch(/^HTTP\/1\.1 400 [^]*Reprise-Error: request_ambiguous/)
  expect(origin.calls).toEqual([])
})
