import { expect, test } from 'vitest'
import { aliases, compared, told } from './answers.ts'

const fields = (
  recorded: string[],
  came: string[],
  rules?: unknown,
  pairs: Record<string, string> = {},
) => compared({ fields: recorded }, { fields: came }, rules, aliases(pairs))

test.each([
  ['another', ['Location', '/a'], ['location', '/b'], ['header location /a -> /b']],
  ['none any more', ['Content-Type', 'a/b'], [], ['header content-type a/b -> null']],
  ['one that was not there', [], ['Allow', 'GET'], ['header allow null -> GET']],
  [
    'one of several',
    ['Link', '<a>', 'Link', '<b>'],
    ['Link', '<a>'],
    ['header link <a>, <b> -> <a>'],
  ],
])('a field that matters: %s', (_, recorded, came, expected) => {
  expect(told(fields(recorded, came))).toStrictEqual(expected)
})

test.each([
  ['in one line or several', ['Link', '<a>', 'Link', '<b>'], ['Link', '<a>, <b>']],
  [
    'a type in other letters',
    ['Content-Type', 'Text/HTML;charset="UTF-8"'],
    ['Content-Type', 'text/html; charset=utf-8'],
  ],
  ['methods in another order', ['Allow', 'GET, PUT'], ['Allow', 'PUT,GET']],
  ['what is not compared', ['ETag', '"1"', 'Date', 'x', 'Server', 'a'], ['X-Request-Id', '7']],
  [
    'a new challenge',
    ['WWW-Authenticate', 'Digest realm="a", nonce="1", qop="auth"'],
    ['WWW-Authenticate', 'Digest realm="a", nonce="2", qop="auth"'],
  ],
])('the same: %s', (_, recorded, came) => {
  expect(told(fields(recorded, came))).toStrictEqual([])
})

test('a challenge for another realm is a difference', () => {
  const of = (realm: string) => ['WWW-Authenticate', `Digest realm="${realm}", nonce="${realm}"`]
  expect(fields(of('a'), of('b')).outcome).toBe('differs')
})

test('which fields are compared, and which values are noise, rules say', () => {
  const [recorded, came] = [
    ['ETag', '"a-1"', 'Location', '/a'],
    ['ETag', '"a-2"', 'Location', '/b'],
  ]
  expect(told(fields(recorded, came, { headers: ['ETag'] }))).toStrictEqual([
    'header etag "a-1" -> "a-2"',
  ])
  expect(told(fields(recorded, came, { 'more-headers': ['ETAG'] }))).toHaveLength(2)
  const rules = {
    'more-headers': ['ETag'],
    ignore: [{ header: 'Location' }, { value: '^"a-' }],
  }
  expect(fields(recorded, came, rules)).toMatchObject({
    outcome: 'same',
    explained: { ignored: 2 },
  })
  const elsewhere = { ignore: [{ on: 'GET /things/7', header: 'Location' }] }
  expect(told(fields(recorded, came, elsewhere))).toHaveLength(1)
})

test('generated values in a location are explained, whatever name the backend was asked by', () => {
  const at = (url: string) => ['Location', url]
  const pairs = { '17': '42' }
  expect(fields(at('/things/17'), at('/things/42'), undefined, pairs)).toMatchObject({
    ...{ outcome: 'same', explained: { alias: 1 } },
  })
  const here = at('http://shop.example:8080/things/17')
  expect(fields(here, at('http://127.0.0.1:9/things/17'))).toMatchObject({
    ...{ outcome: 'same', explained: { origin: 1 } },
  })
  expect(fields(here, at('http://127.0.0.1:9/things/42'), undefined, pairs).outcome).toBe('same')
  expect(fields(here, at('/things/43'), undefined, pairs).outcome).toBe('differs')
  const elsewhere = at('https://login.example/things/17')
  expect(fields(elsewhere, at('http://127.0.0.1:9/things/17')).outcome).toBe('differs')
})

test('secrets are never shown', () => {
  const found = fields(['Set-Cookie', 'a=1'], ['Set-Cookie', 'a=2'], { headers: ['Set-Cookie'] })
  expect(told(found)).toStrictEqual(['header set-cookie (a secret) -> (a secret)'])
})
