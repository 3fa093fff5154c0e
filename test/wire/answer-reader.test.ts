import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AnswerReader } from '../../wire/answer-reader.ts'
import type { AnswerHead } from '../../wire/client.ts'
import { InvalidMessage } from '../../wire/head.ts'
import { readByNode } from '../support/node-answer.ts'

/** What was read: one line an event, the body in one piece; `closed` when the connection was. */
function readAll(segments: readonly Buffer[], method = 'GET', maxHead = 1_000): string[] {
  const seen: string[] = []
  let body = ''
  const say = (what: string, { status, reason, fields, httpVersion }: AnswerHead) =>
    seen.push(`${what} ${httpVersion} ${status} ${reason} ${JSON.stringify(fields)}`)
  const reader = new AnswerReader(
    {
      onInterim: (answer) => say('interim', answer),
      onHead: (answer) => say('head', answer),
      onBody: (chunk) => (body += chunk.toString('latin1')),
      onEnd: (trailers, connection) =>
        seen.push(`body ${body}`, `end ${JSON.stringify(trailers)} ${connection}`),
      onSwitch: (_, first) => seen.push(`switch ${first.toString('latin1')}`),
    },
    maxHead,
  )
  reader.expect(method)
  try {
    for (const segment of segments) reader.read(segment)
  } catch (error) {
    if (!(error instanceof InvalidMessage)) throw error
    return [...seen, `invalid: ${error.message}`]
  }
  const end = reader.close()
  return [...seen, end]
}

const read = (text: string, method?: string) => readAll([Buffer.from(text, 'latin1')], method)

const HEAD = 'HTTP/1.1 200 OK\r\n'

describe('is read', () => {
  test.each([
    ['a length', `${HEAD}Content-Length: 2\r\n\r\nhi`, ['body hi', 'end [] kept', 'whole']],
    ['no body', `${HEAD}Content-Length: 0\r\n\r\n`, ['body ', 'end [] kept', 'whole']],
    [
      'chunks',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1;a="b"\r\n!\r\n0\r\n\r\n`,
      ['body hi!', 'end [] kept', 'whole'],
    ],
    [
      'trailers',
      `${HEAD}Transfer-Encoding: Chunked\r\n\r\n0\r\nA: 1\r\na:\xe9 \r\n\r\n`,
      ['body ', 'end ["A","1","a","\xe9"] kept', 'whole'],
    ],
    ['until the close', `${HEAD}\r\nhi`, ['body hi', 'end [] closes', 'whole']],
    [
      'a coding that is not the last',
      `${HEAD}Transfer-Encoding: chunked, gzip\r\n\r\nhi`,
      ['body hi', 'end [] closes', 'whole'],
    ],
    [
      'Connection: close',
      `${HEAD}Connection: a, Close\r\nContent-Length: 1\r\n\r\nx`,
      ['body x', 'end [] closes', 'whole'],
    ],
    [
      'a chunk size with zeros before it',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n${'0'.repeat(40)}2\r\nhi\r\n000\r\n\r\n`,
      ['body hi', 'end [] kept', 'whole'],
    ],
  ])('%s', (_, text, events) => {
    expect(read(text).slice(1)).toEqual(events)
  })

  test.each(['1.0', '1.1'])('HTTP/%s, which keeps its connection or not', (version) => {
    const end = (fields: string) =>
      read(`HTTP/${version} 200\r\n${fields}Content-Length: 0\r\n\r\n`)[2]
    expect(end('')).toBe(`end [] ${version === '1.0' ? 'closes' : 'kept'}`)
    expect(end('Connection: keep-alive\r\n')).toBe('end [] kept')
  })

  test('interim answers before the answer, and a switch that ends HTTP', () => {
    const early = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: a\r\n\r\n'
    expect(read(`${early}${HEAD}Content-Length: 0\r\n\r\n`)).toEqual([
      'interim 1.1 100 Continue []',
      'interim 1.1 103 Early ["Link","a"]',
      'head 1.1 200 OK ["Content-Length","0"]',
      'body ',
      'end [] kept',
      'whole',
    ])
    expect(read('HTTP/1.1 101 Yes\r\n\r\nHTTP/1.1?')).toEqual(['switch HTTP/1.1?', 'whole'])
  })

  test.each([
    ['HEAD', '200', 'kept'],
    ['GET', '304', 'kept'],
    // Which may not say so: who does may send one.
    ['GET', '204', 'closes'],
  ])('an answer to %s of status %s has no body, whatever it says', (method, status, then) => {
    const text = `HTTP/1.1 ${status} A\r\nContent-Length: 5\r\n\r\n`
    expect(read(text, method).slice(1)).toEqual(['body ', `end [] ${then}`, 'whole'])
    expect(read(`HTTP/1.1 ${status} A\r\nTransfer-Encoding: chunked\r\n\r\n`, method)[2]).toBe(
      `end [] ${then}`,
    )
  })

  test('a 204 that says nothing of a length, or 0, and keeps its connection', () => {
    expect(read('HTTP/1.1 204 A\r\n\r\n')[2]).toBe('end [] kept')
    expect(read('HTTP/1.1 204 A\r\nContent-Length: 0\r\n\r\n')[2]).toBe('end [] kept')
  })
})

