import { expect } from 'vitest'
import { passing, type Case } from '../case.ts'
import type { Stand } from '../stand.ts'
import { valuesOf } from '../message.ts'
import { ok } from '../origin.ts'
import { answer, CHUNKED, chunks, post, postOf, request } from './messages.ts'

const echoTarget = (stand: Stand) =>
  stand.origin.answers(async (exchange) => {
    await exchange.body()
    exchange.send(ok(exchange.head.target))
  })

/** Requests that are sent at once are answered in their order. */
function pipelined(name: string, requests: readonly Buffer[], targets: readonly string[]): Case {
  return {
    name,
    section: '9112 9.3.2',
    async run(stand) {
      echoTarget(stand)
      const client = await stand.connect()
      client.send(Buffer.concat(requests))
      for (const target of targets) expect((await client.answer()).bytes.toString()).toBe(target)
      expect(stand.origin.requests.map((seen) => seen.target)).toEqual(targets)
    },
  }
}

const numbered = Array.from({ length: 30 }, (_, i) => `/${i}`)

const old: Case[] = [
  {
    name: 'a client of HTTP/1.0 is answered, and its connection closes',
    section: '9112 9.3',
    async run(stand) {
      const client = await stand.connect()
      client.send('POST /case HTTP/1.0\r\nHost: case.test\r\nContent-Length: 2\r\n\r\nhi')
      expect((await client.answer()).bytes.toString()).toBe('ok')
      expect(await client.closed()).toBe('end')
      expect(stand.origin.requests[0]!.bytes.toString()).toBe('hi')
    },
  },
  {
    name: 'a client of HTTP/1.0 without Host is served, and the upstream gets one',
    section: '9112 3.2',
    async run(stand) {
      const client = await stand.connect()
      client.send('GET /case HTTP/1.0\r\n\r\n')
      expect((await client.answer()).status).toBe(200)
      const [seen] = stand.origin.requests
      // What is forwarded is of this hop: HTTP/1.1 needs a Host, HTTP/1.0 does not.
      if (seen!.version === '1.1') expect(valuesOf(seen!, 'host')).toHaveLength(1)
    },
  },
  {
    name: 'a chunked answer reaches a client of HTTP/1.0 without chunks',
    section: '9112 6.1',
    async run(stand) {
      stand.origin.answers(answer(`Trailer: X-Sum\r\n${CHUNKED}`, chunks('hello', 2)))
      const client = await stand.connect()
      client.send('GET /case HTTP/1.0\r\nHost: case.test\r\n\r\n')
      const got = await client.answer()
      expect([got.framing, got.bytes.toString(), got.end]).toEqual(['close', 'hello', 'whole'])
    },
  },
  {
    name: 'a client of HTTP/1.0 that asks for it keeps its connection, or is told that it closes',
    section: '9112 9.3',
    async run(stand) {
      const client = await stand.connect()
      const ask = 'GET /case HTTP/1.0\r\nHost: case.test\r\nConnection: keep-alive\r\n\r\n'
      client.send(ask)
      const first = await client.answer()
      expect(first.status).toBe(200)
      if (/keep-alive/i.test(valuesOf(first, 'connection').join())) {
        client.send(ask)
        expect((await client.answer()).status).toBe(200)
      } else await client.closed()
    },
  },
  {
    name: 'an answer of HTTP/1.0 that the close ends leaves the client its connection, or closes it',
    section: '9112 9.3',
    async run(stand) {
      stand.origin.answers(async (exchange) => {
        await exchange.body()
        exchange.end('HTTP/1.0 200 OK\r\n\r\nhello')
      })
      const client = await stand.connect()
      client.send(request('GET /case'))
      const got = await client.answer()
      expect([got.bytes.toString(), got.end]).toEqual(['hello', 'whole'])
      if (got.framing === 'close') await client.closed()
    },
  },
]

/** An answer that the upstream gives before it has the whole request. */
const early = (
  [
    ['by its length', 'Content-Length: 100\r\n', 'part'],
    ['in chunks', CHUNKED, '4\r\npart\r\n'],
  ] as const
).map(([how, fields, part]): Case => ({
  name: `an early answer gets to a client that still sends ${how}`,
  section: '9112 9.5',
  async run(stand) {
    stand.origin.answers((exchange) => exchange.send(ok('no', '', '403 Forbidden')))
    const client = await stand.connect()
    client.send(post(fields, part))
    const got = await client.answer()
    expect([got.status, got.bytes.toString()]).toEqual([403, 'no'])
  },
}))

