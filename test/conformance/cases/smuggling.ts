import { expect } from 'vitest'
import { ambiguous, type Case } from '../case.ts'
import { CHUNKED, chunks, post, request, SPELLED } from './messages.ts'

const LAST = '0\r\n\r\n'
const HELLO = '5\r\nhello\r\n0\r\n\r\n'
const chunked = (line: string, body = HELLO) => post(`${line}\r\n`, body)
const sized = (line: string, body = 'hello') => post(`${line}\r\n`, body)

const framing = [
  ambiguous({
    name: 'a length that covers less than the chunks do',
    section: '9112 6.3',
    send: post(`Content-Length: 3\r\n${CHUNKED}`, chunks(SPELLED)),
    reading: { body: SPELLED },
  }),
  ambiguous({
    name: 'a length that covers more than the chunks do',
    section: '9112 6.3',
    send: post(`${CHUNKED}Content-Length: ${LAST.length + SPELLED.length}\r\n`, LAST),
    reading: { body: '' },
  }),
  ambiguous({
    name: 'a length of 0 beside chunks',
    section: '9112 6.3',
    send: post(`Content-Length: 0\r\n${CHUNKED}`, HELLO),
    reading: { body: 'hello' },
  }),
  ambiguous({
    name: 'chunks in HTTP/1.0',
    section: '9112 6.1',
    send: `POST /case HTTP/1.0\r\nHost: case.test\r\n${CHUNKED}\r\n${HELLO}`,
  }),
  ambiguous({
    name: 'chunks beside a length in HTTP/1.0',
    section: '9112 6.1',
    send: `POST /case HTTP/1.0\r\nHost: case.test\r\nContent-Length: 3\r\n${CHUNKED}\r\n${HELLO}`,
  }),
  ...(
    [
      ['two lengths', 'Content-Length: 5\r\nContent-Length: 6'],
      ['two lengths, the first one 0', 'Content-Length: 0\r\nContent-Length: 5'],
      ['two lengths, the second one 0', 'Content-Length: 5\r\nContent-Length: 0'],
      ['a list of two lengths', 'Content-Length: 5, 6'],
      ['a signed length', 'Content-Length: +5'],
      ['a negative length', 'Content-Length: -5'],
      ['an empty length', 'Content-Length:'],
      ['a length in hex', 'Content-Length: 0x5'],
      ['a length with a fraction', 'Content-Length: 5.0'],
      ['a length with a space in it', 'Content-Length: 5 5'],
      ['a length of letters', 'Content-Length: five'],
      ['a length with a separator', 'Content-Length: 5_0'],
      ['a length and more', 'Content-Length: 5;a'],
      ['a quoted length', 'Content-Length: "5"'],
      ['a length beyond all numbers', `Content-Length: ${'9'.repeat(30)}`],
      ['a length that overflows into 5', 'Content-Length: 18446744073709551621'],
    ] as const
  ).map(([name, line]) => ambiguous({ name, section: '9112 6.3', send: sized(line), status: 400 })),
  ambiguous({
    name: 'the same length twice',
    section: '9110 8.6',
    send: sized('Content-Length: 5\r\nContent-Length: 5'),
    reading: { body: 'hello' },
  }),
  ambiguous({
    name: 'a list of the same length',
    section: '9110 8.6',
    send: sized('Content-Length: 5, 5'),
    reading: { body: 'hello' },
  }),
  ambiguous({
    name: 'a length with leading zeros',
    section: '9110 8.6',
    send: sized('Content-Length: 0005'),
    reading: { body: 'hello' },
  }),
]

