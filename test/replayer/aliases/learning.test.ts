import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { NEW, OLD, Play, renamed, type Said } from './exchanges.ts'

// What an answer generated is found by comparing it with the recorded one, place by place.

type Answered = Pick<Said, 'answer' | 'answerFields'>

function pairs(was: Answered, now: Answered, said: Said = {}): [string, string, string][] {
  const { learned } = new Play().go({ ...said, ...was }, now)
  return learned.map((alias) => [alias.place, alias.old, alias.new])
}

const html = (answer: string): Answered => ({ answer, answerFields: ['Content-Type', 'text/html'] })
const xml = (answer: string): Answered => ({ answer, answerFields: ['Content-Type', 'text/xml'] })
const text = (answer: string): Answered => ({
  answer,
  answerFields: ['Content-Type', 'text/plain'],
})
const head = (...answerFields: string[]): Answered => ({ answerFields })

test.each<[string, (id: string) => Answered, string]>([
  ['JSON', (id) => ({ answer: { a: [{ id }], same: 'x' } }), 'json /a/0/id'],
  ['a key of JSON with a slash', (id) => ({ answer: { 'a/b~': id } }), 'json /a~1b~0'],
  ['Location', (id) => head('Location', `/items/${id}`), 'header location, path 2'],
  [
    'an absolute Location',
    (id) => head('Location', `http://a.test/items/${id}?x`),
    'header location, path 2',
  ],
  [
    'a query of Location',
    (id) => head('Location', `/done?token=${id}`),
    'header location, query token',
  ],
  ['ETag', (id) => head('ETag', `W/"${id}"`), 'header etag, tag'],
  ['a short ETag', (id) => head('ETag', `"${id.slice(0, 1)}"`), 'header etag, tag'],
  ['Link', (id) => head('Link', `</items/${id}>; rel="self"`), 'header link, part, path 2'],
  ['Set-Cookie', (id) => head('Set-Cookie', `sid=${id}; Path=/`), 'cookie sid'],
  [
    'a challenge',
    (id) => head('WWW-Authenticate', `Digest realm="a", nonce="${id}"`),
    'header www-authenticate, nonce',
  ],
  ['any other field', (id) => head('X-Session', id), 'header x-session'],
  ['XML', (id) => xml(`<a><b x="1">${id}</b></a>`), 'xml /a/b'],
  ['an attribute of XML', (id) => xml(`<a><b/><b x="${id}"/></a>`), 'xml /a/b#2/@x'],
  [
    'a hidden input',
    (id) => html(`<input type=hidden name="csrf" value="${id}">`),
    'html input csrf',
  ],
  [
    'a meta element',
    (id) => html(`<meta content="${id}" name="csrf-token">`),
    'html meta csrf-token',
  ],
  ['text', (id) => text(`Welcome. Your key is ${id}.`), 'text token 1'],
  [
    'a URL in JSON',
    (id) => ({ answer: { self: `http://a.test/items/${id}` } }),
    'json /self, path 2',
  ],
  [
    'a form',
    (id) => ({
      answer: `a=b&token=${id}`,
      answerFields: ['Content-Type', 'application/x-www-form-urlencoded'],
    }),
    'form token',
  ],
])('in %s', (_, answered, place) => {
  const found = pairs(answered(OLD), answered(NEW))
  expect(found).toHaveLength(1)
  expect(found[0]![0]).toBe(place)
  expect(OLD).toContain(found[0]![1])
  expect(NEW).toContain(found[0]![2])
})

test.each([
  ['Date', '2026-01-15T12:00:00Z', '2026-01-15T12:00:01Z'],
  ['Content-Length', '12', '13'],
  ['X-Request-Id', OLD, NEW],
  ['Content-Type', 'text/plain; a=1', 'text/plain; a=2'],
])('nothing in %s', (name, was, now) => {
  expect(pairs(head(name, was), head(name, now))).toEqual([])
})

test.each([
  ['a number that is no id', { quantity: 3 }, { quantity: 4 }],
  ['a word that is no id', { status: 'active' }, { status: 'idle' }],
  ['a longer text', { message: 'The first thing' }, { message: 'Another thing' }],
  ['a number that counts', { items: 3 }, { items: 4 }],
  ['a code of an error', { statusCode: 17, code: 3 }, { statusCode: 18, code: 4 }],
  ['a place that is not there any more', { id: OLD }, { uid: NEW }],
  ['a literal', { id: true }, { id: false }],
])('nothing of %s', (_, was, now) => {
  expect(pairs({ answer: was }, { answer: now })).toEqual([])
})

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateRawSync],
])('bodies in %s are opened', (coding, encode) => {
  const answered = (id: string): Answered => ({
    answer: encode(JSON.stringify({ id })),
    answerFields: ['Content-Type', 'application/json', 'Content-Encoding', coding],
  })
  expect(pairs(answered(OLD), answered(NEW))).toEqual([['json /id', OLD, NEW]])
  expect(pairs(answered(OLD), { answer: { id: NEW } })).toEqual([['json /id', OLD, NEW]])
})

test('of a map that is kept by ids nobody knows which became which', () => {
  const [one, other] = ['1', '9'].map((first) => first + OLD.slice(1))
  const before = { answer: { by: { [OLD]: 1, [one!]: 2 } } }
  const after = { answer: { by: { [NEW]: 2, [other!]: 1 } } }
  expect(pairs(before, after)).toEqual([])
})

test('what the client made and the server echoed is no alias', () => {
  expect(pairs({ answer: { id: OLD } }, { answer: { id: NEW } }, { body: { id: OLD } })).toEqual([])
  expect(
    pairs(
      { answer: { id: OLD } },
      { answer: { id: NEW } },
      { method: 'PUT', target: `/items/${OLD}` },
    ),
  ).toEqual([])
})

