import { expect } from 'vitest'
import { asSent, endToEnd, passing, type Case } from '../case.ts'
import { valuesOf } from '../message.ts'
import { post, postOf, request } from './messages.ts'

const HOST = 'host: case.test'

/** Field lines that must arrive as they were sent, whatever the case of their names. */
const kept = (
  [
    ['an empty value', '9110 5.5', ['x-empty: ']],
    ['empty values, twice', '9110 5.5', ['x-empty: ', 'x-empty: ']],
    ['the same name twice, in order', '9110 5.3', ['x-one: 2', 'x-one: 1']],
    ['the same line twice', '9110 5.3', ['x-one: 1', 'x-one: 1']],
    ['two Cookie lines', '9110 5.3', ['cookie: a=1', 'cookie: b=2']],
    ['commas and quotes', '9110 5.6.4', ['x-one: a, "b, c";d="\\"", ,']],
    ['spaces within', '9110 5.5', ['x-one: a  b\tc']],
    ['latin-1', '9110 5.5', ['x-one: caf\xe9 \xff\x80']],
    ['UTF-8', '9110 5.5', ['x-one: caf\xc3\xa9']],
    ['8 KB', '9110 5.4', [`x-long: ${'x'.repeat(8_000)}`]],
    ['all that a name may have', '9110 5.6.2', ["!#$%&'*+-.^_`|~0a: 1"]],
    ['names of one letter and with an underscore', '9110 5.1', ['a: 1', 'x_y: 2']],
    ['__proto__ as a name', '9110 5.1', ['__proto__: x', 'constructor: y']],
    ['Authorization', '9110 11.6.2', ['authorization: Basic eDp5']],
    ['Accept-Encoding', '9110 12.5.3', ['accept-encoding: gzip;q=0, br']],
    ['a range and conditions', '9110 13.1', ['range: bytes=0-5', 'if-match: "a"']],
    [
      'Date, Server and Set-Cookie of a client',
      '9110 5.1',
      ['date: x', 'server: y', 'set-cookie: z'],
    ],
    ['what proxies before it said', 'promise', ['x-real-ip: 1', 'origin: b']],
    ['latin-1 in Content-Disposition', '9110 5.5', ['content-disposition: a; filename="\xe9"']],
    ['a value that looks like framing', '9110 5.1', ['x-one: chunked', 'x-two: Content-Length: 9']],
  ] as const
).map(([what, section, lines]) =>
  passing({
    name: `request fields: ${what}`,
    section,
    send: post(lines.map((line) => `${line}\r\n`).join('')),
    seen: (seen) => expect(endToEnd(seen).toSorted()).toEqual([HOST, ...lines].toSorted()),
  }),
)

const spaces = (
  [
    ['none after the colon', 'X-One:1'],
    ['many around a value', 'X-One:   1  \t '],
    ['a tab after the colon', 'X-One:\t1'],
  ] as const
).map(([what, line]) =>
  passing({
    name: `spaces in a request field are not of its value: ${what}`,
    section: '9112 5.1',
    send: post(`${line}\r\n`),
    seen: (seen) => expect(valuesOf(seen, 'x-one')).toEqual(['1']),
  }),
)

