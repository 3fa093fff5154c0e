import { once } from 'node:events'
import { expect } from 'vitest'
import { ambiguous, type Case } from '../case.ts'
import { valuesOf } from '../message.ts'
import { ok, type Exchange } from '../origin.ts'
import type { Stand } from '../stand.ts'
import { EVERY_BYTE, request } from './messages.ts'

const ASKS =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
const SWITCHED =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n'

/** Switches, and goes on with the bytes behind the head. */
const switching =
  (then: (exchange: Exchange) => unknown = () => {}, fields = '') =>
  async (exchange: Exchange) => {
    exchange.send(`${SWITCHED}${fields}\r\n`)
    await then(exchange)
    // Nothing of this connection is a request any more.
    await exchange.reader.rest()
  }

async function open(stand: Stand, fields = '') {
  const client = await stand.connect()
  client.send(request('GET /ws?a=%2F', ASKS + fields))
  const answered = await client.answer()
  expect(answered.status).toBe(101)
  return { client, answered }
}

/** Anything but 101 leaves the connection as it is, or closes it. */
const refusals = ['426 Upgrade Required', '403 Forbidden', '200 OK'].map((status): Case => ({
  name: `an upgrade that is refused with ${status} leaves nothing behind`,
  section: '9110 7.8',
  async run(stand) {
    stand.origin.answers(ok('no', 'X-One: 1\r\n', status))
    const client = await stand.connect()
    client.send(request('GET /ws', ASKS))
    const got = await client.answer()
    expect([got.status, got.bytes.toString()]).toEqual([Number(status.slice(0, 3)), 'no'])
    expect(valuesOf(got, 'x-one')).toEqual(['1'])
    // HTTP goes on, or the connection is over.
    client.send(request('GET /next'))
    const next = await client.answer().catch(() => null)
    if (next === null) await client.closed()
    await stand.settled()
    const targets = stand.origin.requests.map(({ target }) => target)
    expect(targets).toEqual(next === null ? ['/ws'] : ['/ws', '/next'])
  },
}))

