import { expect, test } from 'vitest'
import { isStructured, requestOf } from '../../../replayer/sending/request-of.ts'
import { entryWith } from './entries.ts'

async function* pieces(): AsyncGenerator<Buffer> {
  yield Buffer.from('{"a":')
  yield Buffer.from('1}')
}

const inPieces = { requestChunks: 2, requestLength: 7 }
const json = ['Content-Type', 'application/vnd.x+json; v=1', 'Content-Length', '7']

async function* unread(): AsyncGenerator<Buffer> {
  yield await Promise.reject(new Error('it is not to be read'))
}

test('what is kept with the entry is the body, and nothing is no body', async () => {
  const entry = entryWith({ requestBody: Buffer.from('hi'), requestTrailers: ['X', '1'] })
  expect(await requestOf(entry, unread)).toStrictEqual({
    ...{ method: 'POST', target: '/things', fields: ['Host', 'backend.test'] },
    ...{ httpVersion: '1.1', body: Buffer.from('hi'), trailers: ['X', '1'] },
  })
  expect((await requestOf(entryWith(), unread)).body).toBeNull()
})

test('a body in pieces of a type with structure is read whole, up to a limit', async () => {
  const entry = entryWith({ ...inPieces, requestHeaders: json })
  expect((await requestOf(entry, pieces)).body).toStrictEqual(Buffer.from('{"a":1}'))
  expect((await requestOf(entry, pieces, 7)).body).toStrictEqual(Buffer.from('{"a":1}'))
  expect((await requestOf(entry, pieces, 6)).body).toBe(pieces)
})

test('any other body in pieces is not read before it is sent', async () => {
  const image = entryWith({ ...inPieces, requestHeaders: ['content-type', 'image/png'] })
  expect((await requestOf(image, unread)).body).toBe(unread)
  expect((await requestOf(entryWith(inPieces), unread)).body).toBe(unread)
})

test('a body that cannot be read rejects', async () => {
  const entry = entryWith({ ...inPieces, requestHeaders: json })
  await expect(requestOf(entry, unread)).rejects.toThrow('not to be read')
})

test('of what was not kept whole the length is not claimed', async () => {
  const cut = entryWith({
    ...{ requestBody: Buffer.from('{"'), requestLength: 7, requestCapture: 'truncated' },
    requestHeaders: json,
  })
  expect((await requestOf(cut, unread)).fields).toStrictEqual(json.slice(0, 2))
})

test.each([
  ['application/json', true],
  ['APPLICATION/JSON; charset=utf-8', true],
  ['application/vnd.api+json', true],
  ['image/svg+xml', true],
  ['text/plain', true],
  ['application/x-www-form-urlencoded', true],
  ['multipart/form-data; boundary=a', true],
  ['application/jsonish', false],
  ['application/octet-stream', false],
  ['image/png', false],
  ['', false],
])('%s has a structure: %s', (type, expected) => {
  expect(isStructured(type)).toBe(expected)
})
