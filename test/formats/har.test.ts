import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { ForeignExchange } from '../../journal/foreign.ts'
import { readHar } from '../../replayer/formats/har-in.ts'
import { writeHar } from '../../replayer/formats/har-out.ts'
import { body, NOON } from '../journal/entries.ts'
import { faultsOf } from '../support/json-schema.ts'
import { all, exported, inPieces, written } from './exported.ts'
import { HAR_SCHEMA } from './har-schema.ts'

async function exchangesOf(text: string, size = 1000): Promise<ForeignExchange[]> {
  const items = await all(readHar(inPieces(text, size)))
  return items.flatMap((item) => (item.kind === 'exchange' ? [item.exchange] : []))
}

const bytes = fc.uint8Array({ maxLength: 40 }).map((list) => Buffer.from(list))
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((one) => Buffer.from(one))
const token = fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/)
const value = fc.stringMatching(/^[\x21-\xff]{1,12}$/)
const anyExchange = fc.record({
  method: fc.constantFrom('POST', 'PUT', 'PATCH', 'M-SEARCH'),
  target: fc.stringMatching(/^\/[\x21-\x22\x24-\x7e]{0,20}$/),
  fields: fc.array(fc.tuple(token, value), { maxLength: 4 }),
  asked: fc.oneof(bytes, text),
  answered: fc.oneof(bytes, text),
  status: fc.integer({ min: 200, max: 599 }),
  reason: fc.stringMatching(/^[\x21-\x7e]{0,12}$/),
  arrived: fc.nat(1e9),
  took: fc.nat(1e7),
})

test('what goes out as HAR is HAR, and comes in again as it was', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyExchange, { maxLength: 3 }),
      fc.integer({ min: 1, max: 200 }),
      async (list, size) => {
        const entries = list.map((one, i) => {
          const arrivedAt = NOON + one.arrived
          const fields = one.fields
            .filter(
              ([name]) =>
                !/^(host|content-encoding|authorization|cookie|set-cookie|x-api-key)$/i.test(name),
            )
            .flat()
          return exported(i + 1, {
            ...{ arrivedAt, answeredAt: arrivedAt + one.took },
            request: {
              method: one.method,
              target: one.target,
              fields: ['Host', 'h.example', ...fields],
              body: body(one.asked),
            },
            response: { status: one.status, reason: one.reason, fields, body: body(one.answered) },
          })
        })
        const { text } = await written(writeHar, entries)
        const document: unknown = JSON.parse(text)
        expect(faultsOf(HAR_SCHEMA, document, HAR_SCHEMA)).toEqual([])
        const back = await exchangesOf(text, size)
        expect(back).toHaveLength(entries.length)
        for (const [i, exchange] of back.entries()) {
          const { entry } = entries[i]!
          const { answer } = exchange
          expect(exchange).toMatchObject({
            ...{
              origin: 'http://h.example',
              arrivedAt: entry.arrivedAt,
              method: entry.method,
              target: entry.target,
            },
            ...{
              fields: entry.requestHeaders,
              httpVersion: '1.1',
              client: '192.0.2.7',
              changed: [],
            },
          })
          expect(exchange.body.bytes).toEqual(entry.requestBody)
          expect(answer).toMatchObject({
            status: entry.status,
            reason: entry.reason,
            fields: entry.responseHeaders,
          })
          expect(answer!.body.bytes).toEqual(entry.responseBody)
          expect(Math.abs(answer!.answeredAt - entry.answeredAt!)).toBeLessThanOrEqual(1)
        }
      },
    ),
    { numRuns: 25 },
  )
})

test('a coded answer is readable in the file, and its coding is taken away with what said it', async () => {
  const one = exported(1, {
    response: {
      fields: ['Content-Encoding', 'gzip', 'Content-Length', '30', 'Content-Type', 'text/plain'],
      body: body(gzipSync('plain')),
    },
  })
  const { text } = await written(writeHar, [one])
  expect(text).toContain('"text":"plain"')
  const [back] = await exchangesOf(text)
  expect(back).toMatchObject({
    changed: ['coding_undone'],
    answer: { fields: ['Content-Type', 'text/plain'] },
  })
})

test('no answer, and a body that was cut, come back as such', async () => {
  const { text } = await written(writeHar, [
    exported(1, { response: null, answeredAt: null, verdict: 'in_doubt', cause: 'client_gone' }),
    exported(2, { request: { body: body('ab', { capture: 'aborted', length: 4 }) } }),
  ])
  expect(faultsOf(HAR_SCHEMA, JSON.parse(text), HAR_SCHEMA)).toEqual([])
  const [first, second] = await exchangesOf(text)
  expect(first).toMatchObject({ answer: null, sent: 'something' })
  expect(second).toMatchObject({ body: { capture: 'aborted' } })
})

