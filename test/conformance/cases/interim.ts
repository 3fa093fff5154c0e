import { expect } from 'vitest'
import type { Case } from '../case.ts'
import { asBytes } from '../client.ts'
import { valuesOf } from '../message.ts'
import { ok, type Exchange } from '../origin.ts'
import { post, postOf, request } from './messages.ts'

const EXPECTING = post('Expect: 100-continue\r\nContent-Length: 5\r\n')
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'
const HINTS = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n'

/** The upstream refuses before it lets the body come. */
const refusals = ['417 Expectation Failed', '413 Content Too Large', '401 Unauthorized'].map(
  (status): Case => ({
    name: `${status} before the body: believed, and the body does not flow`,
    section: '9110 10.1.1',
    async run(stand) {
      stand.origin.answers((exchange: Exchange) => exchange.send(ok('no', '', status)))
      const client = await stand.connect()
      client.send(EXPECTING)
      const answered = await client.answer()
      expect([answered.status, answered.bytes.toString()]).toEqual([
        Number(status.slice(0, 3)),
        'no',
      ])
      expect(stand.origin.requests).toEqual([])
    },
  }),
)

/** Interim answers in a row, then `ok`: all of it reaches the client. */
function passedOn(name: string, interim: readonly string[], statuses: readonly number[]): Case {
  return {
    name,
    section: '9110 15.2',
    async run(stand) {
      stand.origin.answers(Buffer.concat([asBytes(interim.join('')), ok('ok')]))
      const client = await stand.connect()
      client.send(request('GET /case'))
      for (const status of statuses) expect((await client.answer()).status).toBe(status)
      expect(await client.answer()).toMatchObject({ status: 200, end: 'whole' })
    },
  }
}