test.each([
  ['in its head', HEAD],
  ['before its body', `${HEAD}Content-Length: 1\r\n\r\n`],
  ['in a chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nh`],
  ['behind a chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nhi`],
  ['before its trailers end', `${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\nA: 1\r\n`],
  ['after an interim one', 'HTTP/1.1 100 Continue\r\n\r\n'],
])('one that ends %s is cut', (_, text) => {
  expect(read(text).at(-1)).toBe('cut')
})

test.each([
  ['no HTTP', 'hello\r\n\r\n'],
  ['HTTP/2 in text', 'HTTP/2.0 200 OK\r\n\r\n'],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
  ['a status below 100', 'HTTP/1.1 099 OK\r\n\r\n'],
  ['two spaces before the status', 'HTTP/1.1  200 OK\r\n\r\n'],
  ['an empty line first', `\r\n${HEAD}\r\n`],
  ['LF alone', 'HTTP/1.1 200 OK\n\n'],
  ['LF alone behind a field', `${HEAD}A: 1\nB: 2\r\n\r\n`],
  ['CR within a value', `${HEAD}A: 1\r2\r\n\r\n`],
  ['NUL in a value', `${HEAD}A: \0\r\n\r\n`],
  ['a line that goes on', `${HEAD}A: 1\r\n  2\r\n\r\n`],
  ['a space before the colon', `${HEAD}A : 1\r\n\r\n`],
  ['a line without a colon', `${HEAD}A\r\nB: 1\r\n\r\n`],
  ['a name that is empty', `${HEAD}: 1\r\n\r\n`],
  ['two lengths', `${HEAD}Content-Length: 1\r\nContent-Length: 1\r\n\r\n`],
  ['a list of lengths', `${HEAD}Content-Length: 1, 1\r\n\r\n`],
  ['a length with a sign', `${HEAD}Content-Length: +1\r\n\r\n`],
  ['a length beyond counting', `${HEAD}Content-Length: 9007199254740993\r\n\r\n`],
  ['an empty length', `${HEAD}Content-Length:\r\n\r\n`],
  ['a length and chunks', `${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`],
  ['chunks in HTTP/1.0', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['more than its length', `${HEAD}Content-Length: 1\r\n\r\nab`],
  ['an answer that nobody asked for', `${HEAD}Content-Length: 0\r\n\r\n${HEAD}`],
  ['a chunk size of no digits', `${HEAD}Transfer-Encoding: chunked\r\n\r\n;a\r\n`],
  ['a chunk size with 0x', `${HEAD}Transfer-Encoding: chunked\r\n\r\n0x2\r\n`],
  ['a chunk size with a sign', `${HEAD}Transfer-Encoding: chunked\r\n\r\n-2\r\n`],
  [
    'a chunk size beyond counting',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n${'f'.repeat(14)}\r\n`,
  ],
  ['a space behind a chunk size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2 \r\nhi\r\n`],
  ['LF alone behind a chunk size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\nhi\r\n`],
  ['LF alone behind a chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\n0\r\n\r\n`],
  ['a chunk that is longer than it says', `${HEAD}Transfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n`],
  ['a trailer without a colon', `${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\nA\r\n\r\n`],
  ['a switch with a transfer coding', 'HTTP/1.1 101 A\r\nTransfer-Encoding: gzip\r\n\r\n'],
  ['a row of interim ones that is too long', 'HTTP/1.1 103 Early\r\nA: 1\r\n\r\n'.repeat(50)],
  ['a head that is too long', `${HEAD}A: ${'x'.repeat(1_000)}\r\n\r\n`],
  ['a head that is too long, and has no end', `${HEAD}A: ${'x'.repeat(1_000)}`],
  [
    'trailers that are too long',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\n${'A: 123\r\n'.repeat(200)}\r\n`,
  ],
  [
    'an extension without an end',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(5_000)}`,
  ],
])('%s is no answer', (_, text) => {
  expect(read(text).at(-1)).toMatch(/^invalid: /)
  const bytes = [...Buffer.from(text, 'latin1')].map((byte) => Buffer.from([byte]))
  expect(readAll(bytes).at(-1)).toMatch(/^invalid: /)
})

const token = fc.string({
  unit: fc.constantFrom(...'abXY-_!'.split('')),
  minLength: 1,
  maxLength: 8,
})
const value = fc.string({ unit: fc.constantFrom(...'ab ,;=\t\xe9\xff'.split('')), maxLength: 12 })
const lines = fc
  .array(fc.tuple(token, value), { maxLength: 4 })
  .map((all) => all.map(([name, text]) => `${name}: ${text}\r\n`).join(''))

const chunks = fc.array(
  fc.string({ unit: fc.constantFrom(...'a\r\n0'.split('')), minLength: 1, maxLength: 30 }),
)

const framedBody = fc.oneof(
  chunks.map((all) => ({
    line: `Content-Length: ${all.join('').length}\r\n`,
    bytes: all.join(''),
  })),
  fc
    .tuple(chunks, lines, fc.constantFrom('', ';a', ';a="b"'))
    .map(([all, trailers, extension]) => ({
      line: 'Transfer-Encoding: chunked\r\n',
      bytes: `${all.map((one) => `${one.length.toString(16)}${extension}\r\n${one}\r\n`).join('')}0\r\n${trailers}\r\n`,
    })),
  chunks.map((all) => ({ line: '', bytes: all.join('') })),
)

const answers = fc
  .tuple(
    fc.constantFrom('1.0', '1.1'),
    fc.constantFrom(200, 201, 404, 500, 204, 304),
    lines,
    framedBody,
  )
  .filter(([version, , , { line }]) => version === '1.1' || !line.startsWith('T'))
  .map(([version, status, fields, { line, bytes }]) => {
    const hasBody = status !== 204 && status !== 304
    return `HTTP/${version} ${status} A b\r\n${fields}${line}\r\n${hasBody ? bytes : ''}`
  })

/** Damaged in one place, or not. */
const streams = fc
  .tuple(
    answers,
    fc.nat(),
    fc.option(fc.constantFrom('\r', '\n', '\0', ' ', ':', ';', '0', 'f', '\r\n', 'x'), { freq: 3 }),
    fc.constantFrom(0, 1, 2),
  )
  .map(([text, at, put, cut]) => {
    if (put === null) return text
    const place = at % text.length
    return text.slice(0, place) + put + text.slice(place + cut)
  })

test('where TCP takes an answer apart makes no difference', () => {
  fc.assert(
    fc.property(streams, fc.array(fc.nat(), { maxLength: 6 }), (text, cuts) => {
      const bytes = Buffer.from(text, 'latin1')
      const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b)
      const segments = [...places, bytes.length].map((end, i) =>
        bytes.subarray(places[i - 1] ?? 0, end),
      )
      const whole = readAll([bytes])
      const ending = (events: string[]) =>
        events.map((event) => event.replace(/^invalid.*/, 'invalid'))
      expect(ending(readAll(segments))).toEqual(ending(whole))
    }),
    { seed: 4, numRuns: 2_000 },
  )
})

test('what is read is what node:http reads', async () => {
  await fc.assert(
    fc.asyncProperty(streams, async (text) => {
      const bytes = Buffer.from(text, 'latin1')
      const ours = readAll([bytes])
      if (ours.at(-1)!.startsWith('invalid') && !ours.some((event) => event.startsWith('end')))
        return
      const head = /^head \S+ (\d+) .*? (\[.*\])$/.exec(ours[0]!)
      const nodes = await readByNode(bytes)
      // What came behind its end spoils an answer for node:http, where it is read with it.
      if (nodes === null && ours.at(-1)!.startsWith('invalid')) return
      if (ours.at(-1) === 'cut') expect(nodes?.end ?? 'cut').toBe('cut')
      else {
        expect(nodes).toEqual({
          status: Number(head![1]),
          fields: JSON.parse(head![2]!) as string[],
          body: ours[1]!.slice('body '.length),
          trailers: JSON.parse(/^end (.*) /.exec(ours[2]!)![1]!) as string[],
          end: 'whole',
        })
      }
    }),
    { seed: 4, numRuns: 1_500 },
  )
})

test('what is legal is read', () => {
  fc.assert(
    fc.property(answers, (text) => {
      expect(read(text).at(-1)).toBe('whole')
    }),
    { seed: 4, numRuns: 1_000 },
  )
})
