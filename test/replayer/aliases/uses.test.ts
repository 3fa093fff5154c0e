import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fieldValue } from '../../../wire/fields.ts'
import { NEW, OLD, Play, renamed } from './exchanges.ts'

// Where a later request used a recorded value it sends the new one, and nothing else of it changes.

const B64 = (text: string) => Buffer.from(text).toString('base64')
const B64URL = (text: string) => Buffer.from(text).toString('base64url')

test.each([
  ['a segment', `/items/${OLD}`, `/items/${NEW}`],
  ['a segment between others', `/x/${OLD}/y?z=1`, `/x/${NEW}/y?z=1`],
  ['one with an extension', `/items/${OLD}.json`, `/items/${NEW}.json`],
  ['one with a verb', `/items/${OLD}:cancel`, `/items/${NEW}:cancel`],
  ['a key of OData', `/Items('${OLD}')/x`, `/Items('${NEW}')/x`],
  ['a query value', `/x?a=1&item=${OLD}&b`, `/x?a=1&item=${NEW}&b`],
  ['a list in the query', `/x?ids=${OLD},other`, `/x?ids=${NEW},other`],
  ['an absolute target', `http://a.test/items/${OLD}`, `http://a.test/items/${NEW}`],
  ['a URL in the query', `/x?next=%2Fitems%2F${OLD}%3Fa`, `/x?next=%2Fitems%2F${NEW}%3Fa`],
  ['part of a segment', `/items/${OLD}-copy`, `/items/${OLD}-copy`],
  ['part of a query value', `/x?q=about ${OLD}`, `/x?q=about ${OLD}`],
])('in the target: %s', (_, target, expected) => {
  expect(renamed().go({ target }).request.target).toBe(expected)
})

test.each([
  ['If-Match', `W/"${OLD}", "x"`, `W/"${NEW}", "x"`],
  ['If-None-Match', `"${OLD}"`, `"${NEW}"`],
  ['Authorization', `Bearer ${OLD}`, `Bearer ${NEW}`],
  ['Authorization', `Basic ${B64(`u:${OLD}`)}`, `Basic ${B64(`u:${NEW}`)}`],
  ['Authorization', `Token token="${OLD}"`, `Token token="${NEW}"`],
  ['Cookie', `a=1; sid=${OLD}; b="${OLD}"`, `a=1; sid=${NEW}; b="${NEW}"`],
  ['Referer', `http://a.test/items/${OLD}?x`, `http://a.test/items/${NEW}?x`],
  ['Destination', `/dav/${OLD}/a%20b`, `/dav/${NEW}/a%20b`],
  ['X-Item', OLD, NEW],
  ['X-Url', `/items/${OLD}`, `/items/${NEW}`],
  ['If', `(<opaquelocktoken:${OLD}> ["${OLD}"])`, `(<opaquelocktoken:${NEW}> ["${NEW}"])`],
  ['Lock-Token', `<urn:uuid:${OLD}>`, `<urn:uuid:${NEW}>`],
  ['X-Note', `about ${OLD}`, `about ${OLD}`],
  ['X-Request-Id', OLD, OLD],
  ['Authorization', `Digest nonce="${OLD}"`, `Digest nonce="${OLD}"`],
])('in %s: %s', (name, value, expected) => {
  expect(
    fieldValue(renamed().go({ fields: [name, value] }).request.fields, name.toLowerCase()),
  ).toBe(expected)
})

test.each([
  ['application/x-www-form-urlencoded', `{"x":"${OLD}"}`, `{"x":"${NEW}"}`],
  ['text/plain;charset=UTF-8', ` [{"x":"${OLD}"}]`, ` [{"x":"${NEW}"}]`],
  ['application/x-www-form-urlencoded', `[0]=${OLD}&{"x":"${OLD}"}`, `[0]=${NEW}&{"x":"${OLD}"}`],
  ['text/plain', `{"x":"${OLD}"} and more`, `{"x":"${OLD}"} and more`],
])('in JSON that is called %s: %s', (type, body, expected) => {
  const { request } = renamed().go({ fields: ['Content-Type', type], body })
  expect(request.body!.toString()).toBe(expected)
})

const JWT = `${B64URL('{"alg":"HS256"}')}.${B64URL(`{"sub":"${OLD}"}`)}.c2lnbmF0dXJlLW9mLWl0`

