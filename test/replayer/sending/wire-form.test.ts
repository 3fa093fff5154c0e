import { expect, test } from 'vitest'
import { wireHead, type Route } from '../../../replayer/sending/wire-form.ts'
import { requestWith } from './entries.ts'

const route: Route = { target: new URL('http://target.test:81/'), host: 'recorded' }
const mark = ['Reprise-Replay', '7/1']
const chunks = ['Transfer-Encoding', 'chunked']
const host = ['Host', 'backend.test']
const length = (bytes: string) => ['Content-Length', bytes]
const later = async function* () {}

test.each([
  ['no body stays none', { fields: host, body: null }, host],
  ['an empty one stays empty', { fields: [...host, ...length('0')], body: null }, length('0')],
  ['a length that fits stays', { fields: [...host, ...length('02')], body: 'hi' }, length('02')],
  ['a length follows the body', { fields: [...host, ...length('9')], body: 'hi' }, length('2')],
  ['down to none', { fields: [...host, ...length('9')], body: null }, length('0')],
  ['that of pieces is believed', { fields: [...host, ...length('9')], body: later }, length('9')],
  ['a body without a length goes in chunks', { fields: host, body: 'hi' }, chunks],
  ['one in pieces too', { fields: host, body: later }, chunks],
  ['what came in chunks stays so', { fields: [...host, ...chunks], body: null }, chunks],
  ['with its codings', { fields: ['transfer-encoding', 'gzip, chunked'], body: 'hi' }, ['gzip']],
])('framing: %s', (_, { fields, body }, expected) => {
  const request = requestWith({ fields, body: typeof body === 'string' ? Buffer.from(body) : body })
  const head = wireHead(request, '7/1', route)
  expect(head.fields.join('|')).toContain(expected.join('|'))
  const framings = head.fields.filter(
    (name, i) => i % 2 === 0 && /^(content-l|transfer)/i.test(name),
  )
  expect(framings).toHaveLength(expected === host ? 0 : 1)
})

test('Host is the recorded one or the target’s; where there was none, the target’s', () => {
  const fieldsFor = (fields: string[], host: Route['host']) =>
    wireHead(requestWith({ fields }), '7/1', { ...route, host }).fields
  expect(fieldsFor(host, 'recorded')).toStrictEqual([...host, ...mark])
  expect(fieldsFor(host, 'target')).toStrictEqual(['Host', 'target.test:81', ...mark])
  expect(fieldsFor([], 'recorded')).toStrictEqual(['Host', 'target.test:81', ...mark])
})

test.each([
  ['http://t/', '/a?b', '/a?b'],
  ['http://t/v2', '/a?b', '/v2/a?b'],
  ['http://t/v2/', '/a', '/v2/a'],
  ['http://t/v2', '*', '*'],
  ['http://t/v2', 'http://other/a', 'http://other/a'],
])('%s and %s make %s', (target, recorded, expected) => {
  const head = wireHead(requestWith({ target: recorded }), '7/1', {
    ...route,
    target: new URL(target),
  })
  expect(head.target).toBe(expected)
})

test('fields of one hop and an older mark stay away; TE and the version are told apart', () => {
  const fields = [
    ...host,
    'Connection',
    'X-Hop',
    'X-Hop',
    '1',
    'TE',
    'trailers',
    'reprise-replay',
    '1',
  ]
  const head = wireHead(requestWith({ fields, httpVersion: '2.0' }), '7/1', route)
  expect(head).toMatchObject({ fields: [...host, ...mark], te: 'trailers', httpVersion: '2.0' })
})