export const interim: Case[] = [
  ...refusals,
  {
    name: '100 Continue comes from the upstream, and only then the body goes',
    section: '9110 10.1.1',
    async run(stand) {
      let asked = ''
      stand.origin.answers(async (exchange) => {
        asked = valuesOf(exchange.head, 'expect').join()
        exchange.send(CONTINUE)
        await exchange.body()
        exchange.send(ok('ok'))
      })
      const client = await stand.connect()
      client.send(EXPECTING)
      expect((await client.answer()).status).toBe(100)
      expect(asked).toBe('100-continue')
      client.send('hello')
      expect((await client.answer()).status).toBe(200)
      expect(stand.origin.requests[0]!.bytes.toString()).toBe('hello')
    },
  },
  {
    name: '100 Continue is not said before the upstream said it',
    section: '9110 10.1.1',
    async run(stand) {
      const client = await stand.connect()
      let before = ''
      stand.origin.answers(async (exchange) => {
        // Somebody else's exchange: had it been said, it would be there by now.
        await stand.connect().then(async (other) => {
          other.send(request('GET /other'))
          await other.answer()
        })
        before = client.reader.text
        exchange.send(CONTINUE)
        await exchange.body()
        exchange.send(ok('ok'))
      })
      const served = stand.origin.head(0)
      client.send(EXPECTING)
      await served
      stand.origin.answers(ok('other'))
      expect((await client.answer()).status).toBe(100)
      client.send('hello')
      expect((await client.answer()).status).toBe(200)
      expect(before).toBe('')
    },
  },
  {
    name: 'a body that does not wait for 100 Continue',
    section: '9110 10.1.1',
    async run(stand) {
      const client = await stand.connect()
      client.send(postOf('hello', 'Expect: 100-continue\r\n'))
      let answered = await client.answer()
      if (answered.status === 100) answered = await client.answer()
      expect(answered.status).toBe(200)
      expect(stand.origin.requests[0]!.bytes.toString()).toBe('hello')
    },
  },
  {
    name: 'a chunked body behind 100 Continue',
    section: '9110 10.1.1',
    async run(stand) {
      stand.origin.answers(async (exchange) => {
        exchange.send(CONTINUE)
        await exchange.body()
        exchange.send(ok('ok'))
      })
      const client = await stand.connect()
      client.send(post('Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n'))
      expect((await client.answer()).status).toBe(100)
      client.send('5\r\nhello\r\n0\r\n\r\n')
      expect((await client.answer()).status).toBe(200)
      expect(stand.origin.requests[0]!.bytes.toString()).toBe('hello')
    },
  },
  {
    name: 'an expectation that nobody knows is left to the upstream, or is a 417',
    section: '9110 10.1.1',
    async run(stand) {
      const client = await stand.connect()
      client.send(postOf('hello', 'Expect: odd\r\n'))
      const { status } = await client.answer()
      if (status === 200) {
        expect(valuesOf(stand.origin.requests[0]!, 'expect')).toEqual(['odd'])
      } else expect(status).toBe(417)
    },
  },
  {
    name: 'latin-1 beside Expect',
    section: '9110 5.5',
    async run(stand) {
      const client = await stand.connect()
      client.send(postOf('hello', 'X-One: caf\xe9\r\nExpect: 100-continue\r\n'))
      let answered = await client.answer()
      if (answered.status === 100) answered = await client.answer()
      expect(answered.status).toBe(200)
      expect(valuesOf(stand.origin.requests[0]!, 'x-one')).toEqual(['caf\xe9'])
    },
  },
  passedOn('103 Early Hints is passed on', [HINTS], [103]),
  passedOn('103 Early Hints is passed on, more than once', [HINTS, HINTS], [103, 103]),
  passedOn(
    'interim answers of several kinds, in order',
    ['HTTP/1.1 102 Processing\r\n\r\n', HINTS],
    [102, 103],
  ),
  passedOn('an interim answer that nobody knows', ['HTTP/1.1 199 Odd\r\n\r\n'], [199]),
  {
    name: '103 Early Hints keeps its fields, and those of its hop stop',
    section: '9110 7.6.1',
    async run(stand) {
      const hints =
        'HTTP/1.1 103 Early Hints\r\nLink: </\xe9>\r\nlink: <b>\r\nConnection: X-A\r\nX-A: 1\r\n\r\n'
      stand.origin.answers(Buffer.concat([asBytes(hints), ok('ok')]))
      const client = await stand.connect()
      client.send(request('GET /case'))
      const early = await client.answer()
      expect(early.status).toBe(103)
      expect(valuesOf(early, 'link')).toEqual(['</\xe9>', '<b>'])
      expect(valuesOf(early, 'x-a')).toEqual([])
    },
    alone: 'both pass on what Connection names, against 9110 7.6.1',
  },
  {
    name: '103 Early Hints is passed on at once, before there is an answer',
    section: '8297 2',
    async run(stand) {
      const client = await stand.connect()
      stand.origin.answers(async (exchange) => {
        exchange.send(HINTS)
        await client.until(/103 Early Hints/)
        exchange.send(ok('ok'))
      })
      client.send(request('GET /case'))
      expect((await client.answer()).status).toBe(103)
      expect((await client.answer()).status).toBe(200)
    },
  },
  {
    name: 'a client of HTTP/1.0 gets no interim answer',
    section: '9110 15.2',
    async run(stand) {
      stand.origin.answers(Buffer.concat([asBytes(CONTINUE + HINTS), ok('ok')]))
      const client = await stand.connect()
      client.send('POST /case HTTP/1.0\r\nHost: case.test\r\nContent-Length: 2\r\n\r\nhi')
      expect((await client.answer()).status).toBe(200)
    },
    alone: 'both pass it on to whoever asked; 9110 15.2 forbids it',
  },
  {
    name: 'an Expect of a client of HTTP/1.0 is no expectation',
    section: '9110 10.1.1',
    async run(stand) {
      const client = await stand.connect()
      client.send(
        'POST /case HTTP/1.0\r\nHost: case.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi',
      )
      expect((await client.answer()).status).toBe(200)
      expect(stand.origin.requests[0]!.bytes.toString()).toBe('hi')
    },
  },
]
