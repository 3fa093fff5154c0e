import { expect } from 'vitest'
import type { Field } from '../../message.ts'
import type { Http2Client } from '../client.ts'
import { CODE, FLAG, frame, headFrames, TYPE } from '../frames.ts'
import { encodeFields } from '../hpack.ts'
import { get, post } from '../messages.ts'
import type { Http2Case, Http2Stand } from '../stand.ts'

// What RFC 9113 calls malformed: no intermediary passes it on (section 8.1.1).

/** Refused by an answer, by a reset, or with the connection. */
async function refused(client: Http2Client, id: number): Promise<void> {
  const stream = client.streams.get(id)!
  await client.changes.until(() => stream.ended !== null || isOver(client))
  if (stream.ended === null) return
  const { status, end } = await client.answer(id)
  if (status !== '' || end !== 'cut') expect(status).toMatch(/^4\d\d$|^50[15]$/)
}

function isOver({ goaway, ended }: Http2Client): boolean {
  return ended !== null || (goaway !== null && goaway.code !== CODE.none)
}

const OF_OTHERS = /^\/(?:still|meanwhile)$/

/** Nothing of it reached the upstream, or of a body no whole one. */
async function unseen(stand: Http2Stand, what: 'asked' | 'requests'): Promise<void> {
  await stand.settled()
  expect(stand.upstream[what].filter(({ target }) => !OF_OTHERS.test(target))).toEqual([])
}

const DROPPED = {
  known: 'nghttp2 drops such a field by itself, and node:http2 tells nobody of it',
}

const METHOD: Field = [':method', 'GET']
const SCHEME: Field = [':scheme', 'http']
const AUTHORITY: Field = [':authority', 'case.test']
const PATH: Field = [':path', '/case']
const USUAL = [METHOD, SCHEME, AUTHORITY, PATH]

/** The whole head of a request that is nothing but its head. */
const heads: [
  what: string,
  section: string,
  head: Field[],
  why?: { known?: string; alone?: string },
][] = [
  ['without :method', '9113 8.3.1', [SCHEME, AUTHORITY, PATH]],
  ['without :scheme', '9113 8.3.1', [METHOD, AUTHORITY, PATH]],
  ['without :path', '9113 8.3.1', [METHOD, SCHEME, AUTHORITY]],
  ['with an empty :path', '9113 8.3.1', [METHOD, SCHEME, AUTHORITY, [':path', '']]],
  ['with two of :method', '9113 8.3', [METHOD, METHOD, SCHEME, AUTHORITY, PATH]],
  ['with two of :path', '9113 8.3', [METHOD, SCHEME, AUTHORITY, PATH, [':path', '/other']]],
  ['with two of :scheme', '9113 8.3', [METHOD, SCHEME, SCHEME, AUTHORITY, PATH]],
  ['with two of :authority', '9113 8.3', [...USUAL, [':authority', 'other.test']]],
  [
    'with a pseudo-field behind a field',
    '9113 8.3',
    [METHOD, SCHEME, ['x-a', '1'], AUTHORITY, PATH],
  ],
  ['with a pseudo-field that there is not', '9113 8.3', [...USUAL, [':other', '1']]],
  ['with :status', '9113 8.3', [...USUAL, [':status', '200']]],
  ['with :protocol, which nobody offered', '8441 4', [...USUAL, [':protocol', 'websocket']]],
  ['with a :path that is no path', '9113 8.3.1', [METHOD, SCHEME, AUTHORITY, [':path', 'case']]],
  [
    'with a :path in absolute form',
    '9113 8.3.1',
    [METHOD, SCHEME, AUTHORITY, [':path', 'http://other.test/case']],
  ],
  [
    'of another scheme, with a :path in absolute form',
    '9113 8.3.1',
    [METHOD, [':scheme', 'other'], AUTHORITY, [':path', 'http://other.test/case']],
  ],
  ['with * for GET', '9113 8.3.1', [METHOD, SCHEME, AUTHORITY, [':path', '*']]],
  ['with a fragment', '9113 8.3.1', [METHOD, SCHEME, AUTHORITY, [':path', '/case#a']]],
  ['with a space in :path', '9113 8.3.1', [METHOD, SCHEME, AUTHORITY, [':path', '/a b']]],
  ['with a line in :path', '9113 10.3', [METHOD, SCHEME, AUTHORITY, [':path', '/\r\nx: 1']]],
  ['with a space in :method', '9113 8.3.1', [[':method', 'GE T'], SCHEME, AUTHORITY, PATH]],
  ['with a line in :method', '9113 10.3', [[':method', 'GET\r\n'], SCHEME, AUTHORITY, PATH]],
  ['with a line in :authority', '9113 10.3', [METHOD, SCHEME, [':authority', 'a\r\nx: 1'], PATH]],
  [
    'with a user in :authority',
    '9113 8.3.1',
    [METHOD, SCHEME, [':authority', 'a@case.test'], PATH],
    { alone: 'both pass it on; the RFC has none there' },
  ],
  ['with a path in :authority', '9113 8.3.1', [METHOD, SCHEME, [':authority', 'a/b'], PATH]],
  ['with neither :authority nor Host', '9113 8.3.1', [METHOD, SCHEME, PATH]],
  ['with a Host that differs', '9113 8.3.1', [...USUAL, ['host', 'other.test']]],
  ['with two of Host', '9112 3.2', [METHOD, SCHEME, PATH, ['host', 'a.test'], ['host', 'b.test']]],
  ['with an upper-case name', '9113 8.2', [...USUAL, ['X-Upper', '1']]],
  ['with a name with a space', '9113 8.2.1', [...USUAL, ['x y', '1']], DROPPED],
  ['with a name with a colon', '9113 8.2.1', [...USUAL, ['x:y', '1']], DROPPED],
  ['with a name that is empty', '9113 8.2.1', [...USUAL, ['', '1']], DROPPED],
  ['with a name that is not ASCII', '9113 8.2.1', [...USUAL, ['x-\xe9', '1']], DROPPED],
  ['with LF in a value', '9113 8.2.1', [...USUAL, ['x-a', '1\ny: 2']], DROPPED],
  ['with CR in a value', '9113 8.2.1', [...USUAL, ['x-a', '1\ry']], DROPPED],
  ['with NUL in a value', '9113 8.2.1', [...USUAL, ['x-a', '1\0y']], DROPPED],
  ['with Connection', '9113 8.2.2', [...USUAL, ['connection', 'close']]],
  ['with Keep-Alive', '9113 8.2.2', [...USUAL, ['keep-alive', '5']]],
  ['with Proxy-Connection', '9113 8.2.2', [...USUAL, ['proxy-connection', 'keep-alive']]],
  ['with Transfer-Encoding', '9113 8.2.2', [...USUAL, ['transfer-encoding', 'chunked']]],
  ['with Upgrade', '9113 8.2.2', [...USUAL, ['upgrade', 'websocket']]],
  ['with a TE that is not trailers', '9113 8.2.2', [...USUAL, ['te', 'gzip']]],
  ['with a length and no body', '9113 8.1.1', [...USUAL, ['content-length', '5']]],
  ['with a length that is none', '9110 8.6', [...USUAL, ['content-length', 'x']]],
  ['CONNECT with :path', '9113 8.5', [[':method', 'CONNECT'], SCHEME, AUTHORITY, PATH]],
]

