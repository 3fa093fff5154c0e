import { expect } from 'vitest'
import { valuesOf, type Field } from '../../message.ts'
import { FLAG, frame, headFrames, number32, SETTING, settingsFrame, TYPE } from '../frames.ts'
import { encodeFields, encodeTwice } from '../hpack.ts'
import { get, LARGE, post } from '../messages.ts'
import type { Http2Case } from '../stand.ts'
import { answered, type Asked } from '../upstream.ts'
import type { Head } from '../messages.ts'

/** Heads, and what the upstream gets of them. */
const heads: [what: string, section: string, head: Head, asked: Partial<Asked>][] = [
  [':authority is Host', '9113 8.3.1', get(), { authority: 'case.test', target: '/case' }],
  [
    'Host stands for an :authority that is not there',
    '9113 8.3.1',
    { ...get('/case', ['host', 'own.test:8080']), authority: null },
    { authority: 'own.test:8080', fields: [] },
  ],
  [
    'a Host that equals :authority goes on once',
    '9113 8.3.1',
    get('/case', ['host', 'case.test']),
    { authority: 'case.test', fields: [] },
  ],
  ['OPTIONS of everything', '9113 8.3.1', { method: 'OPTIONS', target: '*' }, { target: '*' }],
  ['a method of its own', '9110 9.1', { method: 'M-SEARCH', target: '/' }, { method: 'M-SEARCH' }],
  [
    'a target of 8,000 bytes, not decoded',
    '9110 4.1',
    get(`/a%2Fb/../%41?${'q'.repeat(8_000)}`),
    { target: `/a%2Fb/../%41?${'q'.repeat(8_000)}` },
  ],
  [
    'fields in their order, with their duplicates and bytes beyond ASCII',
    'promise',
    get('/case', ['x-b', '2'], ['x-a', '1'], ['x-a', ''], ['x-a', '\xe9 \xff'], ['accept', 'a, b']),
    {
      fields: [
        ['x-b', '2'],
        ['x-a', '1'],
        ['x-a', ''],
        ['x-a', '\xe9 \xff'],
        ['accept', 'a, b'],
      ],
    },
  ],
  [
    'Authorization and a Priority',
    'promise',
    get('/case', ['authorization', 'Bearer a'], ['priority', 'u=1, i']),
    {
      fields: [
        ['authorization', 'Bearer a'],
        ['priority', 'u=1, i'],
      ],
    },
  ],
]

const ofHeads = heads.map(([what, section, head, asked]): Http2Case => ({
  name: `head: ${what}`,
  section,
  async run(stand) {
    const client = await stand.connect()
    expect(await client.ask(head)).toMatchObject({ status: '200', end: 'with data' })
    expect(stand.upstream.asked).toHaveLength(1)
    expect({ ...stand.upstream.asked[0], ...asked }).toEqual(stand.upstream.asked[0])
  },
}))

/** Ways to write the same POST with the body `body`. */
const writings: [
  what: string,
  section: string,
  frames: (id: number, head: readonly Field[]) => Buffer[],
][] = [
  [
    'a head in CONTINUATION frames',
    '9113 6.10',
    (id, head) => [
      headFrames(id, encodeFields([...head, ['x-long', 'y'.repeat(900)]]), 0, 300),
      frame(TYPE.data, FLAG.endStream, id, 'body'),
    ],
  ],
  [
    'padding, and a priority',
    '9113 6.2',
    (id, head) => [
      frame(
        TYPE.headers,
        FLAG.endHeaders + FLAG.padded + FLAG.priority,
        id,
        Buffer.concat([
          Buffer.from([3]),
          number32(0),
          Buffer.from([15]),
          encodeFields(head),
          Buffer.alloc(3),
        ]),
      ),
      frame(TYPE.data, FLAG.padded, id, Buffer.from('\x02bo\0\0', 'latin1')),
      frame(TYPE.data, FLAG.padded + FLAG.endStream, id, Buffer.from('\x00dy', 'latin1')),
    ],
  ],
  [
    'frames of types and flags that there are not between its own',
    '9113 4.1',
    (id, head) => [
      headFrames(id, encodeFields(head), 0x40),
      frame(0x42, 0xff, id, 'what'),
      frame(TYPE.data, 0, id, 'bo'),
      frame(0xfa, 0, 0, 'ever'),
      frame(TYPE.data, FLAG.endStream, id, 'dy'),
    ],
  ],
  [
    'fields from the dynamic table',
    '7541 2.3.2',
    (id, head) => [
      headFrames(id, Buffer.concat([encodeFields(head), encodeTwice(['x-twice', '1'])])),
      frame(TYPE.data, FLAG.endStream, id, 'body'),
    ],
  ],
  [
    'a byte a frame, and empty ones',
    '9113 6.1',
    (id, head) => [
      headFrames(id, encodeFields(head)),
      ...['b', 'o', 'd', 'y'].flatMap((byte) => [
        frame(TYPE.data, 0, id, byte),
        frame(TYPE.data, 0, id),
      ]),
      frame(TYPE.data, FLAG.endStream, id),
    ],
  ],
  [
    'PRIORITY, PING and SETTINGS within its body',
    '9113 5.1',
    (id, head) => [
      headFrames(id, encodeFields(head)),
      frame(TYPE.priority, 0, id, Buffer.from([0, 0, 0, 0, 9])),
      frame(TYPE.data, 0, id, 'bo'),
      frame(TYPE.ping, 0, 0, '12345678'),
      settingsFrame({ [SETTING.push]: 0 }),
      frame(TYPE.data, FLAG.endStream, id, 'dy'),
    ],
  ],
]