export const connections: Case[] = [
  ...old,
  ...early,
  {
    name: 'one connection carries request after request',
    section: '9112 9.3',
    async run(stand) {
      echoTarget(stand)
      const client = await stand.connect()
      for (const target of numbered) {
        client.send(request(`POST ${target}`, 'Content-Length: 2\r\n', 'hi'))
        expect((await client.answer()).bytes.toString()).toBe(target)
      }
    },
  },
  {
    name: 'the connection to the upstream is kept from client to client',
    section: '9112 9.3',
    async run(stand) {
      for (let i = 0; i < 5; i++) {
        const client = await stand.connect()
        client.send(postOf('hi'))
        await client.answer()
      }
      expect(stand.origin.sockets.size).toBe(1)
    },
  },
  {
    name: 'Connection: close of a client closes its connection after the answer',
    section: '9112 9.6',
    async run(stand) {
      const client = await stand.connect()
      client.send(postOf('hi', 'Connection: close\r\n'))
      const got = await client.answer()
      expect(valuesOf(got, 'connection')).toEqual(['close'])
      expect(await client.closed()).toBe('end')
    },
  },
  {
    name: 'what comes behind Connection: close is not served',
    section: '9112 9.6',
    async run(stand) {
      const client = await stand.connect()
      client.send(Buffer.concat([postOf('hi', 'Connection: close\r\n'), request('GET /behind')]))
      await client.answer()
      await client.closed()
      await stand.settled()
      expect(stand.origin.requests.map(({ target }) => target)).toEqual(['/case'])
    },
  },
  {
    name: 'Connection: close of the upstream is of its own hop',
    section: '9110 7.6.1',
    async run(stand) {
      stand.origin.answers(async (exchange) => {
        await exchange.body()
        exchange.end(ok('ok', 'Connection: close\r\n'))
      })
      const client = await stand.connect()
      for (let i = 0; i < 3; i++) {
        client.send(postOf('hi'))
        expect((await client.answer()).bytes.toString()).toBe('ok')
      }
      expect(new Set(stand.origin.requests.map(({ connection }) => connection)).size).toBe(3)
    },
  },
  pipelined(
    'pipelined requests without bodies',
    numbered.map((target) => request(`GET ${target}`)),
    numbered,
  ),
  pipelined(
    'pipelined requests with lengths',
    numbered.map((target) => request(`POST ${target}`, 'Content-Length: 2\r\n', 'hi')),
    numbered,
  ),
  pipelined(
    'pipelined requests in chunks',
    numbered.map((target) => request(`PUT ${target}`, CHUNKED, chunks('hello', 2))),
    numbered,
  ),
  pipelined(
    'pipelined requests with an empty line between them',
    [post('Content-Length: 2\r\n', 'hi\r\n'), request('GET /next')],
    ['/case', '/next'],
  ),
  {
    name: 'pipelined mutations reach the upstream one after the other',
    section: '9112 9.3.2',
    async run(stand) {
      const order: string[] = []
      stand.origin.answers(async (exchange) => {
        const { target } = exchange.head
        order.push(`begin ${target}`)
        await exchange.body()
        order.push(`end ${target}`)
        exchange.send(ok('ok'))
      })
      const client = await stand.connect()
      client.send(Buffer.concat([request('POST /1'), request('POST /2'), request('POST /3')]))
      for (let i = 0; i < 3; i++) expect((await client.answer()).status).toBe(200)
      expect(order).toEqual(['1', '2', '3'].flatMap((n) => [`begin /${n}`, `end /${n}`]))
    },
  },
  {
    name: 'a pipelined request that is refused ends the connection, and what is behind it is not served',
    section: '9112 9.3.2',
    async run(stand) {
      const bad = 'GET /bad HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'
      const client = await stand.connect()
      client.send(Buffer.concat([postOf('hi'), Buffer.from(bad), request('GET /behind')]))
      expect((await client.answer()).status).toBe(200)
      expect((await client.answer()).status).toBe(400)
      await client.closed()
      await stand.settled()
      expect(stand.origin.requests.map(({ target }) => target)).toEqual(['/case'])
    },
  },
  passing({
    name: 'an empty line before a request is ignored',
    section: '9112 2.2',
    send: Buffer.concat([Buffer.from('\r\n'), postOf('hi')]),
    seen: ({ bytes }) => expect(bytes.toString()).toBe('hi'),
  }),
  {
    name: 'an early refusal gets to a client that goes on to send 6 MB',
    section: '9112 9.6',
    async run(stand) {
      stand.origin.answers((exchange) =>
        exchange.end(ok('no', 'Connection: close\r\n', '413 Content Too Large')),
      )
      const client = await stand.connect()
      const size = 6 * 1024 * 1024
      client.send(post(`Content-Length: ${size}\r\n`))
      await client.until(/413 Content/)
      client.send(Buffer.alloc(size))
      const got = await client.answer()
      expect([got.status, got.bytes.toString(), got.end]).toEqual([413, 'no', 'whole'])
      expect(await client.closed()).toBe('end')
    },
  },
  {
    name: 'a connection of the upstream that closed while idle fails no request',
    section: '9112 9.3.1',
    async run(stand) {
      const client = await stand.connect()
      client.send(request('GET /case'))
      await client.answer()
      for (const socket of stand.origin.sockets) socket.end()
      await stand.origin.left()
      client.send(request('GET /case'))
      expect((await client.answer()).status).toBe(200)
    },
  },
  {
    name: 'a mutation whose upstream dies is not sent twice',
    section: '9110 9.2.2',
    async run(stand) {
      const client = await stand.connect()
      client.send(postOf('hi'))
      await client.answer()
      stand.origin.answers(async (exchange) => {
        await exchange.body()
        exchange.socket.resetAndDestroy()
      })
      client.send(postOf('hi'))
      expect((await client.answer()).status).toBe(502)
      await stand.settled()
      expect(stand.origin.requests).toHaveLength(2)
    },
  },
]
