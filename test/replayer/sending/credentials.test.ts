import { expect, test } from 'vitest'
import {
  basic,
  bearer,
  withCookies,
  withCredentials,
  withOriginalTime,
  type FieldChange,
} from '../../../replayer/sending/credentials.ts'
import { newNonce, withNewNonces } from '../../../replayer/sending/nonce.ts'
import { flawOfName, flawOfValue, withField } from '../../../replayer/sending/set-field.ts'
import { NOON, requestWith } from './entries.ts'

const fields = ['Host', 'a', 'X-A', '1', 'x-b', '2', 'X-a', '3']
const none = new Map<string, string>()

test.each([
  ['a new one goes to the end', 'X-C', 'new', [...fields, 'X-C', 'new']],
  ['one takes the place of all of its name', 'x-A', '9', ['Host', 'a', 'X-A', '9', 'x-b', '2']],
  ['none takes all of its name away', 'x-a', null, ['Host', 'a', 'x-b', '2']],
  ['a value is not a name', '1', null, fields],
])('%s', (_, name, value, expected) => {
  expect(withField(fields, name, value)).toStrictEqual(expected)
})

test('what a name and a value may be', () => {
  expect(['X-A', 'a_b', "!#$%&'*+.^`|~"].map(flawOfName)).toStrictEqual([null, null, null])
  for (const name of ['', 'a b', 'a:', 'ä']) expect(flawOfName(name)).toContain('a field')
  expect(['', 'caf\u00e9', 'a\tb'].map(flawOfValue)).toStrictEqual([null, null, null])
  for (const value of ['a\r\nb', 'a\0', '\u20ac']) expect(flawOfValue(value)).toContain('a value')
})

test.each([
  ['', { sid: 'new' }, 'sid=new'],
  ['sid=old', { sid: 'new' }, 'sid=new'],
  ['a=1; sid=old; b=2', { sid: 'new' }, 'a=1; sid=new; b=2'],
  ['a=1;sid=', { sid: 'x=y', c: '3' }, 'a=1; sid=x=y; c=3'],
  ['odd; a=1', { a: '2' }, 'odd; a=2'],
])('cookies: %s with %o is %s', (before, cookies, expected) => {
  expect(withCookies(before, new Map(Object.entries(cookies)))).toBe(expected)
})

test('credentials take the place of recorded ones, in the order in which they are given', () => {
  const request = requestWith({ fields: ['Authorization', 'Bearer old', 'Cookie', 'sid=1; a=2'] })
  const changes: FieldChange[] = [{ name: 'authorization', value: null }, bearer('t0k')]
  const cookies = new Map([['sid', '9']])
  expect(withCredentials(request, { fields: changes, cookies }).fields).toStrictEqual([
    ...['Cookie', 'sid=9; a=2', 'Authorization', 'Bearer t0k'],
  ])
  expect(withCredentials(request, { fields: [], cookies: none })).toStrictEqual(request)
})

test('basic credentials are in UTF-8', () => {
  expect(basic('test:123£').value).toBe('Basic dGVzdDoxMjPCow==')
})

test('the original time is that of the arrival, in UTC', () => {
  const request = withOriginalTime(requestWith({ fields: [] }), NOON + 123_999, 'X-Time')
  expect(request.fields).toStrictEqual(['X-Time', '2026-01-15T12:00:00.123Z'])
})

test.each([
  [
    'c56a4180-65aa-42ec-a945-5fd21dec0538',
    /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  ],
  ['"c56a4180-65aa-42ec-a945-5fd21dec0538"', /^"[\da-f-]{36}"$/],
  ['C56A4180-65AA-42EC-A945-5FD21DEC0538', /^[\dA-F-]{36}$/],
  ['1234567890', /^[1-9]\d{9}$/],
  ['deadbeefcafe', /^[\da-f]{12}$/],
  ['DEADBEEFCAFE', /^[\dA-F]{12}$/],
  ['order 17 / retry', /^[\da-f-]{36}$/],
  ['', /^[\da-f-]{36}$/],
])('a new nonce has the form of the old: %s', (old, form) => {
  const fresh = newNonce(old, 'run 1')
  expect(fresh).toMatch(form)
  expect(fresh).not.toBe(old)
  expect(newNonce(old, 'run 1')).toBe(fresh)
  expect(newNonce(old, 'run 2')).not.toBe(fresh)
})

test('only named fields get new nonces, and the same old one gets the same new one', () => {
  const request = requestWith({
    fields: ['idempotency-key', 'k-1', 'X-Other', 'k-1', 'X-Id', 'k-1'],
  })
  const rules = { fields: ['Idempotency-Key', 'x-id'], seed: 's' }
  const [, key, , other, , id] = withNewNonces(request, rules).fields
  expect(other).toBe('k-1')
  expect(key).toBe(newNonce('k-1', 's'))
  expect(id).toBe(key)
})
