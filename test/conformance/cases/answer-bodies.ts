import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { endToEnd, passing, type Case } from '../case.ts'
import { valuesOf } from '../message.ts'
import { ok } from '../origin.ts'
import { answer, CHUNKED, chunks, EVERY_BYTE, LARGE, post } from './messages.ts'

const bodies: [string, Buffer][] = [
  ['every byte', EVERY_BYTE],
  ['gzip', gzipSync('{"a":1}')],
  ['6 MB', LARGE],
  ['what spells an answer', ok('split')],
  ['what spells chunks', Buffer.from('5\r\nhello\r\n0\r\n\r\n')],
]

const byLength = bodies.map(([what, body]) =>
  passing({
    name: `an answer of ${what} by its length`,
    section: '9112 6.2',
    send: post(),
    answer: ok(body, 'Content-Encoding: gzip\r\n'),
    got: (got) => {
      expect([got.framing, got.bytes.equals(body)]).toEqual(['length', true])
      expect(valuesOf(got, 'content-encoding')).toEqual(['gzip'])
    },
  }),
)

const inChunks = bodies.map(([what, body]) =>
  passing({
    name: `an answer of ${what} in chunks`,
    section: '9112 7.1',
    send: post(),
    answer: answer(CHUNKED, chunks(body, 60_000)),
    got: ({ framing, bytes }) => expect([framing, bytes.equals(body)]).toEqual(['chunked', true]),
  }),
)

/** An answer that only the close of the connection ends. */
const untilTheClose = bodies.map(([what, body]): Case => ({
  name: `an answer of ${what} that the close ends`,
  section: '9112 6.3',
  async run(stand) {
    stand.origin.answers(async (exchange) => {
      await exchange.body()
      exchange.end(answer('X-One: 1\r\n', body))
    })
    const client = await stand.connect()
    client.send(post())
    const got = await client.answer()
    expect([got.end, got.bytes.equals(body)]).toEqual(['whole', true])
  },
}))

const spellings = (
  [
    ['upper-case sizes', `A\r\n${'x'.repeat(10)}\r\n0\r\n\r\n`, 'x'.repeat(10)],
    ['leading zeros in sizes', '0005\r\nhello\r\n000\r\n\r\n', 'hello'],
    ['an extension', '5;a=b\r\nhello\r\n0;c\r\n\r\n', 'hello'],
    ['a quoted extension', '5;a="b;c"\r\nhello\r\n0\r\n\r\n', 'hello'],
  ] as const
).map(([what, body, expected]) =>
  passing({
    name: `a chunked answer with ${what}`,
    section: '9112 7.1.1',
    send: post(),
    answer: answer(CHUNKED, body),
    got: ({ bytes }) => expect(bytes.toString()).toBe(expected),
  }),
)

export const answerBodies: Case[] = [
  ...byLength,
  ...inChunks,
  ...untilTheClose,
  ...spellings,
  passing({
    name: 'an answer with a length of 0 keeps it',
    section: '9110 8.6',
    send: post(),
    answer: ok(''),
    got: (got) => expect(valuesOf(got, 'content-length')).toEqual(['0']),
  }),
  passing({
    name: 'an empty chunked answer',
    section: '9112 7.1',
    send: post(),
    answer: answer(CHUNKED, chunks('')),
    got: ({ status, end, bytes }) => expect([status, end, bytes.length]).toEqual([200, 'whole', 0]),
  }),
  passing({
    name: 'an answer in chunks of one byte',
    section: '9112 7.1',
    send: post(),
    answer: answer(CHUNKED, chunks(EVERY_BYTE, 1)),
    got: ({ bytes }) => expect(bytes.equals(EVERY_BYTE)).toBe(true),
  }),
  passing({
    name: 'answer trailers that are announced',
    section: '9112 7.1.2',
    send: post(),
    answer: answer(`Trailer: X-Sum\r\n${CHUNKED}`, chunks('hello', 5, 'X-Sum: 1\r\n')),
    got: (got) => {
      expect(endToEnd({ fields: got.trailers })).toEqual(['x-sum: 1'])
      expect(valuesOf(got, 'trailer')).toEqual(['X-Sum'])
    },
  }),
  passing({
    name: 'answer trailers that nobody announced, in order and latin-1',
    section: '9110 6.5',
    send: post(),
    answer: answer(CHUNKED, chunks('hello', 5, 'x-b: caf\xe9\r\nX-A: 2\r\nX-B: 3\r\n')),
    got: ({ trailers }) =>
      expect(endToEnd({ fields: trailers })).toEqual(['x-b: caf\xe9', 'x-a: 2', 'x-b: 3']),
  }),
  {
    name: 'an answer that comes byte by byte',
    section: '9112 2.1',
    async run(stand) {
      const bytes = answer(CHUNKED, chunks(EVERY_BYTE, 50))
      stand.origin.answers(async (exchange) => {
        await exchange.body()
        for (const byte of bytes) {
          exchange.send(Buffer.from([byte]))
          await new Promise((resolve) => setImmediate(resolve))
        }
      })
      const client = await stand.connect()
      client.send(post())
      expect((await client.answer()).bytes.equals(EVERY_BYTE)).toBe(true)
    },
  },
  passing({
    name: 'an answer of HTTP/1.0 with a length',
    section: '9110 6.2',
    send: post(),
    answer: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok',
    got: ({ version, bytes }) => expect([version, bytes.toString()]).toEqual(['1.1', 'ok']),
  }),
]
