import { describe, expect, test } from 'vitest'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'

const CHUNKS = '2\r\nab\r\n0\r\n\r\n'

describe.each(RECORDING)(
  'recording %s: refused, and nothing of it reaches the upstream',
  (recording) => {
    test.each([
      ['two Hosts', 'POST / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n'],
      ['the same Host twice', 'POST / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n'],
      ['no Host', 'POST / HTTP/1.1\r\n\r\n'],
      ['a Host with a path', 'POST / HTTP/1.1\r\nHost: a/b\r\n\r\n'],
      ['a Host that is a list', 'POST / HTTP/1.1\r\nHost: a, b\r\n\r\n'],
      ['a fragment in the target', 'POST /a#b HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['* of another method than OPTIONS', 'POST * HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['an absolute target without a host', 'POST http:///a HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['a version that is not HTTP/1', 'POST / HTTP/2.0\r\nHost: a\r\n\r\n'],
      ['length and chunks', post('Content-Length: 3\r\nTransfer-Encoding: chunked', '0\r\n\r\n')],
      ['two lengths', post('Content-Length: 1\r\nContent-Length: 2', 'ab')],
      ['the same length twice', post('Content-Length: 2\r\nContent-Length: 2', 'ab')],
      ['a list of lengths', post('Content-Length: 2, 2', 'ab')],
      ['a signed length', post('Content-Length: +2', 'ab')],
      ['an empty length', post('Content-Length:', 'ab')],
      ['a length in hex', post('Content-Length: 0x2', 'ab')],
      ['chunked twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', CHUNKS)],
      ['chunked, chunked', post('Transfer-Encoding: chunked, chunked', CHUNKS)],
      ['gzip, chunked', post('Transfer-Encoding: gzip, chunked', CHUNKS)],
      ['chunked and not last', post('Transfer-Encoding: chunked, gzip', CHUNKS)],
      ['another coding', post('Transfer-Encoding: identity', 'ab')],
      ['nearly chunked', post('Transfer-Encoding: xchunked', CHUNKS)],
      ['chunked in HTTP/1.0', `POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`],
      ['a space before the colon', post('Transfer-Encoding : chunked', CHUNKS)],
      ['a folded field', post('X-One: 1\r\n chunked')],
      ['a NUL in a value', post('X-One: a\0b')],
      ['a bare CR in a value', post('X-One: a\rb')],
      ['a bare LF', 'POST / HTTP/1.1\nHost: a\n\n'],
      ['a chunk of no number', post('Transfer-Encoding: chunked', 'zz\r\nab\r\n0\r\n\r\n')],
      ['a byte above ASCII in the target', 'POST /\xe4 HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['a space in the target', 'POST /a b HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['a head of 100 KB', post(`X-Big: ${'x'.repeat(100_000)}`)],
      ['HTTP/2 that is none', 'PRI * HTTP/2.0\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\n\r\n'],
      [
        'a POST for WebSocket',
        post('Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2', 'ab'),
      ],
      [
        'a body before WebSocket',
        get('Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 2', 'ab'),
      ],
    ])('%s', async (_, bytes) => {
      const { origin, connect } = await standBetween(recording)
      const client = await connect()
      client.write(bytes)
      const { text } = await client.closed()
      expect(text).toMatch(/^HTTP\/1\.1 4\d\d .+\r\n[^]*Connection: close\r\n/)
      expect(origin.requests.map(({ target }) => target)).toEqual([])
    })

    test('what cannot be read behind a request is refused when that is answered', async () => {
      const { origin, connect } = await standBetween(recording, (_, socket) => {
        setTimeout(() => socket.write(plainAnswer()), 30)
        return undefined
      })
      const client = await connect()
      client.write('POST /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost : a\r\n\r\n')
      const { how, text } = await client.closed()
      expect(text).toMatch(
        /^HTTP\/1\.1 200 OK\r\n[^]*okHTTP\/1\.1 400 Bad Request\r\n[^]*Reprise-Error: request_ambiguous/,
      )
      expect(how).toBe('end')
      expect(origin.requests.map(({ target }) => target)).toEqual(['/1'])
    })

    test('a body that cannot be read is refused, and the upstream has no whole request', async () => {
      const { origin, connect } = await standBetween(recording)
      const client = await connect()
      client.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n')
      await eventually(() => origin.sockets.size === 1)
      client.write('zz\r\n')
      expect((await client.closed()).text).toMatch(/^HTTP\/1\.1 400 [^]*request_ambiguous/)
      await eventually(() => origin.sockets.size === 0)
      expect(origin.requests).toEqual([])
    })

    test('CONNECT with 501, and what follows it is not read as a request', async () => {
      const { origin, connect } = await standBetween(recording)
      const client = await connect()
      client.write(
        'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\n\r\n',
      )
      const { text } = await client.closed()
      expect(text).toMatch(
        /^HTTP\/1\.1 501 Not Implemented\r\n[^]*Reprise-Error: method_not_supported/,
      )
      expect(origin.requests).toEqual([])
    })

    test('the refusal says what was wrong, as JSON or as text', async () => {
      const { ask } = await standBetween(recording)
      const bad = (accept: string) =>
        `POST / HTTP/1.1\r\nAccept: ${accept}\r\nHost: a\r\nHost: b\r\n\r\n`
      expect(await ask(bad('*/*'), /\}\n$/)).toMatch(
        /"error":"request_ambiguous".*more than one Host/,
      )
      expect(await ask(bad('text/plain'), /field\.\n$/i)).toMatch(/\r\n\r\nThe request can be read/)
    })

    test.each([
      ['no request at all', 'nonsense\r\n\r\n', /It has a first line that is none of HTTP\/1\.1\./],
      ['a head', 'GET / HTTP/1.1\r\nHost a\r\n\r\n', /It has a field without a colon\./],
      [
        'a body',
        'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
        /It has a chunk whose size is none\./,
      ],
    ])('so does that of %s', async (_, bytes, what) => {
      const { connect } = await standBetween(recording)
      const client = await connect()
      client.write(bytes)
      const { text, how } = await client.closed()
      expect(how).toBe('end')
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400'])
      expect(text).toMatch(what)
    })

    test('a client that sends all of a large body all the same gets to read the refusal', async () => {
      const { connect } = await standBetween(recording)
      const client = await connect()
      const size = 8 * 1024 * 1024
      client.write(`POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: ${size}\r\n\r\n`)
      client.write(Buffer.alloc(size))
      expect(await client.closed()).toMatchObject({ how: 'end', text: /^HTTP\/1\.1 400 / })
    })
  },
)

function post(fields: string, body = ''): string {
  return `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`
}

function get(fields: string, body = ''): string {
  return post(fields, body).replace('POST', 'GET')
}
