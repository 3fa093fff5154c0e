import { expect } from 'vitest'
import type { Case } from '../case.ts'
import { ok } from '../origin.ts'
import { answer, CHUNKED, request } from './messages.ts'

/** What no client should have to make sense of. `reading` is the one body that may be passed on. */
const answers: [name: string, section: string, bytes: Buffer | string, reading?: string][] = [
  ['no HTTP', '9112 4', 'nonsense\r\n\r\n'],
  ['HTTP/0.9', '9112 4', '<html>hello</html>'],
  ['a status of two digits', '9112 4', 'HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n'],
  ['a status below 100', '9110 15', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'],
  ['a status of letters', '9112 4', 'HTTP/1.1 abc Odd\r\nContent-Length: 0\r\n\r\n'],
  ['a length of letters', '9112 6.3', answer('Content-Length: x\r\n', 'ok')],
  ['a negative length', '9112 6.3', answer('Content-Length: -2\r\n', 'ok')],
  ['two lengths', '9112 6.3', answer('Content-Length: 1\r\nContent-Length: 2\r\n', 'ok')],
  ['a list of two lengths', '9112 6.3', answer('Content-Length: 1, 2\r\n', 'ok')],
  [
    'the same length twice',
    '9110 8.6',
    answer('Content-Length: 2\r\nContent-Length: 2\r\n', 'ok'),
    'ok',
  ],
  [
    'a length beside a coding',
    '9112 6.3',
    answer(`Content-Length: 5\r\n${CHUNKED}`, '2\r\nok\r\n0\r\n\r\n'),
    'ok',
  ],
  ['a NUL in a field', '9110 5.5', answer('X-One: a\0b\r\nContent-Length: 2\r\n', 'ok')],
  ['a bare CR in a field', '9112 2.2', answer('X-One: a\rb\r\nContent-Length: 2\r\n', 'ok')],
  ['a space before a colon', '9112 5.1', answer('Content-Length : 2\r\n\r\n', 'ok'), 'ok'],
  ['a field without a colon', '9112 5', answer('nothing\r\nContent-Length: 2\r\n', 'ok'), 'ok'],
  ['a coding that nobody knows', '9112 6.1', answer('Transfer-Encoding: odd\r\n', 'ok')],
  ['a bad chunk size', '9112 7.1', answer(CHUNKED, 'zz\r\nok\r\n0\r\n\r\n')],
  ['a negative chunk size', '9112 7.1', answer(CHUNKED, '-2\r\nok\r\n0\r\n\r\n')],
  ['a chunk that is longer than its size', '9112 7.1', answer(CHUNKED, '1\r\nok\r\n0\r\n\r\n')],
  ['a chunk size beyond all numbers', '9112 7.1', answer(CHUNKED, `${'f'.repeat(20)}\r\nok\r\n`)],
]

/** A 502, a cut, or the one right reading; never something else that looks whole. */
const refused = answers.map(([name, section, bytes, reading]): Case => ({
  name: `a broken answer is never passed on as a whole one: ${name}`,
  section,
  ...(/status (?:of two|below)/.test(name) && {
    alone: 'both pass on a status that no client can name, against 9110 15',
  }),
  async run(stand) {
    stand.origin.answers((exchange) => exchange.end(bytes))
    const client = await stand.connect()
    client.send(request('GET /case'))
    const got = await client.answer().catch(async () => {
      // Closed without an answer, at least.
      await client.closed()
      return null
    })
    if (got === null || got.status === 502 || got.end === 'cut') return
    expect(reading, `passed on as ${got.status} ${got.bytes.toString()}`).toBeDefined()
    expect(got.bytes.toString()).toBe(reading)
  },
}))

export const brokenAnswers: Case[] = [
  ...refused,
  {
    name: 'a folded answer field is unfolded or refused',
    section: '9112 5.2',
    async run(stand) {
      stand.origin.answers(answer('X-One: a\r\n  b\r\nContent-Length: 2\r\n', 'ok'))
      const client = await stand.connect()
      client.send(request('GET /case'))
      const got = await client.answer()
      if (got.status === 502) return
      const value = got.fields.find(([field]) => field.toLowerCase() === 'x-one')?.[1]
      expect(value).toMatch(/^a +b$/)
    },
  },
  {
    name: 'what the upstream says behind its answer is no answer to the next request',
    section: '9112 9.3.2',
    async run(stand) {
      let first = true
      stand.origin.answers(async (exchange) => {
        await exchange.body()
        exchange.send(first ? Buffer.concat([ok('first'), ok('stray')]) : ok('second'))
        first = false
      })
      const client = await stand.connect()
      client.send(request('GET /1'))
      expect((await client.answer()).bytes.toString()).toBe('first')
      client.send(request('GET /2'))
      expect((await client.answer()).bytes.toString()).toBe('second')
    },
  },
  {
    name: 'a switch of protocols that nobody asked for is a 502',
    section: '9110 15.2.2',
    async run(stand) {
      stand.origin.answers(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      )
      const client = await stand.connect()
      client.send(request('GET /case'))
      expect((await client.answer()).status).toBe(502)
    },
  },
]
