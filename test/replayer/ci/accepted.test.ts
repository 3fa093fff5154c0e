import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { acceptedAnswer, wordsOf, type KeptAnswer } from '../../../replayer/ci/accepted.ts'
import { scalarsOf } from '../../../replayer/ci/json-places.ts'
import type { Difference, Found } from '../../../replayer/compare/difference.ts'

const answer = (value: unknown, changes: Partial<KeptAnswer> = {}): KeptAnswer => {
  const body = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  const fields = ['Date', 'then', 'content-type', 'application/json', 'X-A', '1']
  return { status: 200, reason: 'OK', fields, body, ...changes }
}

const found = (...where: string[]): Found => ({
  differences: where.map((one): Difference => ({ where: one, recorded: null, came: null })),
  ...{ unlisted: 0, explained: {}, uncompared: [] },
})

const OLD: Record<string, string> = { 'new-id-1': 'old-id-1', 'new-id-2': 'old-id-2' }
const oldOf = (value: string) => OLD[value]

const accepted = (recorded: KeptAnswer, came: KeptAnswer, of: Found) => {
  const made = acceptedAnswer(recorded, came, of, oldOf)!
  return { ...made, body: made.body.toString() }
}

test('only what differs is taken over; times and generated values stay what they were', () => {
  const recorded = answer('{ "id": "old-id-1", "at": "10:00", "n": 1.0, "name": "a" }')
  const came = answer('{"id":"new-id-1","at":"11:00","n":1.00,"name":"b","of":["new-id-2"]}', {
    fields: ['Date', 'now', 'Content-Type', 'application/json', 'X-A', '2'],
  })
  expect(accepted(recorded, came, found('body /name', 'body /of'))).toEqual({
    ...{ status: 200, reason: 'OK', fields: recorded.fields },
    body: '{"id":"old-id-1","at":"10:00","n":1.0,"name":"b","of":["old-id-2"]}',
  })
})

test('fields that differ come in the place of the recorded ones, and lengths are right', () => {
  const recorded = answer({ a: 1 }, { fields: ['Location', '/a/old-id-1', 'Content-Length', '7'] })
  const came = answer({ a: 12 }, { fields: ['Location', '/b/new-id-1', 'content-length', '8'] })
  const made = accepted(recorded, came, found('header location', 'body /a'))
  expect(made.fields).toEqual(['Location', '/b/old-id-1', 'Content-Length', '8'])
  const gone = accepted(recorded, answer({ a: 1 }, { fields: [] }), found('header location'))
  expect(gone.fields).toEqual(['Content-Length', '7'])
  const fresh = accepted(
    answer({}),
    answer({}, { fields: ['allow', 'GET'] }),
    found('header allow'),
  )
  expect(fresh.fields).toEqual([...answer({}).fields, 'Allow', 'GET'])
})

test('with another status all of the answer is another one', () => {
  const came = answer(
    { id: 'new-id-1' },
    { status: 202, fields: ['content-type', 'application/json'] },
  )
  expect(accepted(answer({ id: 'old-id-1' }), came, found('status'))).toMatchObject({
    ...{ status: 202, reason: 'Accepted', fields: came.fields, body: '{"id":"old-id-1"}' },
  })
})

test('what is no JSON, or differs in more places than are listed, is taken as it came', () => {
  const html = { fields: ['content-type', 'text/html'] }
  expect(accepted(answer('<a>', html), answer('<b>', html), found('body line 1')).body).toBe('<b>')
  const many = { ...found('body /a'), unlisted: 3 }
  expect(accepted(answer({ a: 1, b: 1 }), answer({ a: 2, b: 2 }), many).body).toBe('{"a":2,"b":2}')
})

test('a coded body is decoded where values in it are put back', () => {
  const fields = ['content-type', 'application/json', 'content-encoding', 'gzip']
  const coded = (value: unknown) => answer('', { fields, body: gzipSync(JSON.stringify(value)) })
  const made = accepted(
    coded({ id: 'old-id-1', n: 1 }),
    coded({ id: 'new-id-1', n: 2 }),
    found('body /n'),
  )
  expect(made).toMatchObject({
    ...{ body: '{"id":"old-id-1","n":2}', fields: ['content-type', 'application/json'] },
  })
})

test('what was not compared whole is not accepted', () => {
  const cut = { ...found('body /a'), uncompared: ['body: more came than is kept of an answer'] }
  expect(acceptedAnswer(answer({ a: 1 }), answer({ a: 2 }), cut, oldOf)).toBeNull()
})

test('every scalar of a JSON text has its place', () => {
  const text = String.raw`{"a/b":[1,{"~":"x\"y"}],"e":{},"l":[],"t":true,"n":null}`
  const places = scalarsOf(text).map(({ pointer, from, to }) => [pointer, text.slice(from, to)])
  expect(places).toEqual([
    ...[
      ['/a~1b/0', '1'],
      ['/a~1b/1/~0', String.raw`"x\"y"`],
    ],
    ...[
      ['/t', 'true'],
      ['/n', 'null'],
    ],
  ])
  expect(wordsOf(answer({ a: 'see new-id-2', b: 7 }))).toContain('new-id-2')
})
