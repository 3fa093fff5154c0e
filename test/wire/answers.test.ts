import { describe, expect, test } from 'vitest'
import { eventually, RECORDING, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'

const HOP = /^(Connection|Keep-Alive|Transfer-Encoding):/

/** The head without what is of this hop. */
function headOf(text: string): string[] {
  return text
    .slice(0, text.indexOf('\r\n\r\n'))
    .split('\r\n')
    .filter((line) => !HOP.test(line))
}

const post = (more = '') => `POST / HTTP/1.1\r\nHost: a\r\n${more}\r\n`

describe.each(RECORDING)(
  'recording %s: the client gets what the upstream answered',
  (recording) => {
    test('reason and fields in their order and case, twice where twice, latin-1, nothing added', async () => {
      const lines = [
        'HTTP/1.1 299 Caf\xe9 d\xe9j\xe0 vu',
        'x-B: 2',
        'Set-Cookie: a=1; Path=/',
        'X-b: 1',
        'set-cookie: b=2',
        'X-Empty:',
        'Content-Length: 2',
        'Content-Disposition: attachment; filename="caf\xe9 \xc3\xa9.txt"',
        'ETag: W/"\xff"',
        '__proto__: x',
      ]
      const { ask } = await standBetween(recording, () => `${lines.join('\r\n')}\r\n\r\nok`)
      const text = await ask(post(), /ok$/)
      expect(headOf(text).map((line) => line.trim())).toEqual([lines[0], ...lines.slice(1)])
    })

    test('a Date where there was one, and no other', async () => {
      const date = 'Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n'
      const { ask } = await standBetween(recording, () => plainAnswer('ok', '200 OK', date))
      expect((await ask(post(), /ok$/)).match(/^Date:.*$/gm)).toEqual([date.trim()])
    })

    test('an empty reason stays empty', async () => {
      const { ask } = await standBetween(recording, () => plainAnswer('ok', '200 '))
      expect(await ask(post(), /ok$/)).toMatch(/^HTTP\/1\.1 200 \r\n/)
    })

    test('a reason with bytes that may not be there is passed on without them', async () => {
      const { ask } = await standBetween(recording, () => plainAnswer('ok', '200 O\x01K\x7f'))
      expect(await ask(post(), /ok$/)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    })

    test('more fields than node:http counts', async () => {
      const many = Array.from({ length: 1_500 }, (_, i) => `f${i}: 1\r\n`).join('')
      const { ask } = await standBetween(recording, () => plainAnswer('ok', '200 OK', many))
      expect((await ask(post(), /ok$/)).match(/^f\d+: 1\r$/gm)).toHaveLength(1_500)
    })

    test('fields of its hop stop here, and those that Connection names', async () => {
      const fields =
        'Connection: X-One\r\nX-One: 1\r\nProxy-Connection: close\r\nUpgrade: h2c\r\nX-Two: 2\r\n'
      const { ask } = await standBetween(recording, () => plainAnswer('ok', '200 OK', fields))
      const text = await ask(post(), /ok$/)
      expect(headOf(text)).toEqual(['HTTP/1.1 200 OK', 'Content-Length: 2', 'X-Two: 2'])
    })

    test.each([
      ['HEAD / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 700\r\n'],
      ['HEAD / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\n'],
      [post(), 'HTTP/1.1 204 No Content\r\nX-One: 1\r\n'],
      [post(), 'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 700\r\n'],
      [post(), 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n'],
    ])('%j answered by %j, without a body, on a connection that stays', async (request, head) => {
      const { origin, connect } = await standBetween(recording, () => `${head}\r\n`)
      const client = await connect()
      client.write(request)
      const text = await client.until(/\r\n\r\n/)
      expect(headOf(text)).toEqual(
        head.split('\r\n').filter((line) => line !== '' && !line.startsWith('Trailer')),
      )
      client.write(request)
      await origin.request(1)
      expect(await client.until(/\r\n\r\nHTTP\/1\.1 [^]*\r\n\r\n/)).toMatch(/\r\n\r\n$/)
    })

    test.each(['Content-Length: 4', 'Transfer-Encoding: chunked'])(
      'heads go on before there is a body: %s',
      async (framing) => {
        const { connect, origin } = await standBetween(recording, () => undefined)
        const client = await connect()
        client.write(post(`${framing}\r\n`))
        await eventually(() => origin.sockets.size === 1)
        const [upstream] = origin.sockets
        await eventually(() => upstream!.bytesRead > 0)
        expect(origin.requests).toEqual([])
        upstream!.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`)
        await client.until(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/)
      },
    )

    test('a body that only the close ends, whole', async () => {
      const { ask } = await standBetween(recording, (_noted, socket) => {
        socket.end('HTTP/1.1 200 OK\r\nX-One: 1\r\n\r\nuntil the end')
        return undefined
      })
      const text = await ask(post(), /0\r\n\r\n$/)
      expect(headOf(text)).toEqual(['HTTP/1.1 200 OK', 'X-One: 1'])
      expect(text).toMatch(/\r\n\r\nd\r\nuntil the end\r\n0\r\n\r\n$/)
    })

    test('a chunked body with trailers', async () => {
      const { ask } = await standBetween(
        recording,
        () =>
          'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n' +
          '3\r\nabc\r\n1\r\nd\r\n0\r\nX-Sum: caf\xe9\r\nx-sum: 2\r\n\r\n',
      )
      const text = await ask(post(), /0\r\n(.+\r\n)*\r\n$/)
      expect(headOf(text)).toEqual(['HTTP/1.1 200 OK', 'Trailer: X-Sum'])
      expect(text).toMatch(/abc\r\n1\r\nd\r\n0\r\nX-Sum: caf\xe9\r\nx-sum: 2\r\n\r\n$/)
    })

    test('a chunked body, to a client of HTTP/1.0 by a close', async () => {
      const { connect } = await standBetween(
        recording,
        () =>
          'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      )
      const client = await connect()
      client.write('POST / HTTP/1.0\r\n\r\n')
      const { how, text } = await client.closed()
      expect(how).toBe('end')
      expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/)
      expect(text).not.toMatch(/chunked|Trailer/)
    })

    test('100 KB of every byte, by length and in chunks', async () => {
      const body = Buffer.from(Array.from({ length: 100 * 1024 }, (_, i) => (i * 7) % 256))
      const half = body.length / 2
      const chunk = (part: Buffer) =>
        Buffer.concat([Buffer.from(`${half.toString(16)}\r\n`), part, Buffer.from('\r\n')])
      const chunked = Buffer.concat([
        Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
        chunk(body.subarray(0, half)),
        chunk(body.subarray(half)),
        Buffer.from('0\r\n\r\n'),
      ])
      const { proxy } = await standBetween(recording, ({ target }) =>
        target === '/length' ? plainAnswer(body) : chunked,
      )
      for (const target of ['/length', '/chunked']) {
        const answer = await fetch(proxy.url + target, { method: 'POST' })
        expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true)
      }
    })

    test('of an answer that is refused nothing stands behind the refusal', async () => {
      const { connect, origin } = await standBetween(recording, () => undefined)
      const client = await connect()
      client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\npart')
      await eventually(() => origin.sockets.size === 1)
      for (const socket of origin.sockets) {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: odd\r\n\r\nnot to be seen')
      }
      const { text } = await client.closed()
      expect(text).toMatch(/^HTTP\/1\.1 502 [^]*\}\n$/)
      expect(text).not.toMatch(/seen/)
    })

    test('a transfer coding that the client would not be told of is refused', async () => {
      const { ask } = await standBetween(recording, (_noted, socket) => {
        socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxxxx')
        return undefined
      })
      expect(await ask(post(), /\r\n\r\n[^]*$/)).toMatch(/^HTTP\/1\.1 502 .*\r\n/)
    })

    test('one connection carries request after request, on either side', async () => {
      const { origin, connect } = await standBetween(recording, ({ target }) => plainAnswer(target))
      const client = await connect()
      for (let i = 0; i < 20; i++) {
        client.write(`POST /${i} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx`)
        await client.until(new RegExp(`\\r\\n\\r\\n/${i}$`))
      }
      expect(new Set(origin.requests.map(({ connection }) => connection))).toEqual(new Set([0]))
    })

    test('Connection: close is honoured', async () => {
      const { connect } = await standBetween(recording)
      const client = await connect()
      client.write(post('Connection: close\r\n'))
      expect(await client.closed()).toMatchObject({ how: 'end', text: /Connection: close[^]*ok$/ })
    })
  },
)

test('a body behind a 204 that tells of one spoils no other answer', async () => {
  let send = () => {}
  const { ask, connect, origin } = await standBetween('on', ({ target }, socket) => {
    if (target === '/next') {
      send()
      socket.write(plainAnswer())
      return undefined
    }
    send = () => void socket.write('hello')
    return 'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n'
  })
  const client = await connect()
  client.write(post())
  await client.until(/^HTTP\/1\.1 204 /)
  expect(await ask(post().replace('/', '/next'), /(ok|\}\n)$/)).toMatch(/^HTTP\/1\.1 200 /)
  expect(origin.requests.map(({ connection }) => connection)).toEqual([0, 1])
})
