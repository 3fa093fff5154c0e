import { expect } from 'vitest'
import { asSent, endToEnd, passing, type Case } from '../case.ts'
import { valuesOf } from '../message.ts'
import { ok } from '../origin.ts'
import { post } from './messages.ts'

const DATE = 'date: Thu, 01 Jan 1970 00:00:00 GMT'
const LENGTH = 'content-length: 2'

const kept = (
  [
    ['an empty value', '9110 5.5', ['x-empty: ']],
    ['the same name twice, in order', '9110 5.3', ['x-one: 2', 'x-one: 1']],
    ['several Set-Cookie lines', '6265 3', ['set-cookie: a=1; Path=/', 'set-cookie: b=2']],
    ['commas and quotes', '9110 5.6.4', ['x-one: a, "b, c";d="\\"", ,']],
    ['spaces within', '9110 5.5', ['x-one: a  b\tc']],
    ['latin-1', '9110 5.5', ['x-one: caf\xe9 \xff\x80']],
    ['UTF-8', '9110 5.5', ['x-one: caf\xc3\xa9']],
    ['latin-1 in Content-Disposition', '9110 5.5', ['content-disposition: a; filename="\xe9"']],
    ['8 KB', '9110 5.4', [`x-long: ${'x'.repeat(8_000)}`]],
    ['all that a name may have', '9110 5.6.2', ["!#$%&'*+-.^_`|~0a: 1"]],
    ['__proto__ as a name', '9110 5.1', ['__proto__: x', 'constructor: y']],
    ['Server', '9110 10.2.4', ['server: odd/1.0']],
    ['ETag and caching', '9110 8.8.3', ['etag: W/"\xff"', 'cache-control: no-store, x=1']],
    ['Location as it was', '9110 10.2.2', ['location: http://origin.test:81/a%2Fb']],
    ['WWW-Authenticate twice', '9110 11.6.1', ['www-authenticate: A', 'www-authenticate: B']],
    ['X-Powered-By', 'promise', ['x-powered-by: a']],
    ['Age', '9111 5.1', ['age: 1', 'x-cache: hit']],
  ] as const
).map(([what, section, lines]) =>
  passing({
    name: `answer fields: ${what}`,
    section,
    send: post(),
    answer: ok('ok', [DATE, ...lines].map((line) => `${line}\r\n`).join('')),
    got: (got) => {
      // A control that names itself names itself, in every answer.
      const others = endToEnd(got).filter(
        (line) => lines.some((l) => l.startsWith('server')) || !line.startsWith('server:'),
      )
      expect(others.toSorted()).toEqual([DATE, LENGTH, ...lines].toSorted())
    },
  }),
)

const ofThisHop = (
  [
    ['Keep-Alive', 'Keep-Alive: timeout=99\r\n'],
    ['Proxy-Connection', 'Proxy-Connection: keep-alive\r\n'],
    ['Upgrade', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'],
    ['X-Named', 'Connection: X-Named\r\nX-Named: 1\r\n'],
    ['X-Named', 'X-Named: 1\r\nConnection: a\r\nConnection: x-nAMED\r\n', 'by a second line'],
  ] as const
).map(([name, fields, how = 'or its own nature']) =>
  passing({
    name: `${name} of an answer stops here, named by Connection ${how}`,
    section: '9110 7.6.1',
    send: post(),
    answer: ok('ok', fields),
    got: (got) =>
      // Of its own connection each may speak.
      expect(valuesOf(got, name.toLowerCase()).filter((value) => /99|1|h2c/.test(value))).toEqual(
        [],
      ),
    ...(/^(?:X-Named|Upgrade)/.test(name) && {
      alone: 'both pass on what Connection names, and Upgrade, against 9110 7.6.1',
    }),
  }),
)

const neverStripped = ['Content-Type', 'Set-Cookie', 'Content-Encoding'].map((name) =>
  passing({
    name: `an answer's Connection: close keeps its ${name}`,
    section: '9110 7.6.1',
    send: post(),
    answer: ok('ok', `Connection: close\r\n${name}: a\r\n`),
    got: (got) => expect(valuesOf(got, name.toLowerCase())).toEqual(['a']),
  }),
)

const reasons = (
  [
    ['as it was', '299 Very Well', 'Very Well'],
    ['in latin-1', '200 Caf\xe9 d\xe9j\xe0', 'Caf\xe9 d\xe9j\xe0'],
    ['empty', '200 ', ''],
    ['with tabs and spaces within', '200 a\tb  c', 'a\tb  c'],
    ['of an unknown status', '599 Odd', 'Odd'],
    ['of a known status in other words', '404 Gone Fishing', 'Gone Fishing'],
  ] as const
).map(([what, status, reason]) =>
  passing({
    name: `a reason ${what}`,
    section: '9112 4',
    send: post(),
    answer: ok('ok', '', status),
    got: (got) => expect([got.status, got.reason]).toEqual([Number(status.slice(0, 3)), reason]),
  }),
)

const IN_ORDER = ['X-b: 2', 'Set-Cookie: a', 'x-B: 1', 'Content-Length: 2', 'set-cookie: b']
const ordered = `HTTP/1.1 200 OK\r\n${IN_ORDER.join('\r\n')}\r\n\r\nok`

export const answerFields: Case[] = [
  ...kept,
  ...ofThisHop,
  ...neverStripped,
  ...reasons,
  passing({
    name: 'answer fields in their order',
    section: 'promise',
    send: post(),
    answer: ordered,
    got: (got) => {
      const lines = endToEnd(got).filter((line) => !/^(?:date|server):/.test(line))
      expect(lines).toEqual(IN_ORDER.map((line) => line.toLowerCase()))
    },
  }),
  passing({
    name: 'answer field names in their case',
    section: 'promise',
    send: post(),
    answer: ordered,
    got: (got) => {
      const lines = asSent(got).filter((line) => !/^(?:date|server):/i.test(line))
      expect(lines.toSorted()).toEqual(IN_ORDER.toSorted())
    },
  }),
  passing({
    name: 'nothing is added to an answer',
    section: 'promise',
    send: post(),
    answer: ok('ok'),
    got: (got) => expect(endToEnd(got)).toEqual([LENGTH]),
  }),
  passing({
    name: 'an answer with a thousand fields and more, its length among the last',
    section: '9110 5.4',
    send: post(),
    answer: `HTTP/1.1 200 OK\r\n${Array.from({ length: 1_500 }, (_, i) => `f${i}: 1\r\n`).join('')}Content-Length: 2\r\n\r\nok`,
    got: (got) => {
      expect(got.fields.filter(([name]) => /^f\d+$/.test(name))).toHaveLength(1_500)
      expect(got.bytes.toString()).toBe('ok')
    },
  }),
]
