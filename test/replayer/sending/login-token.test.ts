import { expect, test } from 'vitest'
import { giftOf, parseTokenPlace } from '../../../replayer/sending/login-token.ts'

function answer(body: unknown, fields: string[] = []) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status: 200, reason: 'OK', fields, body: Buffer.from(text), trailers: [] }
}

function gift(given: ReturnType<typeof answer>, place: string | null = null) {
  const { token, cookies } = giftOf(given, place === null ? null : parseTokenPlace(place))
  return { token, cookies: Object.fromEntries(cookies) }
}

test.each([
  ['token', { user: 'a', token: 't1' }, 't1'],
  ['access_token', { access_token: 't1', refresh_token: 'r' }, 't1'],
  ['accessToken', { accessToken: 't1' }, 't1'],
  ['one level below', { status: 'ok', data: { jwt: 't1' } }, 't1'],
  ['not two', { a: { b: { token: 't1' } } }, null],
  ['no other name', { refresh_token: 'r', tokenType: 'x' }, null],
  ['a value that fits a field', { token: 'a b' }, null],
  ['a text', { token: { a: 1 } }, null],
  ['no list', ['token'], null],
  ['no JSON', '<token>t1</token>', null],
])('a token is found by its name: %s', (_, body, expected) => {
  expect(gift(answer(body)).token).toBe(expected)
})

test('a token in the field of the answer goes before one in its body', () => {
  expect(gift(answer({ token: 'b' }, ['Authorization', 'Bearer h'])).token).toBe('h')
})

test('cookies are what Set-Cookie says, without those that it takes away', () => {
  const fields = [
    ...['Set-Cookie', 'sid=a=b; Path=/; HttpOnly', 'set-cookie', 'old=; Max-Age=0'],
    ...['Set-Cookie', 'lang=de', 'Set-Cookie', 'broken'],
  ]
  expect(gift(answer('', fields)).cookies).toStrictEqual({ sid: 'a=b', lang: 'de' })
})

test('where a place is named nothing else counts', () => {
  const fields = ['X-Token', 'h', 'Set-Cookie', 'sid=1', 'Set-Cookie', 'b=2']
  const given = answer({ token: 'no', 'a/b': [{ '~': 'yes' }], id: 17 }, fields)
  const only = { cookies: {} }
  expect(gift(given, 'json /a~1b/0/~0')).toStrictEqual({ token: 'yes', ...only })
  expect(gift(given, 'json /id')).toStrictEqual({ token: '17', ...only })
  expect(gift(given, 'json /none/there')).toStrictEqual({ token: null, ...only })
  expect(gift(given, 'header x-token')).toStrictEqual({ token: 'h', ...only })
  expect(gift(given, 'cookie sid')).toStrictEqual({ token: null, cookies: { sid: '1' } })
  expect(gift(given, 'cookie other')).toStrictEqual({ token: null, ...only })
})

test.each(['', 'token', 'json token', 'json /a~2', 'body /a', 'header', 'header a b'])(
  'a place that is none: %s',
  (text) => {
    expect(() => parseTokenPlace(text)).toThrow("expected where the token stands: 'json /pointer'")
  },
)
