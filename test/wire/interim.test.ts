import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { RECORDING, standBetween } from '../support/between.ts'
import { plainAnswer } from '../support/raw-http.ts'

describe.each(RECORDING)('recording %s', (recording) => {
  const EXPECTING =
    'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n'

  test('100 Continue comes from the upstream, and only then the body goes', async () => {
    const { origin, connect } = await standBetween(recording)
    const client = await connect()
    client.write(EXPECTING)
    const [socket] = await originSockets(origin)
    const head = await heard(socket!)
    expect(head).toContain('Expect: 100-continue')
    expect(client.received()).toBe('')
    socket!.write('HTTP/1.1 100 Continue\r\n\r\n')
    await client.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    client.write('hello')
    expect((await origin.request(0)).body.toString()).toBe('hello')
    expect(await client.until(/ok$/)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
  })

  test.each(['417 Expectation Failed', '413 Content Too Large'])(
    'the upstream refuses with %s before the body was sent',
    async (status) => {
      const { origin, connect } = await standBetween(recording)
      const client = await connect()
      client.write(EXPECTING)
      const [socket] = await originSockets(origin)
      await heard(socket!)
      socket!.write(plainAnswer('no', status))
      const { text } = await client.closed()
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n[^]*no$`))
      expect(text).not.toContain('100 Continue')
      expect(origin.requests).toEqual([])
    },
  )

  test('an expectation that nobody knows is left to the upstream', async () => {
    const { origin, ask } = await standBetween(recording)
    await ask('POST / HTTP/1.1\r\nHost: a\r\nExpect: odd\r\nContent-Length: 2\r\n\r\nhi', /ok$/)
    expect(origin.requests[0]!.head).toContain('Expect: odd')
  })

  test('103 Early Hints is passed on as it came, more than once, before the answer', async () => {
    const hints =
      'HTTP/1.1 103 Early Hints\r\nLink: </a\xe9.css>\r\nlink: </b.js>\r\nX-b: 1\r\n\r\n'
    const { ask } = await standBetween(
      recording,
      () => `${hints}${hints}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
    )
    const text = await ask('POST / HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
    expect(text.startsWith(`${hints}${hints}HTTP/1.1 200 OK\r\n`)).toBe(true)
  })

  test('a client of HTTP/1.0 gets no interim answer', async () => {
    const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'
    const { connect } = await standBetween(
      recording,
      () => `${interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
    )
    const client = await connect()
    client.write('POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi')
    expect((await client.closed()).text).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })
})

async function originSockets(origin: { sockets: Set<Socket> }) {
  while (origin.sockets.size === 0) await new Promise((resolve) => setImmediate(resolve))
  return [...origin.sockets]
}

/** What comes on a socket until the end of a head. */
function heard(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1')
      if (text.includes('\r\n\r\n')) resolve(text)
    })
  })
}
