import { expect } from 'vitest'
import type { Case } from '../case.ts'
import { ok, type Exchange } from '../origin.ts'
import { answer, CHUNKED, LARGE, post, request } from './messages.ts'

const EVENT_STREAM = `Content-Type: text/event-stream\r\n${CHUNKED}`

/** An answer's head is passed on before there is a byte of its body. */
const heads = (['GET', 'POST'] as const).flatMap((method) =>
  (
    [
      ['by a length', 'Content-Length: 2\r\n', 'ok'],
      ['in chunks', CHUNKED, '2\r\nok\r\n0\r\n\r\n'],
    ] as const
  ).map(([how, fields, body]): Case => ({
    name: `the head of an answer to ${method} comes before its body, ${how}`,
    section: 'promise',
    async run(stand) {
      const client = await stand.connect()
      stand.origin.answers(async (exchange) => {
        exchange.send(answer(fields))
        await client.until(/200 OK\r\n[^]*\r\n\r\n/)
        exchange.send(body)
      })
      client.send(request(`${method} /case`))
      expect((await client.answer()).bytes.toString()).toBe('ok')
    },
  })),
)

const requestHeads = (
  [
    ['by a length', 'Content-Length: 2\r\n', 'hi'],
    ['in chunks', CHUNKED, '2\r\nhi\r\n0\r\n\r\n'],
  ] as const
).map(([how, fields, body]): Case => ({
  name: `the head of a request goes on before its body, ${how}`,
  section: 'promise',
  async run(stand) {
    const client = await stand.connect()
    client.send(post(fields))
    await stand.origin.head(0)
    client.send(body)
    expect((await client.answer()).status).toBe(200)
  },
}))

/** Says one event at a time, the next when the client has the one before. */
const events = (['GET', 'POST'] as const).map((method): Case => ({
  name: `server-sent events to ${method} arrive one by one, at once`,
  section: 'promise',
  async run(stand) {
    const client = await stand.connect()
    stand.origin.answers(async (exchange) => {
      exchange.send(answer(EVENT_STREAM))
      for (let i = 0; i < 20; i++) {
        const event = `data: ${i}\n\n`
        exchange.send(`${event.length.toString(16)}\r\n${event}\r\n`)
        await client.until(new RegExp(`data: ${i}\n\n`))
      }
      exchange.send('0\r\n\r\n')
    })
    client.send(request(`${method} /case`))
    const got = await client.answer()
    expect(got.end).toBe('whole')
    expect(got.bytes.toString().match(/data: \d+\n\n/g)).toHaveLength(20)
  },
}))

/** Sends a part of an upload when the upstream has the one before. */
async function inParts(exchange: Exchange, parts: number, next: () => void) {
  for (let i = 0; i < parts; i++) {
    await exchange.reader.until(new RegExp(`part ${i};`))
    next()
  }
}

export const streaming: Case[] = [
  ...heads,
  ...requestHeads,
  ...events,
  {
    name: 'an upload by its length goes on part by part, at once',
    section: 'promise',
    async run(stand) {
      const client = await stand.connect()
      let part = 0
      const next = () => client.send(part < 5 ? `part ${part++};` : '')
      stand.origin.answers(async (exchange) => {
        await inParts(exchange, 5, next)
        await exchange.body()
        exchange.send(ok('ok'))
      })
      client.send(post(`Content-Length: ${5 * 'part 0;'.length}\r\n`))
      next()
      expect((await client.answer()).status).toBe(200)
    },
  },
  {
    name: 'an upload in chunks goes on part by part, at once',
    section: 'promise',
    async run(stand) {
      const client = await stand.connect()
      let part = 0
      const next = () => client.send(part < 5 ? `7\r\npart ${part++};\r\n` : '0\r\n\r\n')
      stand.origin.answers(async (exchange) => {
        await inParts(exchange, 5, next)
        await exchange.body()
        exchange.send(ok('ok'))
      })
      client.send(post(CHUNKED))
      next()
      expect((await client.answer()).status).toBe(200)
    },
  },
  {
    name: 'an answer that the close ends comes part by part, at once',
    section: 'promise',
    async run(stand) {
      const client = await stand.connect()
      stand.origin.answers(async (exchange) => {
        exchange.send(answer(''))
        for (let i = 0; i < 5; i++) {
          exchange.send(`part ${i};`)
          await client.until(new RegExp(`part ${i};`))
        }
        exchange.end()
      })
      client.send(request('GET /case'))
      expect((await client.answer()).bytes.toString()).toBe('part 0;part 1;part 2;part 3;part 4;')
    },
  },
  {
    name: 'an answer by its length comes part by part, at once',
    section: 'promise',
    async run(stand) {
      const client = await stand.connect()
      stand.origin.answers(async (exchange) => {
        exchange.send(answer(`Content-Length: ${5 * 'part 0;'.length}\r\n`))
        for (let i = 0; i < 5; i++) {
          exchange.send(`part ${i};`)
          // The end of what is recorded waits for its entry, so the last part is not waited for.
          if (i < 4) await client.until(new RegExp(`part ${i};`))
        }
      })
      client.send(request('POST /case'))
      expect((await client.answer()).bytes.toString()).toBe('part 0;part 1;part 2;part 3;part 4;')
    },
  },
  {
    name: 'an answer begins while its request still comes, and both go on',
    section: '9112 9.5',
    async run(stand) {
      const client = await stand.connect()
      stand.origin.answers(async (exchange) => {
        exchange.send(answer(CHUNKED, '5\r\nearly\r\n'))
        await exchange.body()
        exchange.send('4\r\nlate\r\n0\r\n\r\n')
      })
      client.send(post('Content-Length: 4\r\n', 'hi'))
      await client.until(/early/)
      client.send('ho')
      expect((await client.answer()).bytes.toString()).toBe('earlylate')
      expect(stand.origin.requests[0]!.bytes.toString()).toBe('hiho')
    },
  },
  {
    name: '6 MB each way at once',
    section: 'promise',
    async run(stand) {
      stand.origin.answers(async (exchange) => {
        exchange.send(ok(LARGE))
        await exchange.body()
      })
      const client = await stand.connect()
      client.send(post(`Content-Length: ${LARGE.length}\r\n`, LARGE))
      const got = await client.answer()
      expect([got.end, got.bytes.equals(LARGE)]).toEqual(['whole', true])
      const seen = await stand.origin.request(0)
      expect(seen.bytes.equals(LARGE)).toBe(true)
    },
  },
  {
    name: 'a client that reads slowly gets all of 6 MB',
    section: 'promise',
    async run(stand) {
      stand.origin.answers(ok(LARGE))
      const client = await stand.connect()
      client.send(request('GET /case'))
      for (let i = 0; i < 50; i++) {
        client.socket.pause()
        await new Promise((resolve) => setImmediate(resolve))
        client.socket.resume()
        await new Promise((resolve) => setImmediate(resolve))
      }
      expect((await client.answer()).bytes.equals(LARGE)).toBe(true)
    },
  },
]