const ofWritings = writings.map(([what, section, frames]): Http2Case => ({
  name: `frames: ${what}`,
  section,
  async run(stand) {
    const client = await stand.connect()
    const id = client.nextId()
    client.send(Buffer.concat(frames(id, client.written(post()))))
    expect(await client.answer(id)).toMatchObject({ status: '200', end: 'with data' })
    const request = await stand.upstream.request(0)
    expect([request.method, request.target, request.body.toString()]).toEqual([
      'POST',
      '/case',
      'body',
    ])
    if (what.includes('dynamic')) {
      expect(request.fields).toEqual([
        ['x-twice', '1'],
        ['x-twice', '1'],
      ])
    }
  },
}))

const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))

/** Bodies, with a length and without, each way. */
const sizes: [what: string, body: Buffer][] = [
  ['every byte', bytes],
  ['one frame to the brim', Buffer.alloc(16_384, 'x')],
  ['2 MB', LARGE.subarray(0, 2 * 1024 * 1024)],
]

const ofBodies = sizes.flatMap(([what, body]) =>
  (['a length', 'no length'] as const).map((framing): Http2Case => ({
    name: `bodies: ${what} with ${framing}, both ways`,
    section: '9113 8.1',
    async run(stand) {
      const fields: Field[] =
        framing === 'a length' ? [['content-length', String(body.length)]] : []
      stand.upstream.answers(answered(201, fields, body))
      const client = await stand.connect()
      const answer = await client.ask(post(...fields), body)
      expect([answer.status, answer.end]).toEqual(['201', 'with data'])
      expect(answer.body.equals(body)).toBe(true)
      const request = await stand.upstream.request(0)
      expect(request.body.equals(body)).toBe(true)
      const lengthOf = (message: { fields: readonly Field[] }) =>
        message.fields.filter(([name]) => name === 'content-length')
      expect([lengthOf(answer), lengthOf(request)]).toEqual([fields, fields])
    },
  })),
)

/** Empty bodies of a request: what ends them. */
const empty: [what: string, fields: Field[], body: string | undefined][] = [
  ['its head', [], undefined],
  ['its head, with a length of 0', [['content-length', '0']], undefined],
  ['an empty frame', [], ''],
  ['an empty frame, with a length of 0', [['content-length', '0']], ''],
]

const ofEmpty = empty.map(([what, fields, body]): Http2Case => ({
  name: `bodies: a POST without one that ends with ${what}`,
  section: '9113 8.1',
  async run(stand) {
    const client = await stand.connect()
    expect(await client.ask(post(...fields), body)).toMatchObject({ status: '200' })
    const request = await stand.upstream.request(0)
    expect([request.body.length, request.trailers, request.fields]).toEqual([0, [], fields])
  },
}))

/** Answers without a body. */
const bodiless: [what: string, section: string, method: string, status: number, fields: Field[]][] =
  [
    ['HEAD with a length', '9110 9.3.2', 'HEAD', 200, [['content-length', '700']]],
    ['HEAD without a length', '9110 9.3.2', 'HEAD', 200, [['x-a', '1']]],
    ['HEAD of what is not there', '9110 9.3.2', 'HEAD', 404, [['content-length', '9']]],
    ['204', '9110 15.3.5', 'DELETE', 204, []],
    ['304 with a length', '9110 15.4.5', 'GET', 304, [['content-length', '700']]],
    ['304 with an ETag', '9110 15.4.5', 'GET', 304, [['etag', '"1"']]],
    ['a length of 0', '9110 8.6', 'POST', 200, [['content-length', '0']]],
    ['205 with a length of 0', '9110 15.3.6', 'POST', 205, [['content-length', '0']]],
  ]

const ofBodiless = bodiless.map(([what, section, method, status, fields]): Http2Case => ({
  name: `no body in an answer: ${what}`,
  section,
  async run(stand) {
    stand.upstream.answers(async (exchange) => {
      await exchange.whole()
      exchange.alone(status, fields)
    })
    const client = await stand.connect()
    const answer = await client.ask({ method, target: '/case' })
    expect([answer.status, answer.fields, answer.body.length]).toEqual([String(status), fields, 0])
    expect(answer.end).toMatch(/^with/)
  },
}))

const SUM: Field = ['x-sum', '7']

