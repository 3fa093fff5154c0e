import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { listenRaw, RECORDING, standBetween } from '../support/between.ts'

const ANSWERED = /HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/

describe.each(RECORDING)('recording %s: the upstream gets what the client sent', (recording) => {
  test.each([
    '/a%2Fb',
    '//',
    '//other.example/a',
    '/a/../b/./c',
    '/a;b=c;d',
    '/?',
    '/a?',
    '/a?b=1&b=2&&=&c',
    '/a?q=%00%zz+?/..',
    '/a%20b?c=%C3%A4',
    "/!$&'()*+,;=:@-._~",
    '/a|b"<>^`{}\\',
    '/a?save=0',
    `/${'x'.repeat(8_000)}`,
  ])('target %s', async (target) => {
    const { origin, ask } = await standBetween(recording)
    await ask(`POST ${target} HTTP/1.1\r\nHost: a\r\n\r\n`, ANSWERED)
    expect(origin.requests[0]!.head.split('\r\n')[0]).toBe(`POST ${target} HTTP/1.1`)
  })

  test('fields in their order and case, twice where twice, empty where empty, latin-1', async () => {
    const { origin, ask } = await standBetween(recording)
    const lines = [
      'X-b: 2',
      'hOST: example.test:81',
      'x-B: 1',
      'X-Empty:',
      'Cookie: a=1',
      'Cookie: b=2',
      'Set-Cookie: odd',
      'Authorization: Basic eDp5',
      'Accept-Encoding: gzip',
      'Content-Length: 2',
      'X-Latin: caf\xe9 \xff\x80',
      'Content-Disposition: form-data; name="caf\xe9 \xc3\xa9"',
      '__proto__: x',
      'Date: yesterday',
    ]
    await ask(`PUT / HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\nhi`, ANSWERED)
    const got = origin.requests[0]!.head.split('\r\n').slice(1)
    expect(got.map((line) => line.trim())).toEqual([...lines, 'Connection: keep-alive'])
  })

  test('latin-1 fields beside Expect', async () => {
    const { origin, ask } = await standBetween(recording)
    await ask(
      'POST / HTTP/1.1\r\nHost: a\r\nX-Latin: caf\xe9\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
      ANSWERED,
    )
    expect(origin.requests[0]!.head).toContain('X-Latin: caf\xe9\r\nExpect: 100-continue')
  })

  test('more fields than node:http counts, the length of the body among the last', async () => {
    const { origin, ask } = await standBetween(recording)
    const many = Array.from({ length: 1_500 }, (_, i) => `f${i}:\r\n`).join('')
    await ask(`POST / HTTP/1.1\r\nHost: a\r\n${many}Content-Length: 2\r\n\r\nhi`, ANSWERED)
    expect(origin.requests[0]!.fields).toHaveLength(2 * (1_500 + 3))
    expect(origin.requests[0]!.body.toString()).toBe('hi')
  })

  test('fields of this hop stop here, and those that Connection names', async () => {
    const { origin, ask } = await standBetween(recording)
    await ask(
      'POST / HTTP/1.1\r\nHost: a\r\nConnection: x-one, Keep-Alive, Host\r\nX-One: 1\r\n' +
        'Keep-Alive: timeout=5\r\nTE: trailers\r\nProxy-Connection: close\r\nX-Two: 2\r\n\r\n',
      ANSWERED,
    )
    const { fields } = origin.requests[0]!
    expect(fields).toEqual(['Host', 'a', 'X-Two', '2', 'Connection', 'keep-alive'])
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'OPTIONS'])(
    '%s without a body gets no framing invented',
    async (method) => {
      const { origin, ask } = await standBetween(recording)
      await ask(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, ANSWERED)
      expect(origin.requests[0]!.fields).toEqual(['Host', 'a', 'Connection', 'keep-alive'])
    },
  )

  test('an empty body stays what it was: a length of 0, or a last chunk', async () => {
    const { origin, ask } = await standBetween(recording)
    await ask('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n', ANSWERED)
    await ask('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', ANSWERED)
    expect(origin.requests[0]!.head).toContain('Content-Length: 0')
    expect(origin.requests[1]!.head).toContain('Transfer-Encoding: chunked')
    expect(origin.requests[1]!.head).not.toContain('Content-Length')
  })

  test.each(['POST', 'DELETE', 'OPTIONS', 'GET', 'HEAD', 'PURGE'])(
    'a chunked %s whose body spells a request arrives as one request',
    async (method) => {
      const { origin, connect } = await standBetween(recording)
      const spelled = 'POST /smuggled HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'
      const client = await connect()
      const chunk = `${spelled.length.toString(16)}\r\n${spelled}\r\n0\r\n\r\n`
      client.write(`${method} / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`)
      await client.until(/200 OK/)
      client.write('POST /next HTTP/1.1\r\nHost: a\r\n\r\n')
      await origin.request(1)
      expect(origin.requests.map(({ target }) => target)).toEqual(['/', '/next'])
      expect(origin.requests[0]!.body.toString()).toBe(spelled)
      expect(origin.requests[0]!.head).toContain('Transfer-Encoding: chunked')
    },
  )

  const BODIES: [string, Buffer][] = [
    ['every byte', Buffer.from(Array.from({ length: 256 }, (_, i) => i))],
    ['gzip', gzipSync('{"a":1}')],
    ['5 MB', Buffer.alloc(5 * 1024 * 1024, 'reprise')],
  ]
  test.each(BODIES)('a body of %s, by length', async (_, body) => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    client.write(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: x\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    client.write(body)
    await client.until(ANSWERED)
    expect(origin.requests[0]!.body.equals(body)).toBe(true)
    expect(origin.requests[0]!.head).not.toContain('Transfer-Encoding')
  })

  test.each(BODIES)('a body of %s, in chunks', async (_, body) => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    const size = body.length > 1_000 ? 70_001 : 1
    for (let at = 0; at < body.length; at += size) {
      const part = body.subarray(at, at + size)
      client.write(`${part.length.toString(16)}\r\n`)
      client.write(part)
      client.write('\r\n')
    }
    client.write('0\r\n\r\n')
    await client.until(ANSWERED)
    expect(origin.requests[0]!.body.equals(body)).toBe(true)
  })

  test('trailers, also where no field announces them', async () => {
    const heard = await listenRaw(/\r\n\r\n0\r\n[^]*\r\n\r\n$|0\r\n(.+\r\n)+\r\n$/)
    const { connect } = await standBetween(recording, undefined, { target: new URL(heard.url) })
    const client = await connect()
    client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n')
    client.write('0\r\nX-Sum: caf\xe9\r\nx-sum: 2\r\n\r\n')
    await client.until(ANSWERED)
    expect(heard.text()).toMatch(/2\r\nhi\r\n0\r\nX-Sum: caf\xe9\r\nx-sum: 2\r\n\r\n$/)
  })

  test('Trailer is not held against a request that has none', async () => {
    const { origin, ask } = await standBetween(recording)
    await ask(
      'POST / HTTP/1.1\r\nHost: a\r\nTrailer: X-Sum\r\nContent-Length: 2\r\n\r\nhi',
      ANSWERED,
    )
    expect(origin.requests[0]!.body.toString()).toBe('hi')
  })

  test('from a client of HTTP/1.0, as HTTP/1.1 with a Host', async () => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    client.write('POST /old HTTP/1.0\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nhi')
    const { how } = await client.closed()
    expect(how).toBe('end')
    expect(client.received()).toMatch(ANSWERED)
    expect(origin.requests[0]!.fields.slice(0, 4)).toEqual([
      ...['Host', new URL(origin.url).host],
      ...['X-One', '1'],
    ])
  })

  test.each([
    ['POST http://shop.test/a?b HTTP/1.1', 'POST /a?b HTTP/1.1', 'shop.test'],
    ['POST HTTP://shop.test:81 HTTP/1.1', 'POST / HTTP/1.1', 'shop.test:81'],
    ['POST http://shop.test?b HTTP/1.1', 'POST /?b HTTP/1.1', 'shop.test'],
    ['POST http://ann:pw@shop.test/a HTTP/1.1', 'POST /a HTTP/1.1', 'shop.test'],
    ['OPTIONS http://shop.test HTTP/1.1', 'OPTIONS * HTTP/1.1', 'shop.test'],
    ['OPTIONS * HTTP/1.1', 'OPTIONS * HTTP/1.1', 'a'],
  ])('%s goes on as %s', async (line, expected, host) => {
    const { origin, ask } = await standBetween(recording)
    await ask(`${line}\r\nHost: a\r\n\r\n`, ANSWERED)
    expect(origin.requests[0]!.head.split('\r\n').slice(0, 2)).toEqual([expected, `Host: ${host}`])
  })
})
