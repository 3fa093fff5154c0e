import { createHash, randomBytes } from 'node:crypto'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Entry } from '../../../journal/entry.ts'
import type { Answer } from '../../../replayer/answer.ts'
import { compare } from '../../../replayer/compare/compare.ts'
import { DEFAULT_RULES, STATUS_ONLY } from '../../../replayer/compare/rules.ts'
import {
  answerWith,
  compared,
  entryWith,
  JSON_TYPE,
  NOW,
  told,
  type SaidAnswer,
} from './answers.ts'

const BINARY = ['Content-Type', 'application/octet-stream']
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

describe('a binary body', () => {
  const bytes = randomBytes(100)
  const other = Buffer.from(bytes)
  other[50]! ^= 1

  test('is compared by its length and its digest', () => {
    const of = (came: Buffer) =>
      compared({ fields: BINARY, body: bytes }, { fields: BINARY, body: came })
    expect(of(Buffer.from(bytes)).outcome).toBe('same')
    expect(told(of(Buffer.alloc(7)))).toStrictEqual(['body length 100 bytes -> 7 bytes'])
    expect(told(of(other))).toStrictEqual([`body digest ${sha256(bytes)} -> ${sha256(other)}`])
  })

  test.each([
    ['text with bytes that are none', ['Content-Type', 'text/plain'], Buffer.from([0x61, 0xff])],
    ['text with a NUL', [], Buffer.from('a\0')],
    ['an unknown coding', [...JSON_TYPE, 'Content-Encoding', 'zip'], Buffer.from('{}')],
    ['what its coding is not', [...JSON_TYPE, 'Content-Encoding', 'gzip'], Buffer.from('{}')],
    ['an unknown charset', ['Content-Type', 'text/plain; charset=no'], Buffer.from('a')],
  ])('is what it turns out to be: %s', (_, fields, body) => {
    const found = compared({ fields, body }, { fields, body: Buffer.concat([body, body]) })
    expect(told(found)).toStrictEqual([
      `body length ${body.length} bytes -> ${body.length * 2} bytes`,
    ])
  })
})

describe('content codings are undone', () => {
  const text = JSON.stringify({ a: 'x'.repeat(500), n: 1 })
  test.each<[string, string, (text: string) => Buffer]>([
    ['gzip', 'gzip', (body) => gzipSync(body)],
    ['deflate', 'deflate', (body) => deflateSync(body)],
    ['deflate without its envelope', 'deflate', (body) => deflateRawSync(body)],
    ['br', 'br', (body) => brotliCompressSync(body)],
    ['several', 'gzip, br', (body) => brotliCompressSync(gzipSync(body))],
    ['none', 'identity', (body) => Buffer.from(body)],
  ])('%s', (_, coding, encode) => {
    const coded = (body: string): SaidAnswer => ({
      fields: [...JSON_TYPE, 'Content-Encoding', coding],
      body: encode(body),
    })
    expect(compared(coded(text), { fields: JSON_TYPE, body: text }).outcome).toBe('same')
    const found = compared(coded(text), coded(text.replace('"n":1', '"n":2')))
    expect(told(found)).toStrictEqual(['body /n 1 -> 2'])
  })

  test('up to a bound; beyond it the bytes are compared', () => {
    const bomb = gzipSync(Buffer.alloc(40 * 1024 * 1024))
    const fields = [...JSON_TYPE, 'Content-Encoding', 'gzip']
    const found = compared({ fields, body: bomb }, { fields, body: gzipSync('1') })
    expect(told(found)[0]).toMatch(/^body length \d+ bytes -> \d+ bytes$/)
  })

  test('and character sets', () => {
    const latin1 = {
      fields: ['Content-Type', 'text/plain; charset=iso-8859-1'],
      body: Buffer.from('caf\xe9', 'latin1'),
    }
    expect(
      compared(latin1, { ...latin1, body: Buffer.from('caf\xe8', 'latin1') }).differences,
    ).toStrictEqual([{ where: 'body line 1', recorded: 'café', came: 'cafè' }])
  })
})

describe('a body that was not kept whole', () => {
  const whole = Buffer.from(JSON.stringify({ list: 'x'.repeat(1000), id: 1 }))
  const inChunks = (fields: string[], bytes: Buffer): Entry => ({
    ...entryWith({ fields }),
    ...{ responseBody: Buffer.alloc(0), responseChunks: 2 },
    ...{ responseLength: bytes.length, responseDigest: sha256(bytes) },
  })
  const of = (entry: Entry, answer: Answer) =>
    compare(entry, answer, DEFAULT_RULES, () => null, NOW)

  test('in chunks it is compared by its digest', () => {
    expect(of(inChunks(BINARY, whole), answerWith({ fields: BINARY, body: whole }))).toMatchObject({
      ...{ outcome: 'same', detail: null, uncompared: [] },
    })
    const other = Buffer.from(whole).fill('y', 20, 21)
    expect(
      told(of(inChunks(BINARY, whole), answerWith({ fields: BINARY, body: other }))),
    ).toStrictEqual([`body digest ${sha256(whole)} -> ${sha256(other)}`])
    const short = { fields: BINARY, body: 'short' }
    expect(told(of(inChunks(BINARY, whole), answerWith(short)))).toStrictEqual([
      'body length 1018 bytes -> 5 bytes',
    ])
  })

  test('of a type that can hold generated values, another digest tells nothing', () => {
    const came = answerWith({ fields: JSON_TYPE, body: '{"id":2}' })
    expect(of(inChunks(JSON_TYPE, whole), came)).toMatchObject({
      outcome: 'same',
      detail:
        'not compared: body: it is too large to be looked into; 1018 bytes were recorded, 8 came',
    })
    expect(of({ ...inChunks(JSON_TYPE, whole), responseBody: whole }, came).outcome).toBe('differs')
  })

  test('an answer of which the start was kept is compared by what is known of it', () => {
    const start = answerWith({ fields: BINARY, body: whole.subarray(0, 100) })
    const entry = entryWith({ fields: BINARY, body: whole })
    const { uncompared } = of(entry, { ...start, length: whole.length })
    expect(uncompared).toStrictEqual([
      'body: more came than is kept of an answer; its length, 1018 bytes, is the same',
    ])
    expect(
      of(entry, { ...start, length: whole.length, digest: sha256(whole) }).uncompared,
    ).toStrictEqual([])
    expect(told(of(entry, { ...start, length: 5000 }))).toStrictEqual([
      'body length 1018 bytes -> 5000 bytes',
    ])
  })

  test('recorded in part it is not compared, and that is said', () => {
    const entry: Entry = {
      ...entryWith({ fields: BINARY, body: 'abc' }),
      responseCapture: 'truncated',
      responseLength: 9,
    }
    expect(of(entry, answerWith({ fields: BINARY, body: 'something' }))).toMatchObject({
      ...{ outcome: 'same', differences: [] },
      uncompared: ['body: it was recorded truncated; 9 bytes were recorded, 9 came'],
    })
  })
})

test('bodies are left where the rules say so, and where there are none', () => {
  const [recorded, came] = [{ body: 'a' }, { body: 'b' }]
  expect(compared(recorded, came, { bodies: 'left' }).outcome).toBe('same')
  expect(compare(entryWith(recorded), answerWith(came), STATUS_ONLY, () => null, NOW).outcome).toBe(
    'same',
  )
  const head = { ...entryWith(recorded), method: 'HEAD' }
  expect(compare(head, answerWith({}), DEFAULT_RULES, () => null, NOW).outcome).toBe('same')
})
