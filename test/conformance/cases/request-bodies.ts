import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { endToEnd, passing, type Case } from '../case.ts'
import { valuesOf } from '../message.ts'
import { CHUNKED, chunks, EVERY_BYTE, LARGE, post, postOf, request, SPELLED } from './messages.ts'

const GZIP = gzipSync('{"a":1}')

const absent: Case[] = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET', 'OPTIONS', 'PURGE'].map((method) =>
  passing({
    name: `${method} without a body gets none`,
    section: '9112 6.3',
    send: request(`${method} /case`),
    method,
    seen: ({ framing, bytes }) => expect([framing, bytes.length]).toEqual(['none', 0]),
  }),
)

const bodies: [string, Buffer][] = [
  ['every byte', EVERY_BYTE],
  ['gzip', GZIP],
  ['6 MB', LARGE],
  ['what spells a request', Buffer.from(SPELLED)],
  ['what spells chunks', Buffer.from('5\r\nhello\r\n0\r\n\r\n')],
]

const byLength = bodies.map(([what, body]) =>
  passing({
    name: `a request body of ${what} by its length`,
    section: '9112 6.2',
    send: postOf(body, 'Content-Encoding: gzip\r\n'),
    seen: ({ framing, bytes, fields }) => {
      expect([framing, bytes.equals(body)]).toEqual(['length', true])
      expect(valuesOf({ fields }, 'content-encoding')).toEqual(['gzip'])
    },
  }),
)

const inChunks = bodies.map(([what, body]) =>
  passing({
    name: `a request body of ${what} in chunks`,
    section: '9112 7.1',
    send: post(CHUNKED, chunks(body, 60_000)),
    seen: ({ bytes }) => expect(bytes.equals(body)).toBe(true),
  }),
)

const spelled = ['PUT', 'PATCH', 'DELETE', 'GET', 'OPTIONS', 'PURGE', 'PROPFIND'].flatMap(
  (method) => [
    passing({
      name: `a chunked ${method} whose body spells a request stays one request`,
      section: '9112 11.2',
      send: request(`${method} /case`, CHUNKED, chunks(SPELLED)),
      method,
      seen: ({ bytes }) => expect(bytes.toString()).toBe(SPELLED),
    }),
    passing({
      name: `a ${method} with a length whose body spells a request stays one request`,
      section: '9112 11.2',
      send: request(`${method} /case`, `Content-Length: ${SPELLED.length}\r\n`, SPELLED),
      method,
      seen: ({ bytes }) => expect(bytes.toString()).toBe(SPELLED),
    }),
  ],
)

/** Chunked bodies of `hello` that are written in unusual ways. */
const spellings = (
  [
    ['upper-case sizes', `A\r\n${'x'.repeat(10)}\r\n0\r\n\r\n`, 'x'.repeat(10)],
    ['lower-case sizes', `a\r\n${'x'.repeat(10)}\r\n0\r\n\r\n`, 'x'.repeat(10)],
    ['leading zeros in sizes', '0005\r\nhello\r\n000\r\n\r\n', 'hello'],
    ['an extension', '5;a\r\nhello\r\n0\r\n\r\n', 'hello'],
    ['an extension with a value', '5;a=b\r\nhello\r\n0;c=d\r\n\r\n', 'hello'],
    ['a quoted extension', '5;a="b;c"\r\nhello\r\n0\r\n\r\n', 'hello'],
  ] as const
).map(([what, body, expected]) =>
  passing({
    name: `a chunked request with ${what}`,
    section: '9112 7.1.1',
    send: post(CHUNKED, body),
    seen: ({ bytes }) => expect(bytes.toString()).toBe(expected),
  }),
)

/** Sends in small segments what must arrive as if sent at once. */
function inSegments(name: string, section: string, bytes: Buffer, expected: Buffer): Case {
  return {
    name,
    section,
    async run(stand) {
      const client = await stand.connect()
      await client.sendInPieces(bytes, 1)
      expect((await client.answer()).status).toBe(200)
      expect(stand.origin.requests[0]!.bytes.equals(expected)).toBe(true)
    },
  }
}

export const requestBodies: Case[] = [
  ...absent,
  ...byLength,
  ...inChunks,
  ...spelled,
  ...spellings,
  ...['POST', 'DELETE', 'GET'].map((method) =>
    passing({
      name: `${method} with a length of 0 keeps it`,
      section: '9110 8.6',
      send: request(`${method} /case`, 'Content-Length: 0\r\n'),
      method,
      seen: (seen) => expect(valuesOf(seen, 'content-length')).toEqual(['0']),
    }),
  ),
  passing({
    name: 'a chunked request stays chunked',
    section: 'promise',
    send: post(CHUNKED, chunks('hello')),
    seen: ({ framing }) => expect(framing).toBe('chunked'),
  }),
  passing({
    name: 'an empty chunked request stays chunked',
    section: 'promise',
    send: post(CHUNKED, chunks('')),
    seen: ({ framing, bytes }) => expect([framing, bytes.length]).toEqual(['chunked', 0]),
  }),
  passing({
    name: 'a request in chunks of one byte',
    section: '9112 7.1',
    send: post(CHUNKED, chunks(EVERY_BYTE, 1)),
    seen: ({ bytes }) => expect(bytes.equals(EVERY_BYTE)).toBe(true),
  }),
  inSegments(
    'a request that comes byte by byte, by its length',
    '9112 2.1',
    postOf(EVERY_BYTE),
    EVERY_BYTE,
  ),
  inSegments(
    'a request that comes byte by byte, in chunks',
    '9112 2.1',
    post(CHUNKED, chunks(EVERY_BYTE, 7, 'X-Sum: 1\r\n')),
    EVERY_BYTE,
  ),
  passing({
    name: 'transfer codings have no case',
    section: '9112 7',
    send: post('transfer-encoding: Chunked\r\n', chunks('hello')),
    seen: ({ bytes }) => expect(bytes.toString()).toBe('hello'),
  }),
  passing({
    name: 'request trailers that are announced',
    section: '9112 7.1.2',
    send: post(`Trailer: X-Sum\r\n${CHUNKED}`, chunks('hello', 5, 'X-Sum: 1\r\n')),
    seen: (seen) => {
      expect(endToEnd({ fields: seen.trailers })).toEqual(['x-sum: 1'])
      expect(valuesOf(seen, 'trailer')).toEqual(['X-Sum'])
    },
  }),
  passing({
    name: 'request trailers that nobody announced, in order and latin-1',
    section: '9110 6.5',
    send: post(CHUNKED, chunks('hello', 5, 'x-b: caf\xe9\r\nX-A: 2\r\nX-B: 3\r\n')),
    seen: ({ trailers }) =>
      expect(endToEnd({ fields: trailers })).toEqual(['x-b: caf\xe9', 'x-a: 2', 'x-b: 3']),
  }),
]