export const passing: Http2Case[] = [
  ...ofHeads,
  ...ofWritings,
  ...ofBodies,
  ...ofEmpty,
  ...ofBodiless,
  {
    name: 'head: crumbs of a Cookie are one',
    section: '9113 8.2.3',
    async run(stand) {
      const crumbs: Field[] = [
        ['cookie', 'a=1'],
        ['x-a', '1'],
        ['cookie', 'b=2'],
        ['cookie', 'c=3; d=4'],
      ]
      const client = await stand.connect()
      expect(await client.ask(get('/case', ...crumbs))).toMatchObject({ status: '200' })
      // Where it stands is not said.
      const { fields } = stand.upstream.asked[0]!
      expect(valuesOf({ fields }, 'cookie')).toEqual(['a=1; b=2; c=3; d=4'])
      expect(fields).toHaveLength(2)
    },
  },
  {
    name: 'an answer has its fields in their order, with their duplicates',
    section: 'promise',
    async run(stand) {
      const fields: Field[] = [
        ['x-b', '2'],
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
        ['x-a', '\xe9'],
        ['server', 'own'],
        ['date', 'Sat, 28 Nov 2026 08:00:00 GMT'],
        ['content-length', '2'],
      ]
      stand.upstream.answers(answered(207, fields, 'ok'))
      const client = await stand.connect()
      const answer = await client.ask(post(), 'body')
      expect([answer.status, answer.fields]).toEqual(['207', fields])
    },
  },
  {
    name: 'an answer of no length that is empty',
    section: '9113 8.1',
    async run(stand) {
      stand.upstream.answers(answered(200))
      const client = await stand.connect()
      expect(await client.ask(post(), 'body')).toMatchObject({
        ...{ status: '200', fields: [], trailers: [], body: Buffer.alloc(0) },
      })
    },
  },
  {
    name: 'an answer of 205 with a body that nobody may send is a whole one',
    section: '9110 15.3.6',
    async run(stand) {
      stand.upstream.answers(answered(205, [], 'body'))
      const client = await stand.connect()
      const answer = await client.ask(post(), 'body')
      expect([answer.status, answer.end.startsWith('with')]).toEqual(['205', true])
    },
  },
  {
    name: 'an answer of a status beyond 599',
    section: '9110 15',
    known: 'node:http2 sends no such status; RFC 9110 has none either, but HTTP/1.1 passes it on',
    async run(stand) {
      stand.upstream.answers(answered(799, [['content-length', '2']], 'ok'))
      const client = await stand.connect()
      expect(await client.ask(post(), 'body')).toMatchObject({ status: '799', end: 'with data' })
    },
  },
  {
    name: 'trailers of a request',
    section: '9113 8.1',
    async run(stand) {
      const client = await stand.connect()
      const id = client.open(post(['te', 'trailers']))
      await client.data(id, 'body', 0)
      client.head(id, [SUM, ['x-other', '\xe9']], FLAG.endStream)
      expect(await client.answer(id)).toMatchObject({ status: '200', end: 'with data' })
      const request = await stand.upstream.request(0)
      expect(request.body.toString()).toBe('body')
      expect(request.trailers).toEqual([SUM, ['x-other', '\xe9']])
    },
  },
  {
    name: 'trailers of an answer',
    section: '9113 8.1',
    async run(stand) {
      stand.upstream.answers(answered(200, [], 'body', [SUM, ['x-other', '\xe9']]))
      const client = await stand.connect()
      const answer = await client.ask(post(['te', 'trailers']), 'body')
      expect([answer.body.toString(), answer.end]).toEqual(['body', 'with a head'])
      expect(answer.trailers).toEqual([SUM, ['x-other', '\xe9']])
    },
  },
  {
    name: 'a hundred streams of one connection at once',
    section: '9113 5.1.2',
    async run(stand) {
      const { upstream } = stand
      const waiting: (() => void)[] = []
      upstream.answers(async (exchange) => {
        const { target, body } = await exchange.whole()
        // None is answered before all are there.
        await new Promise<void>((go) => {
          waiting.push(go)
          if (waiting.length === 100) for (const one of waiting) one()
        })
        exchange.head(200)
        await exchange.data(`${target} ${body.toString()}`)
        exchange.end()
      })
      const client = await stand.connect()
      const all = Array.from({ length: 100 }, (_, i) =>
        client.ask({ method: 'PUT', target: `/${i}` }, `body ${i}`),
      )
      const answers = await Promise.all(all)
      expect(answers.map(({ body }) => body.toString())).toEqual(
        answers.map((_, i) => `/${i} body ${i}`),
      )
    },
  },
  {
    name: 'a stream that waits holds up no other of its connection',
    section: '9113 5',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        await exchange.whole()
        if (exchange.asked.target === '/slow') return
        exchange.head(200)
        exchange.end()
      })
      const client = await stand.connect()
      const slow = client.request({ method: 'POST', target: '/slow' }, 'body')
      await stand.upstream.head(0)
      for (let i = 0; i < 20; i++) expect((await client.ask(get(`/${i}`))).status).toBe('200')
      client.reset(slow)
    },
  },
]