/** As browsers write it: HTTP/2 with its pseudo fields, other schemes, what never left. */
test('what browsers write is read as they mean it', async () => {
  const entry = (request: object, response: object, more: object = {}) => ({
    ...{ startedDateTime: '2026-01-15T13:00:00.123+01:00', time: 50, cache: {}, ...more },
    timings: { blocked: 1, dns: -1, connect: -1, send: 0.5, wait: 40, receive: 8.5 },
    request: {
      method: 'POST',
      httpVersion: 'http/2.0',
      headers: [],
      cookies: [],
      queryString: [],
      headersSize: -1,
      bodySize: 0,
      ...request,
    },
    response: {
      status: 200,
      statusText: '',
      headers: [],
      content: { size: 2, mimeType: 'text/plain', text: 'ok' },
      ...response,
    },
  })
  const log = {
    version: '1.2',
    creator: { name: 'WebInspector', entries: [] },
    pages: [{ id: 'page_1', title: '"entries": [', entries: [{}] }],
    entries: [
      entry(
        {
          url: 'https://Shop.example/a?b=%20c#d',
          headers: [
            { name: ':authority', value: 'Shop.example' },
            { name: 'x-name', value: 'Zoë 猫' },
          ],
          cookies: [
            { name: 'a', value: '1' },
            { name: 'b', value: '2' },
          ],
          postData: {
            mimeType: 'application/x-www-form-urlencoded',
            params: [{ name: 'q', value: 'a b' }],
          },
        },
        {},
      ),
      entry({ url: 'data:text/plain,hi' }, {}),
      entry(
        { url: 'https://shop.example/never' },
        { status: 0, _error: 'net::ERR_BLOCKED_BY_CLIENT' },
      ),
    ],
  }
  const items = await all(readHar(inPieces(`\ufeff${JSON.stringify({ log }, null, 1)}\n`, 7)))
  expect(items).toMatchObject([
    {
      kind: 'exchange',
      exchange: {
        ...{ origin: 'https://shop.example', target: '/a?b=%20c', httpVersion: '2.0' },
        arrivedAt: Date.UTC(2026, 0, 15, 12) * 1000 + 123_000,
        fields: [
          'Host',
          'Shop.example',
          'x-name',
          Buffer.from('Zoë 猫').toString('latin1'),
          'Cookie',
          'a=1; b=2',
        ],
        body: { bytes: Buffer.from('q=a+b') },
        answer: { answeredAt: Date.UTC(2026, 0, 15, 12) * 1000 + 123_000 + 41_500 },
        changed: ['cookie_made'],
      },
    },
    { kind: 'skipped', why: 'not_http', detail: 'data:text/plain,hi' },
    { kind: 'exchange', exchange: { answer: null, sent: 'nothing' } },
  ])
})

test('what Playwright recorded of Chromium is read: see fixtures/README.md', async () => {
  const file = readFileSync(join(import.meta.dirname, 'fixtures/chromium.har'), 'utf8')
  expect(await exchangesOf(file, 4096)).toMatchObject([
    { method: 'GET', target: '/', answer: { status: 200, body: { bytes: Buffer.from('ok') } } },
    {
      ...{ method: 'POST', target: '/things', origin: 'http://127.0.0.1:3456', changed: [] },
      body: { bytes: Buffer.from('{"name":"Zoë"}'), capture: 'complete' },
      answer: { status: 201, reason: 'Created', body: { bytes: Buffer.from('{"id":"t-1"}') } },
    },
    // It has no word for bytes that are no text.
    {
      method: 'PUT',
      changed: ['body_missing'],
      body: { capture: 'aborted' },
      answer: { status: 204 },
    },
    { method: 'POST', target: '/hangup', answer: null, sent: 'something' },
    { method: 'POST', origin: 'http://127.0.0.1:1', answer: null, sent: 'nothing' },
  ])
})

test.each([
  ['', 'it ends too early, at byte 0'],
  ['[1]', 'it has no list log.entries'],
  ['hello', 'it is no object'],
  ['{"log":{"entries":[ {"a":1,}]}}', 'what begins at byte 20 is no JSON'],
  ['{"log":{"entries":[{"request":{}', 'it ends too early, at byte 32'],
  [
    '{"log":{"entries":[{"request":{"url":7}}]}}',
    'log.entries[0] (byte 19).request.url: expected a text, got number',
  ],
  ['{"log":{"entries":[{}]}}', 'log.entries[0] (byte 19).request: expected an object, got nothing'],
  ['{"log":{"entries":[]}} {}', 'something stands behind its end, at byte 23'],
])('what is no HAR is said with its place: %s', async (file, message) => {
  await expect(all(readHar(inPieces(file, 3)))).rejects.toMatchObject({
    code: 'file_invalid',
    message: expect.stringContaining(message),
  })
})
