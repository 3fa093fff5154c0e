import { expect } from 'vitest'
import { ambiguous, passing, type Case } from '../case.ts'
import { valuesOf } from '../message.ts'
import { request } from './messages.ts'

const TARGETS = [
  '/',
  '/a%2Fb',
  '/a%2fb',
  '//',
  '//other.test/a',
  '/a//b///c',
  '/a/../b/./c',
  '/..',
  '/a;b=c;d',
  '/?',
  '/a?',
  '/a?b=1&b=2&&=&c',
  '/a?q=%00%zz+?/..',
  '/a%20b?c=%C3%A4',
  '/%7Euser/~user',
  "/!$&'()*+,;=:@-._~",
  '/a?redirect=http://other.test/?b=c',
  '/a?save=0',
  `/${'x'.repeat(8_000)}`,
  `/?${'x'.repeat(8_000)}`,
]

const asItCame = TARGETS.map((target) =>
  passing({
    name: `the target ${target.length > 100 ? `${target.slice(0, 3)}... of 8,000` : target}`,
    section: '9112 3.2',
    send: request(`GET ${target}`),
    seen: (seen) => expect(seen.target).toBe(target),
  }),
)

/** Not allowed by the grammar, and sent by browsers all the same. */
const odd = ['/a|b', '/a"b', '/<>', '/a^b`{}', '/a\\b', '/[a]?b[]=1', '/a?b=|'].map((target) =>
  ambiguous({
    name: `the odd target ${target} as it came, or refused`,
    section: '9112 3.2',
    send: request(`GET ${target}`),
    reading: { target },
  }),
)

const absolute = (
  [
    ['POST http://shop.test/a?b', '/a?b', 'shop.test'],
    ['POST http://shop.test:81/a', '/a', 'shop.test:81'],
    ['POST HTTP://shop.test', '/', 'shop.test'],
    ['POST http://shop.test?b', '/?b', 'shop.test'],
    ['POST http://shop.test/a%2Fb//c/..', '/a%2Fb//c/..', 'shop.test'],
    ['POST http://[::1]:81/a', '/a', '[::1]:81'],
    ['POST http://shop.test/http://other.test/', '/http://other.test/', 'shop.test'],
  ] as const
).map(([line, target, host]) =>
  passing({
    name: `${line} goes to ${host}, whatever Host says`,
    section: '9112 3.2.2',
    send: request(line),
    method: 'POST',
    seen: (seen) => {
      // As a proxy may send it on in absolute form too.
      const expected = [target, line.slice('POST '.length)]
      expect(expected).toContain(seen.target)
      expect(valuesOf(seen, 'host')).toEqual([host])
    },
    alone:
      'HAProxy refuses a Host that says otherwise; nginx goes by the authority for itself, but has ' +
      'no variable for it to pass on, port and all',
  }),
)

const broken = (
  [
    ['a space', 'GET /a b'],
    ['a tab', 'GET /a\tb'],
    ['a byte above ASCII', 'GET /\xe4'],
    ['a NUL', 'GET /a\0b'],
    ['a control byte', 'GET /a\x01b'],
    ['DEL', 'GET /a\x7fb'],
  ] as const
).map(([what, line]) =>
  ambiguous({ name: `a target with ${what}`, section: '9112 3.2', send: request(line) }),
)

export const targets: Case[] = [
  ...asItCame,
  ...odd,
  ...absolute,
  ...broken,
  passing({
    name: 'OPTIONS * stays *',
    section: '9112 3.2.4',
    send: request('OPTIONS *'),
    seen: ({ target }) => expect(target).toBe('*'),
    method: 'OPTIONS',
  }),
  passing({
    name: 'OPTIONS of an authority alone asks the server as a whole',
    section: '9112 3.2.4',
    send: request('OPTIONS http://shop.test'),
    method: 'OPTIONS',
    seen: (seen) => {
      expect(['*', 'http://shop.test']).toContain(seen.target)
      expect(valuesOf(seen, 'host')).toEqual(['shop.test'])
    },
    alone: 'HAProxy refuses a Host that says otherwise; nginx asks for / instead',
  }),
  passing({
    name: 'an absolute target with the Host it should have',
    section: '9112 3.2.2',
    send: request('GET http://case.test/a?b'),
    seen: (seen) => expect(valuesOf(seen, 'host')).toEqual(['case.test']),
  }),
  passing({
    name: 'OPTIONS of a path is not of the server as a whole',
    section: '9112 3.2.4',
    send: request('OPTIONS http://shop.test/'),
    method: 'OPTIONS',
    seen: ({ target }) => expect(['/', 'http://shop.test/']).toContain(target),
  }),
  {
    name: 'CONNECT is refused, and what follows it is no request',
    section: '9110 9.3.6',
    async run(stand) {
      const client = await stand.connect()
      client.send('CONNECT shop.test:443 HTTP/1.1\r\nHost: shop.test:443\r\n\r\n')
      client.send(request('GET /behind'))
      const { status } = await client.answer()
      expect(String(status)).toMatch(/^4\d\d$|^501$/)
      await client.closed()
      await stand.settled()
      expect(stand.origin.requests).toEqual([])
    },
  },
  ambiguous({ name: 'GET * is none of anything', section: '9112 3.2.4', send: request('GET *') }),
  ambiguous({
    name: 'a target that begins with no slash',
    section: '9112 3.2',
    send: request('GET case'),
  }),
  ambiguous({
    name: 'an authority alone, but for CONNECT',
    section: '9112 3.2.3',
    send: request('GET shop.test:80'),
  }),
  ambiguous({ name: 'no target', section: '9112 3', send: request('GET ') }),
  ambiguous({
    name: 'a target with a fragment, without it or refused',
    section: '9112 3.2.1',
    send: request('GET /a#b'),
    reading: { target: '/a' },
  }),
  ambiguous({
    name: 'an absolute target without an authority',
    section: '9110 4.2.1',
    send: request('GET http:///a'),
    status: 400,
  }),
  ambiguous({
    name: 'an absolute target of a scheme that is not HTTP',
    section: '9112 3.2.2',
    send: request('GET ftp://shop.test/a'),
  }),
]