test.each([
  ['a scalar', `{ "b" : 1.0, "x":"${OLD}",\n"a":1e3 }`, `{ "b" : 1.0, "x":"${NEW}",\n"a":1e3 }`],
  ['in an array', `[1,["${OLD}"],null]`, `[1,["${NEW}"],null]`],
  ['twice', `{"a":"${OLD}","b":"${OLD}"}`, `{"a":"${NEW}","b":"${NEW}"}`],
  ['of a string that is spelt with escapes', `{"a":"\\u0030${OLD.slice(1)}"}`, `{"a":"${NEW}"}`],
  ['a URL with escaped slashes', `{"u":"\\/items\\/${OLD}"}`, `{"u":"\\/items\\/${NEW}"}`],
  [
    'an absolute URL',
    `{"u":"https://a/b/${OLD}?c=${OLD}#d"}`,
    `{"u":"https://a/b/${NEW}?c=${NEW}#d"}`,
  ],
  ['JSON in a string', `{"j":"{\\"id\\": \\"${OLD}\\"}"}`, `{"j":"{\\"id\\": \\"${NEW}\\"}"}`],
  ['a cursor', `{"c":"${B64(`{"after":"${OLD}"}`)}"}`, `{"c":"${B64(`{"after":"${NEW}"}`)}"}`],
  [
    'one for URLs',
    `{"c":"${B64URL(`{"after":"${OLD}","n":"??>"}`)}"}`,
    `{"c":"${B64URL(`{"after":"${NEW}","n":"??>"}`)}"}`,
  ],
  ['an entity-tag', `{"etag":"W/\\"${OLD}\\""}`, `{"etag":"W/\\"${NEW}\\""}`],
  ['several texts', `{"a":"${OLD}"}\n{"a":"${OLD}"}\n`, `{"a":"${NEW}"}\n{"a":"${NEW}"}\n`],
  ['letters beyond ASCII around', `{"é":"ü","x":"${OLD}"}`, `{"é":"ü","x":"${NEW}"}`],
  ['a JWT is left', `{"t":"${JWT}"}`, `{"t":"${JWT}"}`],
  ['longer text is left', `{"t":"see ${OLD}"}`, `{"t":"see ${OLD}"}`],
  ['a member of a map', `{"a":{"${OLD}":1}, "${OLD}x":2}`, `{"a":{"${NEW}":1}, "${OLD}x":2}`],
  ['what is no JSON is left', `{"a":"${OLD}"`, `{"a":"${OLD}"`],
])('in JSON: %s', (_, body, expected) => {
  const played = renamed().go({ body, fields: ['Content-Type', 'application/json'] })
  expect(played.body).toBe(expected)
  expect(played.uses.length > 0).toBe(body !== expected)
  expect(fieldValue(played.request.fields, 'content-length')).toBe(
    String(Buffer.byteLength(expected)),
  )
})

const BOUNDARY = '----b'
const part = (head: string, body: string) =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`
const multipart = (id: string) =>
  part('name="item"', id) +
  part('name="file"; filename="f.txt"', OLD) +
  part('name="note"', `about ${OLD}`) +
  `--${BOUNDARY}--\r\n`

test.each([
  ['application/x-www-form-urlencoded', `a=1+2&item=${OLD}&b=%7e`, `a=1+2&item=${NEW}&b=%7e`],
  [`multipart/form-data; boundary=${BOUNDARY}`, multipart(OLD), multipart(NEW)],
  [`multipart/form-data; boundary="${BOUNDARY}"`, multipart(OLD), multipart(NEW)],
  [
    'application/xml',
    `<?xml version="1.0"?>\n<a b='${OLD}'><!-- ${OLD} --><d:href> /x/${OLD}</d:href>${OLD} </a>`,
    `<?xml version="1.0"?>\n<a b='${NEW}'><!-- ${OLD} --><d:href> /x/${NEW}</d:href>${NEW} </a>`,
  ],
  ['text/plain', OLD, NEW],
  ['text/plain', `see ${OLD}`, `see ${OLD}`],
  ['application/octet-stream', OLD, OLD],
])('in a body of %s', (type, body, expected) => {
  const played = renamed().go({ body, fields: ['Content-Type', type] })
  expect(played.body).toBe(expected)
})

test('a body in gzip is opened and closed again, if something of it is replaced', () => {
  const fields = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip']
  const body = (id: string) => gzipSync(`{"item":"${id}"}`)
  const play = renamed()
  const { request } = play.go({ fields, body: body(OLD) })
  expect(gunzipSync(request.body as Buffer).toString()).toBe(`{"item":"${NEW}"}`)
  expect(fieldValue(request.fields, 'content-length')).toBe(String((request.body as Buffer).length))
  const other = play.go({ fields, body: body('x') })
  expect(other.request.body).toBe(other.entry.requestBody)
})

test('a digest of a body that changed is left, and told of', () => {
  const played = renamed().go({ fields: ['Digest', 'sha-256=abc='], body: { item: OLD } })
  expect(fieldValue(played.request.fields, 'digest')).toBe('sha-256=abc=')
  expect(played.leftAlone).toMatchObject([
    { place: 'header digest', why: expect.stringMatching('digest') },
  ])
})

test('a body that is read piece by piece is left', () => {
  const play = renamed()
  const { entry, request } = play.go({ target: `/items/${OLD}` })
  const body = async function* () {}
  const { request: now } = play.aliases.rewrite(
    { ...entry, requestChunks: 2 },
    { ...request, target: `/items/${OLD}`, body },
  )
  expect(now).toMatchObject({ target: `/items/${NEW}`, body })
})

test('each use says where it is and of what', () => {
  const { uses } = renamed().go({ target: `/items/${OLD}?a=${OLD}`, body: { x: { y: [OLD] } } })
  expect(uses.map(({ place }) => place)).toEqual(['path 2', 'query a', 'json /x/y/0'])
  expect(uses[0]!.alias).toMatchObject({ old: OLD, new: NEW, producer: 1, place: 'json /id' })
})

test('where no alias is known the request is handed on as it is', () => {
  const { request, entry } = new Play().go({ target: `/items/${OLD}`, body: { id: OLD } })
  expect(request).toMatchObject({ target: entry.target, body: entry.requestBody })
})

test('numbers stay numbers; one that comes back as text becomes text', () => {
  const numbers = new Play()
  numbers.go(
    { answer: { id: 4_811_907_233_155 } },
    { answer: { id: 9_007_199_254_740_993_211n.toString().slice(0, 16) } },
  )
  const big = new Play()
  const json = (text: string) => ({
    answer: text,
    answerFields: ['Content-Type', 'application/json'],
  })
  big.go(json('{"id":12345678901234567890}'), json('{"id":98765432109876543210}'))
  const fields = ['Content-Type', 'application/json']
  expect(
    big.go({ fields, body: '{"a":12345678901234567890,"b":"12345678901234567890"}' }).body,
  ).toBe('{"a":98765432109876543210,"b":"98765432109876543210"}')
  expect(numbers.go({ fields, body: '{"a":4811907233155}' }).body).toBe('{"a":"9007199254740993"}')
})