test('a strong value of the client is its own under whatever name it comes back', () => {
  const said = { body: { reference: OLD } }
  expect(pairs({ answer: { id: OLD } }, { answer: { id: NEW } }, said)).toEqual([])
})

test('an answer may show another thing than its path names last', () => {
  const play = new Play()
  play.go({ answer: { id: 6 } }, { answer: { id: 8 } })
  const { learned } = play.go(
    { method: 'PUT', target: '/items/6/groups/5', answer: { id: 6 } },
    { answer: { id: 8 } },
  )
  expect(learned).toEqual([])
  expect(play.go({ target: '/x?group=6&item=6' }).request.target).toBe('/x?group=6&item=8')
})

test('what a request made may have the same numbers as what it was made in', () => {
  const play = new Play()
  play.go({ answer: { id: 3 } }, { answer: { id: 2 } })
  const etag = (tag: number) => ({ answerFields: ['ETag', `"${tag}"`] })
  play.go(
    { target: '/items/3/parts', status: 201, answer: { id: 3 } },
    { status: 201, answer: { id: 2 } },
  )
  expect(play.go({ target: '/items/3/parts/3' }).request.target).toBe('/items/2/parts/2')
  const { learned } = play.go({ method: 'PATCH', target: '/items/3', ...etag(3) }, etag(2))
  expect(learned).toMatchObject([{ place: 'header etag, tag', old: '3', new: '2' }])
})

test('a number of the request is no echo where it means something else', () => {
  const body = { quantity: 17, level: 17 }
  expect(
    pairs({ answer: { id: 17, quantity: 17 } }, { answer: { id: 23, quantity: 17 } }, { body }),
  ).toEqual([['json /id', '17', '23']])
  expect(
    pairs({ answer: { id: 17 } }, { answer: { id: 23 } }, { target: '/devices/17/parts' }),
  ).toEqual([['json /id', '17', '23']])
  expect(
    pairs({ answer: { id: 17 } }, { answer: { id: 23 } }, { method: 'PUT', target: '/parts/17' }),
  ).toEqual([])
})

test('an echo of what was replaced is that alias, and no other one', () => {
  const play = renamed()
  const { learned } = play.go(
    { method: 'PUT', target: `/items/${OLD}`, answer: { id: OLD } },
    { answer: { id: NEW } },
  )
  expect(learned).toEqual([])
})

test('an upload that moved is followed as a whole', () => {
  const play = new Play()
  play.go(head('Location', '/upload/abc?s=1'), head('Location', '/files/up/def?s=1'))
  expect(play.go({ method: 'PATCH', target: '/upload/abc?s=1' }).request.target).toBe(
    '/files/up/def?s=1',
  )
  expect(play.go({ method: 'PATCH', target: '/upload/xyz' }).request.target).toBe('/upload/xyz')
})

test('nothing is learned where one was answered with an error', () => {
  const said = { answer: { id: OLD } }
  expect(new Play().go(said, { answer: { id: NEW }, status: 404 }).learned).toEqual([])
  expect(
    new Play().go({ ...said, status: 409 }, { answer: { id: NEW }, status: 409 }).learned,
  ).toHaveLength(1)
})

test('a body that is kept in pieces is not looked into', () => {
  expect(
    new Play().go({ answer: { id: OLD }, chunks: 2 }, { answer: { id: NEW } }).learned,
  ).toEqual([])
})

test('what comes back in another order says nothing against what is known', () => {
  const play = new Play()
  play.go({ answer: { id: OLD } }, { answer: { id: NEW } })
  const [other, others] = [OLD.replace('0', '1'), NEW.replace('c', 'd')]
  play.go({ answer: { id: other } }, { answer: { id: others } })
  play.go(
    { method: 'GET', answer: [{ id: OLD }, { id: other }] },
    { answer: [{ id: others }, { id: NEW }] },
  )
  expect(play.go({ target: `/items/${OLD}/x/${other}` }).request.target).toBe(
    `/items/${NEW}/x/${others}`,
  )
})

test('secrets are told from what may be shown', () => {
  const secrecy = (was: Answered, now: Answered) =>
    new Play().go(was, now).learned.map((alias) => alias.secrecy)
  expect(secrecy(head('Set-Cookie', `a=${OLD}`), head('Set-Cookie', `a=${NEW}`))).toEqual([
    'secret',
  ])
  expect(secrecy({ answer: { accessToken: OLD } }, { answer: { accessToken: NEW } })).toEqual([
    'secret',
  ])
  expect(
    secrecy(head('WWW-Authenticate', `X a="${OLD}"`), head('WWW-Authenticate', `X a="${NEW}"`)),
  ).toEqual(['secret'])
  expect(secrecy({ answer: { id: OLD } }, { answer: { id: NEW } })).toEqual(['plain'])
})

test('a difference is explained by an alias, in whole or in part', () => {
  const { aliases } = renamed()
  const isGenerated = (was: string, now: string) => aliases.isGenerated('json /x', was, now)
  expect(isGenerated(OLD, NEW)).toBe(true)
  expect(isGenerated(`http://a/x/${OLD}?y`, `http://a/x/${NEW}?y`)).toBe(true)
  expect(isGenerated(`Item ${OLD} was made`, `Item ${NEW} was made`)).toBe(true)
  expect(isGenerated(OLD, OLD.replace('0', '1'))).toBe(false)
  expect(isGenerated(`http://a/x/${OLD}`, `http://a/y/${NEW}`)).toBe(false)
  expect(isGenerated('17', '18')).toBe(false)
})
