import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { FOREIGN_WRITERS } from '../../replayer/formats/formats.ts'
import { body } from '../journal/entries.ts'
import { exported, written } from './exported.ts'

const JSON_TYPE = ['Content-Type', 'application/json']

/** One of each: JSON, a secret everywhere, bytes, a body that was cut, no answer, an odd target. */
const ENTRIES = [
  exported(1, {
    request: {
      target: '/things?kind=a%20b&flag&kind=c',
      fields: ['Host', 'shop.example:8080', ...JSON_TYPE, 'X-Two', 'a', 'X-Two', 'b'],
      body: body('{"name":"Zoë","n":1}'),
    },
    response: { fields: JSON_TYPE, body: body('{"id":"t-1"}') },
  }),
  exported(2, {
    request: {
      method: 'PUT',
      target: '/things/t-1?access_token=SECRET-1',
      fields: [
        'Host',
        'shop.example',
        'Authorization',
        'Bearer SECRET-2',
        'X-Api-Key',
        'SECRET-3',
        ...JSON_TYPE,
      ],
      body: body('{"password":"SECRET-4","name":"it\'s"}'),
    },
    response: { fields: ['Set-Cookie', 'id=SECRET-5', 'Location', '/a?id_token=SECRET-6'] },
  }),
  exported(3, {
    request: { body: body(Buffer.from([0, 1, 0xff, 0xfe])), fields: ['Host', 'shop.example'] },
  }),
  exported(4, { request: { body: body('abc', { capture: 'aborted', length: 9 }) } }),
  exported(5, { response: null, answeredAt: null, verdict: 'in_doubt', cause: 'client_gone' }),
  exported(6, { request: { target: '*', method: 'OPTIONS', body: body('') } }),
]

// The journal masks what it is told is a secret; what stands in clear here is what a writer must see itself.
const MASKED = ENTRIES.map((one) => {
  if (one.entry.id !== 2) return one
  const target = one.entry.target.replace('SECRET-1', '********')
  const bytes = Buffer.from(one.request.bytes.toString().replace('SECRET-4', '********'))
  const masked = [{ in: 'target' as const, offset: 25, length: 8, value: null }]
  return {
    ...one,
    entry: { ...one.entry, target, requestBody: bytes, masked },
    request: { bytes, left: null },
  }
})

describe.each(Object.entries(FOREIGN_WRITERS))('%s', (name, write) => {
  test('no secret is written, and all that is lost is told', async () => {
    const { text, losses } = await written(write, MASKED)
    expect(text).not.toContain('SECRET')
    expect(text.length).toBeGreaterThan(500)
    if (name === 'openapi') return
    expect(losses.secret).toEqual([2])
    expect(losses.incomplete).toEqual([4])
    expect([...(losses.binary ?? []), ...(losses.binary_file ?? [])]).toEqual(
      name === 'curl' || name === 'httpie' || name === 'k6' ? [] : [3],
    )
  })

  test('nothing at all makes a whole file too', async () => {
    expect((await written(write, [])).text).not.toBe('')
  })
})

test('a script of curl commands sends what was recorded, bytes too', async () => {
  const { text } = await written(FOREIGN_WRITERS.curl, MASKED.slice(0, 3))
  const told = `
    cd "$(mktemp -d)"
    curl() { for one; do printf '%s\\0' "$one"; done; cat entry-3-request 2>/dev/null || :; }
    base64() { command base64 "$@"; }
    ${text}`
  const { stdout } = await promisify(execFile)('bash', ['-c', told], { encoding: 'buffer' })
  const words = stdout.toString('latin1').split('\0')
  expect(words).toContain('http://shop.example:8080/things?kind=a%20b&flag&kind=c')
  expect(words).toContain(Buffer.from('{"name":"Zoë","n":1}').toString('latin1'))
  expect(words).toContain('Authorization: AUTHORIZATION_NOT_SHOWN')
  expect(words).toContain('@entry-3-request')
  expect(stdout.subarray(-4)).toEqual(Buffer.from([0, 1, 0xff, 0xfe]))
})