const codings = (
  [
    ['twice in two lines', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
    ['twice in one line', 'Transfer-Encoding: chunked, chunked'],
    ['behind another', 'Transfer-Encoding: gzip, chunked'],
    ['before another', 'Transfer-Encoding: chunked, gzip'],
    ['before identity', 'Transfer-Encoding: chunked, identity'],
    ['behind identity', 'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked'],
    ['misspelled in front', 'Transfer-Encoding: xchunked'],
    ['misspelled behind', 'Transfer-Encoding: chunkedx'],
    ['with a parameter', 'Transfer-Encoding: chunked;q=1'],
    ['quoted', 'Transfer-Encoding: "chunked"'],
    ['in single quotes', "Transfer-Encoding: 'chunked'"],
    ['alone as identity', 'Transfer-Encoding: identity'],
    ['alone as gzip', 'Transfer-Encoding: gzip'],
    ['nothing', 'Transfer-Encoding:'],
    ['behind a vertical tab', 'Transfer-Encoding: \x0bchunked'],
    ['before a form feed', 'Transfer-Encoding: chunked\x0c'],
    ['behind a no-break space', 'Transfer-Encoding: \xa0chunked'],
    ['beside a NUL', 'Transfer-Encoding: chunked\0'],
    ['split by a space', 'Transfer-Encoding: chun ked'],
  ] as const
).map(([what, line]) =>
  ambiguous({ name: `a coding that is chunked ${what}`, section: '9112 6.1', send: chunked(line) }),
)

/** Legal ways to say the same; `reading` is what everybody must agree on. */
const readable = (
  [
    ['spaces around it', 'Transfer-Encoding:   chunked  '],
    ['tabs around it', 'Transfer-Encoding:\tchunked\t'],
    ['no space before it', 'Transfer-Encoding:chunked'],
    ['empty members of its list', 'Transfer-Encoding: , chunked'],
    ['capitals', 'TRANSFER-ENCODING: CHUNKED'],
  ] as const
).map(([what, line]) =>
  ambiguous({
    name: `chunked with ${what}`,
    section: '9112 6.1',
    send: chunked(line),
    reading: { body: 'hello' },
  }),
)

const fields = (
  [
    ['a space before the colon of a coding', `Transfer-Encoding : chunked`, HELLO],
    ['a tab before the colon of a coding', `Transfer-Encoding\t: chunked`, HELLO],
    ['a space before the colon of a length', 'Content-Length : 5', 'hello'],
    ['a space before a name', ' Content-Length: 5', 'hello'],
    ['a control byte in a name', 'Content\x01-Length: 5', 'hello'],
    ['a latin-1 byte in a name', 'X-\xe9: 5', ''],
    ['a name in brackets', '(X): 5', ''],
    ['a name in quotes', '"X": 5', ''],
    ['no name', ': 5', ''],
    ['no colon', 'Content-Length 5', ''],
    ['a NUL in a value', 'X-One: a\0b', ''],
    ['a bare CR in a value', 'X-One: a\rb', ''],
    ['a bare CR that hides a length', 'X-One: a\rContent-Length: 5', 'hello'],
    ['a bare CR before CRLF', 'X-One: a\r', ''],
    ['a control byte in a value', 'X-One: a\x01b', ''],
    ['DEL in a value', 'X-One: a\x7fb', ''],
  ] as const
).map(([name, line, body]) =>
  ambiguous({
    name: `a field with ${name}`,
    section: '9112 5.1',
    send: post(`${line}\r\n`, body),
    ...(/^(?:a control byte in a value|DEL)/.test(name) && {
      alone: '9110 5.5 lets them pass where they do no harm, but nobody knows that of an origin',
    }),
  }),
)

const lines = [
  ambiguous({
    name: 'a request in bare LFs',
    section: '9112 2.2',
    send: 'POST /case HTTP/1.1\nHost: case.test\nContent-Length: 5\n\nhello',
    reading: { body: 'hello' },
  }),
  ambiguous({
    name: 'one bare LF between two fields',
    section: '9112 2.2',
    send: 'POST /case HTTP/1.1\r\nHost: case.test\r\nX-One: 1\nContent-Length: 5\r\n\r\nhello',
    reading: { body: 'hello' },
  }),
  ambiguous({
    name: 'a request in bare CRs',
    section: '9112 2.2',
    send: 'POST /case HTTP/1.1\rHost: case.test\r\r\r\n\r\n',
  }),
  ambiguous({
    name: 'a folded field',
    section: '9112 5.2',
    send: post('X-One: a\r\n b\r\n'),
    reading: {},
  }),
  ambiguous({
    name: 'a coding that is folded away',
    section: '9112 5.2',
    send: post('X-One: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', 'hello'),
    reading: { body: 'hello' },
  }),
  ambiguous({
    name: 'a folded coding',
    section: '9112 5.2',
    send: post('Transfer-Encoding:\r\n chunked\r\n', HELLO),
    reading: { body: 'hello' },
  }),
  ambiguous({
    name: 'a field line before the first one that begins with a space',
    section: '9112 2.2',
    send: `GET /case HTTP/1.1\r\n X-One: 1\r\nHost: case.test\r\n\r\n`,
    reading: { target: '/case' },
  }),
  ambiguous({
    name: 'HTTP/2 that is none',
    section: '9113 3.4',
    send: 'PRI * HTTP/2.0\r\n\r\nGET /case HTTP/1.1\r\nHost: a\r\n\r\n',
  }),
  ...(
    [
      ['a version of tomorrow', 'GET /case HTTP/1.9\r\nHost: a\r\n\r\n'],
      ['HTTP/2.0 on the request line', 'GET /case HTTP/2.0\r\nHost: a\r\n\r\n'],
      ['a version in lower case', 'GET /case http/1.1\r\nHost: a\r\n\r\n'],
      ['a version of two digits', 'GET /case HTTP/1.10\r\nHost: a\r\n\r\n'],
      ['no version', 'GET /case\r\nHost: a\r\n\r\n'],
      ['a space behind the version', 'GET /case HTTP/1.1 \r\nHost: a\r\n\r\n'],
      ['a space before the method', ' GET /case HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['two spaces before the target', 'GET  /case HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['a tab before the target', 'GET\t/case HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['a method in brackets', '(GET) /case HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['a method with a NUL', 'G\0ET /case HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['a second request line', 'GET /case HTTP/1.1\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n'],
    ] as const
  ).map(([name, send]) =>
    ambiguous({
      name: `a request line with ${name}`,
      section: '9112 3',
      send,
      // 9112 3 allows to be lenient with spaces, 9110 6.2 to take 1.9 for 1.1.
      ...(/space|tab|tomorrow/.test(name) && { reading: { method: 'GET', target: '/case' } }),
    }),
  ),
]

/** Chunked bodies that nobody may make sense of. */
const brokenChunks = (
  [
    ['a size of letters', `zz\r\nhello\r\n${LAST}`],
    ['a negative size', `-5\r\nhello\r\n${LAST}`],
    ['a signed size', `+5\r\nhello\r\n${LAST}`],
    ['a size with 0x', `0x5\r\nhello\r\n${LAST}`],
    ['no size', `\r\nhello\r\n${LAST}`],
    ['a space before a size', ` 5\r\nhello\r\n${LAST}`],
    ['a size beyond all numbers', `${'f'.repeat(17)}\r\nhello\r\n${LAST}`],
    ['a size that overflows into 5', `10000000000000005\r\nhello\r\n${LAST}`],
    ['a chunk longer than its size', `3\r\nhello\r\n${LAST}`],
    ['a chunk without its end', `5\r\nhello${LAST}`],
    ['a bare LF behind a size', `5\nhello\r\n${LAST}`],
    ['a bare CR behind a size', `5\rhello\r\n${LAST}`],
    ['a bare LF behind a chunk', `5\r\nhello\n${LAST}`],
    ['a bare LF in an extension', `5;a\nhello\r\n${LAST}`],
    ['a bare CR in an extension', `5;a\rb\r\nhello\r\n${LAST}`],
    ['a NUL in an extension', `5;a\0\r\nhello\r\n${LAST}`],
    ['a NUL in a size', `5\0\r\nhello\r\n${LAST}`],
    ['a size and a word', `5 hello\r\nhello\r\n${LAST}`],
    ['an underscore in a size', `0_5\r\nhello\r\n${LAST}`],
    ['a comma behind a size', `5,\r\nhello\r\n${LAST}`],
  ] as const
).map(([what, body]) =>
  brokenBody({
    name: `a chunked request with ${what}`,
    section: '9112 7.1',
    body,
    ...(/LF|NUL in an ext/.test(what) && {
      alone: 'both skip extensions unread and take a bare LF, which 9112 2.2 allows only in heads',
    }),
  }),
)

const brokenTrailers = (
  [
    ['a space before the colon', 'X-Sum : 1\r\n'],
    ['no colon', 'nothing\r\n'],
    ['a NUL', 'X-Sum: a\0b\r\n'],
    ['a bare CR', 'X-Sum: a\rb\r\n'],
  ] as const
).map(([what, line]) =>
  brokenBody({
    name: `a trailer with ${what}`,
    section: '9110 6.5',
    body: `5\r\nhello\r\n0\r\n${line}\r\n`,
    ...(/NUL|space/.test(what) && {
      alone: 'nginx skips trailers unread, HAProxy 2.6 does not look at what is in them',
    }),
  }),
)

/** The head is right, so it may have gone on by the time the body turns out to be broken. */
function brokenBody({ body, ...about }: Omit<Case, 'run'> & { body: string }): Case {
  return {
    ...about,
    async run(stand) {
      const client = await stand.connect()
      client.send(Buffer.concat([post(CHUNKED, body), request('POST /behind')]))
      const answered = await client.answer().catch(() => null)
      if (answered?.status === 200) {
        // Forwarded, then: as a request that is whole and right.
        const [seen] = stand.origin.requests
        expect(seen?.bytes.toString()).toBe('hello')
      } else if (answered !== null) expect(String(answered.status)).toMatch(/^4\d\d$|^50[12]$/)
      await client.closed()
      await stand.settled()
      expect(stand.origin.requests.map(({ target }) => target)).not.toContain('/behind')
      expect(stand.origin.requests.length).toBeLessThanOrEqual(answered?.status === 200 ? 1 : 0)
    },
  }
}

const hosts = (
  [
    ['none', ''],
    ['two', 'Host: a\r\nHost: b\r\n'],
    ['the same twice', 'Host: a\r\nHost: a\r\n'],
    ['two apart, in other case', 'Host: a\r\nX-One: 1\r\nHOST: b\r\n'],
    ['a list', 'Host: a, b\r\n'],
    ['a space within', 'Host: a b\r\n'],
    ['a path', 'Host: a/b\r\n'],
    ['a user', 'Host: user@a\r\n'],
    ['a port of letters', 'Host: a:b\r\n'],
    ['a query', 'Host: a?b\r\n'],
    ['a fragment', 'Host: a#b\r\n'],
    ['a backslash', 'Host: a\\b\r\n'],
    ['a latin-1 byte', 'Host: \xe9\r\n'],
    ['a space before the colon', 'Host : a\r\n'],
  ] as const
).map(([what, lines]) =>
  ambiguous({
    name: `Host: ${what}`,
    section: '9112 3.2',
    send: `GET /case HTTP/1.1\r\n${lines}\r\n`,
    status: 400,
    ...(/^(?:a user|a port|a query|a fragment|a backslash|a latin)/.test(what) && {
      alone: 'both forward what is no host, as it came; 9112 3.2 asks for 400',
    }),
  }),
)

export const smuggling: Case[] = [
  ...framing,
  ...codings,
  ...readable,
  ...fields,
  ...lines,
  ...brokenChunks,
  ...brokenTrailers,
  ...hosts,
]