const hosts = ['case.test:8080', 'CASE.test', '[::1]:80', '127.0.0.1', 'xn--mnchen-3ya.test'].map(
  (host) =>
    passing({
      name: `Host ${host} as it came`,
      section: '9110 7.2',
      send: `GET /case HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      seen: (seen) => expect(valuesOf(seen, 'host')).toEqual([host]),
    }),
)

const ofThisHop = (
  [
    ['Keep-Alive', 'Keep-Alive: timeout=99\r\n'],
    ['Proxy-Connection', 'Proxy-Connection: keep-alive\r\n'],
    ['TE', 'Connection: TE\r\nTE: trailers\r\n'],
    ['Upgrade that is not for WebSocket', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'],
    ['HTTP2-Settings', 'Connection: HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n'],
    ['X-Named', 'Connection: X-Named\r\nX-Named: 1\r\n'],
    ['X-Named', 'Connection: keep-alive, x-nAMED ,\r\nX-Named: 1\r\nx-named: 2\r\n', 'in any case'],
    ['X-Named', 'X-Named: 1\r\nConnection: a\r\nConnection: X-Named\r\n', 'by a second line'],
    ['X-Named', 'X-Named: 1\r\nConnection:X-Named,,X-Other\r\n', 'in a list with gaps'],
  ] as const
).map(([name, fields, how = 'or its own nature']) => {
  const [field] = name.split(' ')
  return passing({
    name: `${name} stops here, named by Connection ${how}`,
    section: '9110 7.6.1',
    send: post(fields),
    seen: (seen) => expect(valuesOf(seen, field!.toLowerCase())).toEqual([]),
    ...(/^(?:X-Named|HTTP2|Proxy)/.test(name) && {
      alone: 'both pass on what Connection names, and Proxy-Connection, against 9110 7.6.1',
    }),
  })
})

const neverStripped = (
  [
    ['Host', 'case.test', ''],
    ['Authorization', 'Basic eDp5', 'Authorization: Basic eDp5\r\n'],
    ['Cookie', 'a=1', 'Cookie: a=1\r\n'],
    ['Content-Type', 'text/plain', 'Content-Type: text/plain\r\n'],
    ['Content-Encoding', 'br', 'Content-Encoding: br\r\n'],
    ['X-Forwarded-For', '192.0.2.1', 'X-Forwarded-For: 192.0.2.1\r\n'],
    ['X-Forwarded-Host', 'a', 'X-Forwarded-Host: a\r\n'],
    ['X-Forwarded-Proto', 'https', 'X-Forwarded-Proto: https\r\n'],
    ['Forwarded', 'for=a', 'Forwarded: for=a\r\n'],
    ['Via', '1.1 a', 'Via: 1.1 a\r\n'],
  ] as const
).map(([name, value, line]) =>
  passing({
    name: `Connection cannot have ${name} stripped`,
    section: '9110 7.6.1',
    send: post(`Connection: close, ${name}\r\n${line}`),
    seen: (seen) => expect(valuesOf(seen, name.toLowerCase())).toEqual([value]),
  }),
)

const framingNamed = (['Content-Length', 'Transfer-Encoding'] as const).map((name) =>
  passing({
    name: `Connection cannot have ${name} stripped from under a body`,
    section: '9110 7.6.1',
    send:
      name === 'Content-Length'
        ? postOf('hello', `Connection: ${name}\r\n`)
        : post(`Connection: ${name}\r\n${name}: chunked\r\n`, '5\r\nhello\r\n0\r\n\r\n'),
    seen: ({ bytes }) => expect(bytes.toString()).toBe('hello'),
  }),
)

const hopsCounted = (['OPTIONS', 'TRACE'] as const).flatMap((method): Case[] => [
  passing({
    name: `Max-Forwards of ${method} counts this hop`,
    section: '9110 7.6.2',
    alone: 'neither knows Max-Forwards, which an intermediary must count',
    send: request(`${method} /case`, 'Max-Forwards: 10\r\n'),
    seen: (seen) => expect(valuesOf(seen, 'max-forwards')).toEqual(['9']),
  }),
  {
    name: `${method} is not forwarded where Max-Forwards leaves no hop`,
    section: '9110 7.6.2',
    alone: 'neither knows Max-Forwards, which an intermediary must count',
    async run(stand) {
      const client = await stand.connect()
      client.send(request(`${method} /case`, 'Max-Forwards: 0\r\n'))
      expect((await client.answer()).status).toBe(method === 'OPTIONS' ? 200 : 501)
      await stand.settled()
      expect(stand.origin.requests).toEqual([])
    },
  },
])

const IN_ORDER = ['X-b: 2', 'Host: case.test', 'x-B: 1', 'Cookie: a', 'X-A: 3', 'cookie: b']

export const requestFields: Case[] = [
  ...kept,
  ...spaces,
  ...hosts,
  ...ofThisHop,
  ...neverStripped,
  ...framingNamed,
  ...hopsCounted,
  passing({
    name: 'Max-Forwards of any other method is as it came',
    section: '9110 7.6.2',
    send: post('Max-Forwards: 0\r\n'),
    seen: (seen) => expect(valuesOf(seen, 'max-forwards')).toEqual(['0']),
  }),
  passing({
    name: 'request fields in their order',
    section: 'promise',
    send: `GET /case HTTP/1.1\r\n${IN_ORDER.join('\r\n')}\r\n\r\n`,
    seen: (seen) => expect(endToEnd(seen)).toEqual(endToEnd({ fields: parsed(IN_ORDER) })),
  }),
  passing({
    name: 'request field names in their case',
    section: 'promise',
    send: `GET /case HTTP/1.1\r\n${IN_ORDER.join('\r\n')}\r\n\r\n`,
    seen: (seen) => expect(asSent(seen).toSorted()).toEqual(IN_ORDER.toSorted()),
  }),
  passing({
    name: 'a request with a thousand fields and more, its length among the last',
    section: '9110 5.4',
    send: postOf('hello', Array.from({ length: 1_500 }, (_, i) => `f${i}: 1\r\n`).join('')),
    seen: (seen) => {
      expect(seen.fields.filter(([name]) => /^f\d+$/.test(name))).toHaveLength(1_500)
      expect(seen.bytes.toString()).toBe('hello')
    },
  }),
  passing({
    name: 'nothing is added to a request',
    section: 'promise',
    send: request('GET /case'),
    seen: (seen) => expect(endToEnd(seen)).toEqual([HOST]),
  }),
  passing({
    name: 'a method that nobody knows',
    section: '9110 9.1',
    send: request('M-SEARCH /case'),
    seen: ({ method }) => expect(method).toBe('M-SEARCH'),
  }),
  passing({
    name: 'a method of WebDAV',
    section: '9110 9.1',
    send: request('PROPFIND /case'),
    seen: ({ method }) => expect(method).toBe('PROPFIND'),
  }),
]

function parsed(lines: readonly string[]) {
  return lines.map((line) => line.split(': ') as [string, string])
}