test('a module for k6 holds the requests in their order, with secrets from its environment', async () => {
  const { text, losses } = await written(FOREIGN_WRITERS.k6, MASKED.slice(0, 3))
  expect(losses.fields).toEqual([1])
  const sent = await ranInK6(text, {
    ACCESS_TOKEN: 'a',
    AUTHORIZATION: 'b',
    X_API_KEY: 'c',
    PASSWORD: 'd',
  })
  expect(sent).toMatchObject([
    [
      'POST',
      'http://127.0.0.1:3000/things?kind=a%20b&flag&kind=c',
      '{"name":"Zoë","n":1}',
      { 'X-Two': 'a, b' },
    ],
    [
      'PUT',
      'http://127.0.0.1:3000/things/t-1?access_token=a',
      '{"password":"d","name":"it\'s"}',
      { Authorization: 'b', 'X-Api-Key': 'c' },
    ],
    ['POST', 'http://127.0.0.1:3000/things/3', Buffer.from([0, 1, 0xff, 0xfe]), {}],
  ])
})

/** What a module would have k6 send: method, URL, body, fields. */
async function ranInK6(text: string, env: Record<string, string>): Promise<unknown[]> {
  const sent: unknown[] = []
  const http = {
    expectedStatuses: () => null,
    request(method: string, url: string, content: unknown, { headers }: { headers: object }) {
      sent.push([method, url, content, headers])
      return { status: 201 }
    },
  }
  const encoding = { b64decode: (data: string) => Buffer.from(data, 'base64') }
  const code = text
    .replaceAll(/^import .*$/gm, '')
    .replace('export const options', 'const options')
    .replace('export default function', 'return function')
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- it is what is tested
  const run = new Function('__ENV', 'check', 'encoding', 'http', code) as (
    ...given: unknown[]
  ) => () => void
  run(env, () => {}, encoding, http)()
  return sent
}

test('a file of requests has variables for secrets, and names files for what it cannot hold', async () => {
  const { text } = await written(FOREIGN_WRITERS.http, MASKED.slice(0, 4))
  expect(text).toContain(
    [
      '### Entry 1: POST /things?kind=a%20b&flag&kind=c, recorded 201',
      '# @no-redirect',
      '# @no-cookie-jar',
      'POST {{baseUrl}}/things?kind=a%20b&flag&kind=c',
      'Content-Type: application/json',
      'X-Two: a',
      'X-Two: b',
      '',
      '{"name":"Zoë","n":1}',
    ].join('\n'),
  )
  expect(text).toContain('@PASSWORD = PASSWORD_NOT_SHOWN\n')
  expect(text).toContain('{"password":"{{PASSWORD}}","name":"it\'s"}')
  expect(text).toContain('\n< ./entry-3.body\n')
  expect(text).toContain('reprise entries 4 --body request > entry-4.body')
})

test('what a client of .http files would take for its own is not said so', async () => {
  const one = exported(7, {
    request: {
      target: '/a?b={{c}}',
      fields: ['Host', 'h', 'X-T', '{{d}}'],
      body: body('a\n### b\n'),
    },
  })
  const two = exported(8, { request: { fields: ['Host', 'h'], body: body('a {{b}}') } })
  const { text, losses } = await written(FOREIGN_WRITERS.http, [one, two])
  expect(text).toContain('{{baseUrl}}/a?b=%7B%7Bc}}')
  expect(text).toContain('< ./entry-7.body')
  expect(text).toContain('< ./entry-8.body')
  expect(losses).toEqual({ binary_file: [7, 8], braces: [7] })
})

test('a collection of Postman has an item for each request', async () => {
  const { text } = await written(FOREIGN_WRITERS.postman, MASKED.slice(0, 3))
  const collection = JSON.parse(text) as {
    info: object
    item: { request: object }[]
    variable: { key: string }[]
  }
  expect(collection.info).toMatchObject({
    schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
  })
  expect(collection.variable.map(({ key }) => key).sort()).toEqual([
    ...['ACCESS_TOKEN', 'AUTHORIZATION', 'PASSWORD', 'X_API_KEY', 'baseUrl'],
  ])
  expect(collection.item.map(({ request }) => request)).toMatchObject([
    {
      method: 'POST',
      url: {
        raw: '{{baseUrl}}/things?kind=a%20b&flag&kind=c',
        path: ['things'],
        query: [
          { key: 'kind', value: 'a%20b' },
          { key: 'flag', value: null },
          { key: 'kind', value: 'c' },
        ],
      },
      body: { mode: 'raw', raw: '{"name":"Zoë","n":1}', options: { raw: { language: 'json' } } },
    },
    { method: 'PUT', body: { raw: '{"password":"{{PASSWORD}}","name":"it\'s"}' } },
    { method: 'POST', body: { mode: 'file', file: { src: 'entry-3.body' } } },
  ])
})