export const upgrades: Case[] = [
  ...refusals,
  {
    name: 'the handshake of WebSocket goes through',
    section: '9110 7.8',
    async run(stand) {
      stand.origin.answers(switching())
      const { answered } = await open(stand)
      const head = await stand.origin.head(0)
      expect(head.target).toBe('/ws?a=%2F')
      expect(valuesOf(head, 'upgrade')).toEqual(['websocket'])
      expect(valuesOf(head, 'connection').join()).toMatch(/^upgrade$/i)
      expect(valuesOf(head, 'sec-websocket-key')).toEqual(['dGhlIHNhbXBsZSBub25jZQ=='])
      expect(valuesOf(answered, 'sec-websocket-accept')).toEqual(['s3pPLMBiTxaQ9kYGzzhZRbK+xOo='])
      expect(valuesOf(answered, 'upgrade')).toEqual(['websocket'])
      expect(valuesOf(answered, 'connection').join()).toMatch(/^upgrade$/i)
    },
  },
  {
    name: 'subprotocols of WebSocket, offered and chosen',
    section: '6455 1.9',
    async run(stand) {
      stand.origin.answers(switching(undefined, 'Sec-WebSocket-Protocol: chat.v2\r\n'))
      const { answered } = await open(stand, 'Sec-WebSocket-Protocol: chat.v2, chat.v1\r\n')
      expect(valuesOf(await stand.origin.head(0), 'sec-websocket-protocol')).toEqual([
        'chat.v2, chat.v1',
      ])
      expect(valuesOf(answered, 'sec-websocket-protocol')).toEqual(['chat.v2'])
    },
  },
  {
    name: 'extensions of WebSocket, offered and taken',
    section: '6455 9.1',
    async run(stand) {
      const offer = 'permessage-deflate; client_max_window_bits'
      stand.origin.answers(switching(undefined, 'Sec-WebSocket-Extensions: permessage-deflate\r\n'))
      const { answered } = await open(stand, `Sec-WebSocket-Extensions: ${offer}\r\n`)
      expect(valuesOf(await stand.origin.head(0), 'sec-websocket-extensions')).toEqual([offer])
      expect(valuesOf(answered, 'sec-websocket-extensions')).toEqual(['permessage-deflate'])
    },
  },
  {
    name: 'every byte passes a WebSocket connection, both ways',
    section: '9110 7.8',
    async run(stand) {
      stand.origin.answers(
        switching(async (exchange) => exchange.send(await exchange.reader.take(256))),
      )
      const { client } = await open(stand)
      client.send(EVERY_BYTE)
      expect((await client.reader.take(256)).equals(EVERY_BYTE)).toBe(true)
    },
  },
  {
    name: 'what the upstream says right behind its 101 is not lost',
    section: '9110 7.8',
    async run(stand) {
      stand.origin.answers(async (exchange) => {
        exchange.send(`${SWITCHED}\r\nhello`)
        await exchange.reader.rest()
      })
      const { client } = await open(stand)
      expect((await client.reader.take(5)).toString()).toBe('hello')
    },
  },
  {
    name: 'a WebSocket connection that the upstream ends gives up all that was on its way',
    section: '9110 7.8',
    async run(stand) {
      const much = Buffer.alloc(2_000_000, 'x')
      stand.origin.answers(async (exchange) => {
        exchange.end(Buffer.concat([Buffer.from(`${SWITCHED}\r\n`), much]))
        await exchange.reader.rest()
      })
      const { client } = await open(stand)
      expect((await client.reader.rest()).length).toBe(much.length)
    },
  },
  {
    name: 'a client that leaves a WebSocket connection takes the upstream with it',
    section: '9110 7.8',
    async run(stand) {
      stand.origin.answers(switching())
      const { client } = await open(stand)
      client.leave('reset')
      await stand.origin.left()
    },
  },
  {
    name: 'an upstream that breaks off a WebSocket connection takes the client with it',
    section: '9110 7.8',
    async run(stand) {
      stand.origin.answers(switching((exchange) => exchange.socket.resetAndDestroy()))
      const client = await stand.connect()
      client.send(request('GET /ws', ASKS))
      await client.closed()
      await stand.origin.left()
    },
  },
  {
    name: 'a client that leaves before the answer to its handshake frees the upstream connection',
    section: '9112 9.5',
    async run(stand) {
      stand.origin.answers(() => {})
      const client = await stand.connect()
      client.send(request('GET /ws', ASKS))
      await stand.origin.head(0)
      client.leave('end')
      await stand.origin.left()
    },
  },
  {
    name: 'a POST that offers h2c keeps its body, and the offer stops here',
    section: '9110 7.8',
    async run(stand) {
      const client = await stand.connect()
      const h2c = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n'
      client.send(request('POST /case', `${h2c}Content-Length: 2\r\n`, 'hi'))
      expect((await client.answer()).status).toBe(200)
      const [seen] = stand.origin.requests
      expect(seen!.bytes.toString()).toBe('hi')
      expect(valuesOf(seen!, 'upgrade')).not.toContain('h2c')
    },
  },
  ambiguous({
    name: 'a POST for WebSocket with a body',
    section: '6455 4.1',
    send: request('POST /case', `${ASKS}Content-Length: 2\r\n`, 'hi'),
    reading: { method: 'POST', body: 'hi' },
  }),
  ambiguous({
    name: 'a GET for WebSocket with a body',
    section: '6455 4.1',
    send: request('GET /case', `${ASKS}Content-Length: 2\r\n`, 'hi'),
    reading: { method: 'GET', body: 'hi' },
  }),
  {
    name: 'a request behind a handshake that is refused is read as a request, or not at all',
    section: '9110 7.8',
    async run(stand) {
      stand.origin.answers(ok('no', '', '403 Forbidden'))
      const client = await stand.connect()
      client.send(Buffer.concat([request('GET /ws', ASKS), request('POST /behind')]))
      expect((await client.answer()).status).toBe(403)
      await client.answer().catch(() => null)
      await stand.settled()
      // Never as bytes of a tunnel that nobody agreed to.
      const targets = stand.origin.requests.map(({ target }) => target)
      expect([['/ws'], ['/ws', '/behind']]).toContainEqual(targets)
    },
  },
  {
    name: 'a refused handshake whose upstream cuts its answer is a cut for the client',
    section: '9112 8',
    async run(stand) {
      stand.origin.answers((exchange) =>
        exchange.end('HTTP/1.1 400 No\r\nContent-Length: 50\r\n\r\npart'),
      )
      const client = await stand.connect()
      client.send(request('GET /ws', ASKS))
      expect(await client.answer()).toMatchObject({ status: 400, end: 'cut' })
    },
  },
  {
    name: 'bytes in many small segments pass a WebSocket connection in order',
    section: '9110 7.8',
    async run(stand) {
      stand.origin.answers(
        switching(async (exchange) => {
          exchange.send(await exchange.reader.take(256))
          await once(exchange.socket, 'close')
        }),
      )
      const { client } = await open(stand)
      await client.sendInPieces(EVERY_BYTE, 3)
      expect((await client.reader.take(256)).equals(EVERY_BYTE)).toBe(true)
    },
  },
]