const ofHeads = heads.map(([what, section, head, why]): Http2Case => ({
  name: `malformed: a request ${what}`,
  section,
  ...why,
  async run(stand) {
    const client = await stand.connect()
    const id = client.begin(head, FLAG.endStream)
    await refused(client, id)
    await unseen(stand, 'asked')
  },
}))

/** Somebody else is served before the next frame. */
const LATER = Buffer.alloc(0)

/** What comes behind the head of a POST: its end is never one of a whole request. */
const bodies: [what: string, section: string, fields: Field[], frames: (id: number) => Buffer[]][] =
  [
    [
      'a body that is shorter than its length',
      '9113 8.1.1',
      [['content-length', '9']],
      (id) => [frame(TYPE.data, FLAG.endStream, id, 'body')],
    ],
    [
      'a body that is longer than its length, in one frame',
      '9113 8.1.1',
      [['content-length', '3']],
      (id) => [frame(TYPE.data, FLAG.endStream, id, 'body')],
    ],
    [
      'a body that is longer than its length, in a second frame',
      '9113 8.1.1',
      [['content-length', '4']],
      (id) => [frame(TYPE.data, 0, id, 'body'), frame(TYPE.data, FLAG.endStream, id, 'more')],
    ],
    [
      'a body that is longer than its length, after a while',
      '9113 8.1.1',
      [['content-length', '4']],
      (id) => [
        frame(TYPE.data, 0, id, 'body'),
        LATER,
        frame(TYPE.data, FLAG.endStream, id, 'more'),
      ],
    ],
    [
      'a length of 0 and a body',
      '9113 8.1.1',
      [['content-length', '0']],
      (id) => [frame(TYPE.data, FLAG.endStream, id, 'body')],
    ],
    [
      'two lengths that differ',
      '9110 8.6',
      [
        ['content-length', '4'],
        ['content-length', '5'],
      ],
      (id) => [frame(TYPE.data, FLAG.endStream, id, 'body')],
    ],
    [
      'a pseudo-field in its trailers',
      '9113 8.1',
      [],
      (id) => [
        frame(TYPE.data, 0, id, 'body'),
        headFrames(id, encodeFields([[':path', '/other']]), FLAG.endStream),
      ],
    ],
    [
      'an upper-case name in its trailers',
      '9113 8.2',
      [],
      (id) => [
        frame(TYPE.data, 0, id, 'body'),
        headFrames(id, encodeFields([['X-Upper', '1']]), FLAG.endStream),
      ],
    ],
    [
      'trailers that do not end it',
      '9113 8.1',
      [],
      (id) => [
        frame(TYPE.data, 0, id, 'body'),
        headFrames(id, encodeFields([['x-sum', '1']])),
        frame(TYPE.data, FLAG.endStream, id, 'more'),
      ],
    ],
    [
      'a frame with more padding than it has',
      '9113 6.1',
      [],
      (id) => [frame(TYPE.data, FLAG.endStream + FLAG.padded, id, Buffer.from([200, 1, 2]))],
    ],
  ]

