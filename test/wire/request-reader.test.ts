import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidMessage } from '../../wire/head.ts'
import { RequestReader } from '../../wire/request-reader.ts'

/** What was read, a line a request; what is not read of the bytes stays where it is. */
function readAll(segments: readonly Buffer[], maxHead = 1_000): string[] {
  const seen: string[] = []
  let begun = ''
  const finish = (end: string) => {
    seen.push(`${begun}${end}`)
    begun = ''
  }
  const reader = new RequestReader(
    {
      onHead({ method, target, httpVersion, fields }, framing) {
        begun = `${method} ${target} ${httpVersion} ${JSON.stringify(fields)} `
        if (framing.kind === 'none') finish('')
      },
      onBody: (chunk) => (begun += chunk.toString('latin1')),
      onEnd: (trailers) => finish(` ${JSON.stringify(trailers)}`),
    },
    maxHead,
  )
  try {
    for (let bytes of segments) {
      for (;;) {
        const before = seen.length
        bytes = bytes.subarray(reader.read(bytes))
        if (seen.length > before) reader.expect()
        if (bytes.length === 0) break
      }
    }
  } catch (error) {
    if (!(error instanceof InvalidMessage)) throw error
    return [...seen, `invalid: ${error.flaw}`]
  }
  if (begun !== '' || reader.hasBegun) seen.push('cut')
  return seen
}

const read = (text: string) => readAll([Buffer.from(text, 'latin1')])

const POST = 'POST /a%2F/../b;c?d HTTP/1.1\r\nHost: a\r\n'
const SEEN = 'POST /a%2F/../b;c?d 1.1 ["Host","a"'

test('requests are read one by one, with empty lines before them', () => {
  expect(
    read(`\r\n\r\n${POST}\r\n\r\nGET / HTTP/1.0\r\n\r\n${POST}Content-Length: 2\r\n\r\nhi`),
  ).toEqual([`${SEEN}] `, 'GET / 1.0 [] ', `${SEEN},"Content-Length","2"] hi []`])
})

test('chunks and trailers', () => {
  const text = `${POST}Transfer-Encoding: chunked\r\n\r\n2;a\r\nhi\r\n0\r\nA: 1\r\n\r\n`
  expect(read(text)).toEqual([`${SEEN},"Transfer-Encoding","chunked"] hi ["A","1"]`])
})

test('one after the other, only when it is asked for', () => {
  const bytes = Buffer.from(`${POST}\r\n${POST}\r\n`)
  let heads = 0
  const reader = new RequestReader({ onHead: () => heads++, onBody() {}, onEnd() {} }, 1_000)
  const first = reader.read(bytes)
  expect([heads, first]).toEqual([1, bytes.length / 2])
  expect(reader.read(bytes.subarray(first))).toBe(0)
  reader.expect()
  expect([reader.read(bytes.subarray(first)), heads]).toEqual([bytes.length / 2, 2])
})

describe('is nothing of HTTP', () => {
  test.each([
    ['no version', 'GET /\r\n\r\n'],
    ['HTTP/2.0', 'GET / HTTP/2.0\r\n\r\n'],
    ['HTTP/1.2', 'GET / HTTP/1.2\r\n\r\n'],
    ['a lower-case version', 'GET / http/1.1\r\n\r\n'],
    ['two spaces', 'GET  / HTTP/1.1\r\n\r\n'],
    ['a tab', 'GET\t/ HTTP/1.1\r\n\r\n'],
    ['a space in the target', 'GET /a b HTTP/1.1\r\n\r\n'],
    ['a space behind the version', 'GET / HTTP/1.1 \r\n\r\n'],
    ['no method', ' / HTTP/1.1\r\n\r\n'],
    ['a method that is no token', 'G@T / HTTP/1.1\r\n\r\n'],
    ['a byte above ASCII in the target', 'GET /\xe9 HTTP/1.1\r\n\r\n'],
    ['LF alone', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['an empty line that ends in LF alone', '\nGET / HTTP/1.1\r\n\r\n'],
    ['a first line that goes on', 'GET / HTTP/1.1\r\n a\r\n\r\n'],
    ['a length and chunks', `${POST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['two lengths', `${POST}Content-Length: 1\r\nContent-Length: 1\r\n\r\nx`],
    ['a length of no digits', `${POST}Content-Length: 0x1\r\n\r\nx`],
    ['two codings', `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ['a list of codings', `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n`],
    ['another coding', `${POST}Transfer-Encoding: identity\r\n\r\n`],
    ['a coding with a parameter', `${POST}Transfer-Encoding: chunked;a\r\n\r\n`],
    ['a coding in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['a chunk size of no digits', `${POST}Transfer-Encoding: chunked\r\n\r\nx\r\n`],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual(['invalid: malformed'])
  })

  test('a head that is too long, whether it ends or not', () => {
    expect(read(`${POST}A: ${'x'.repeat(1_000)}\r\n\r\n`)).toEqual(['invalid: too_large'])
    expect(read(`${POST}A: ${'x'.repeat(1_000)}`)).toEqual(['invalid: too_large'])
  })
})

const value = fc.string({ unit: fc.constantFrom(...'ab ,;=\t\xe9'.split('')), maxLength: 12 })
const body = fc.string({ unit: fc.constantFrom(...'a\r\n0'.split('')), maxLength: 30 })

const requests = fc
  .tuple(fc.constantFrom('GET', 'POST', 'DELETE'), value, fc.option(body), fc.boolean())
  .map(([method, text, content, inChunks]) => {
    const head = `${method} /a HTTP/1.1\r\nX: ${text}\r\n`
    if (content === null) return `${head}\r\n`
    if (!inChunks) return `${head}Content-Length: ${content.length}\r\n\r\n${content}`
    const chunk = content === '' ? '' : `${content.length.toString(16)}\r\n${content}\r\n`
    return `${head}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`
  })

test('where TCP takes requests apart makes no difference, broken ones too', () => {
  const damage = fc.option(fc.constantFrom('\r', '\n', '\0', ' ', ':', ';', '0', 'f', 'x'), {
    freq: 2,
  })
  fc.assert(
    fc.property(
      fc.array(requests, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.nat(),
      damage,
      (all, cuts, at, put) => {
        const text = all.join('')
        const place = at % text.length
        const damaged = put === null ? text : text.slice(0, place) + put + text.slice(place + 1)
        const bytes = Buffer.from(damaged, 'latin1')
        const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b)
        const segments = [...places, bytes.length].map((end, i) =>
          bytes.subarray(places[i - 1] ?? 0, end),
        )
        const whole = readAll([bytes])
        expect(readAll(segments)).toEqual(whole)
        if (put === null) expect(whole).toHaveLength(all.length)
      },
    ),
    { seed: 4, numRuns: 2_000 },
  )
})