const ofBodies = bodies.map(([what, section, fields, frames]): Http2Case => ({
  name: `malformed: a request with ${what}`,
  section,
  ...(/a second frame|after a while|of 0/.test(what) && {
    alone: 'both may pass it on as whole as soon as it has its length, before more comes',
  }),
  async run(stand) {
    const client = await stand.connect()
    const id = client.open(post(...fields))
    // What is wrong with the head itself nobody sees; with a length of 0 it may wait for its end.
    if (!what.includes('of 0')) await Promise.race([stand.upstream.head(0), client.over(id)])
    for (const bytes of frames(id)) {
      if (bytes === LATER) await (await stand.connect()).ask(get('/meanwhile'))
      else client.send(bytes)
    }
    await refused(client, id)
    await unseen(stand, 'requests')
  },
}))

/** What is an error of the whole connection. */
const connections: [what: string, section: string, frames: () => Buffer][] = [
  ['DATA of no stream', '9113 6.1', () => frame(TYPE.data, 0, 0, 'x')],
  ['DATA of a stream that is idle', '9113 5.1', () => frame(TYPE.data, 0, 7, 'x')],
  ['HEADERS of no stream', '9113 6.2', () => headFrames(0, encodeFields(USUAL), FLAG.endStream)],
  [
    'HEADERS of a stream of the server',
    '9113 5.1.1',
    () => headFrames(2, encodeFields(USUAL), FLAG.endStream),
  ],
  [
    'CONTINUATION behind no head',
    '9113 6.10',
    () => frame(TYPE.continuation, FLAG.endHeaders, 1, encodeFields(USUAL)),
  ],
  [
    'another frame within a head',
    '9113 6.10',
    () =>
      Buffer.concat([
        frame(TYPE.headers, FLAG.endStream, 1, encodeFields(USUAL)),
        frame(TYPE.ping, 0, 0, '12345678'),
      ]),
  ],
  [
    'a head that cannot be decoded',
    '9113 4.3',
    () => frame(TYPE.headers, FLAG.endStream + FLAG.endHeaders, 1, Buffer.from([0xff, 0xff, 0x7f])),
  ],
  ['a frame that is too long', '9113 4.2', () => frame(TYPE.ping, 0, 0, Buffer.alloc(20_000))],
  ['PING of the wrong length', '9113 6.7', () => frame(TYPE.ping, 0, 0, '1234')],
  ['SETTINGS of the wrong length', '9113 6.5', () => frame(TYPE.settings, 0, 0, '12345')],
  ['PUSH_PROMISE', '9113 8.4', () => frame(TYPE.push, FLAG.endHeaders, 1, Buffer.alloc(4))],
  ['WINDOW_UPDATE by nothing', '9113 6.9', () => frame(TYPE.windowUpdate, 0, 0, Buffer.alloc(4))],
  [
    'a window that is larger than there are',
    '9113 6.9.1',
    () => frame(TYPE.windowUpdate, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff])),
  ],
  [
    'RST_STREAM of a stream that is idle',
    '9113 6.4',
    () => frame(TYPE.reset, 0, 9, Buffer.alloc(4)),
  ],
]

const ofConnections = connections.map(([what, section, frames]): Http2Case => ({
  name: `malformed: ${what} ends the connection`,
  section,
  async run(stand) {
    const client = await stand.connect()
    client.send(frames())
    await client.changes.until(() => isOver(client))
    await unseen(stand, 'asked')
  },
}))

export const malformed: Http2Case[] = [
  ...ofHeads,
  ...ofBodies,
  ...ofConnections,
  {
    name: 'malformed: one stream that is, and others of its connection go on',
    section: '9113 5.4.2',
    alone: 'nginx and HAProxy end the connection for a length that does not hold',
    async run(stand) {
      const client = await stand.connect()
      const running = client.open(post())
      await stand.upstream.head(0)
      const id = client.open(post(['content-length', '9']))
      await client.data(id, 'short')
      await client.over(id)
      await client.data(running, 'whole')
      expect(await client.answer(running)).toMatchObject({ status: '200', end: 'with data' })
      expect((await stand.upstream.request(0)).body.toString()).toBe('whole')
    },
  },
  {
    name: 'malformed: CONNECT is refused, and nothing is sent for it',
    section: '9113 8.5',
    async run(stand) {
      const client = await stand.connect()
      const id = client.begin([
        [':method', 'CONNECT'],
        [':authority', 'case.test:443'],
      ])
      await refused(client, id)
      await unseen(stand, 'asked')
    },
  },
  {
    name: 'malformed: a head on a stream which had ended is no second request',
    section: '9113 5.1',
    async run(stand) {
      const client = await stand.connect()
      const id = client.request(get())
      await client.answer(id)
      client.head(id, USUAL, FLAG.endStream)
      await client.ask(get('/behind'))
      await stand.settled()
      expect(stand.upstream.asked.filter(({ target }) => target === '/case')).toHaveLength(1)
    },
  },
]
