import { expect } from 'vitest'
import { valuesOf, type Field } from '../../message.ts'
import {
  CODE,
  FLAG,
  frame,
  goawayFrame,
  headFrames,
  SETTING,
  settingsFrame,
  TYPE,
  windowUpdate,
} from '../frames.ts'
import { encodeFields } from '../hpack.ts'
import type { Http2Exchange, Http2Upstream } from '../http2-upstream.ts'
import { get, LARGE, post } from '../messages.ts'
import type { UpstreamCase } from '../stand.ts'
import { answered, type Script } from '../upstream.ts'

// What only an upstream of HTTP/2 can do, frame by frame.

const OK = { status: '200', end: 'with data' }

/** A script on the stream itself. */
function onStream(script: (exchange: Http2Exchange) => unknown): Script {
  return (exchange) => script(exchange as Http2Exchange)
}

const STATUS: Field = [':status', '200']

/** Heads of answers that are malformed. */
const flaws: [what: string, head: Field[]][] = [
  ['no :status', [['x-a', '1']]],
  ['two of :status', [STATUS, [':status', '404']]],
  ['a :status behind a field', [['x-a', '1'], STATUS]],
  ['a :status that is none', [[':status', 'ok']]],
  ['a pseudo-field of a request', [STATUS, [':path', '/']]],
  ['an upper-case name', [STATUS, ['X-Upper', '1']]],
  ['Connection', [STATUS, ['connection', 'close']]],
  ['Transfer-Encoding', [STATUS, ['transfer-encoding', 'chunked']]],
  ['two lengths that differ', [STATUS, ['content-length', '2'], ['content-length', '3']]],
]

const malformedAnswers = flaws.map(([what, head]): UpstreamCase => ({
  name: `upstream: an answer with ${what} is a 502`,
  section: '9113 8.1.1',
  async run(stand, upstream) {
    upstream.answers(
      onStream(async ({ peer, stream }) => {
        await peer.over(stream.id)
        peer.head(stream.id, head)
        await peer.data(stream.id, 'ok')
      }),
    )
    const client = await stand.connect()
    expect((await client.ask(post(), 'body')).status).toBe('502')
  },
}))

/** Bodies of answers that are not what their heads say. */
const lengths: [what: string, length: string, sent: string[]][] = [
  ['shorter than its length', '9', ['part']],
  ['longer than its length', '4', ['part', 'more']],
]

const wrongLengths = lengths.map(([what, length, sent]): UpstreamCase => ({
  name: `upstream: an answer that is ${what} is a cut for the client`,
  section: '9113 8.1.1',
  alone: 'HAProxy passes the answer on as a whole one; nginx has no such upstream',
  async run(stand, upstream) {
    upstream.answers(
      onStream(async ({ peer, stream }) => {
        await peer.over(stream.id)
        peer.head(stream.id, [STATUS, ['content-length', length]])
        for (const [i, text] of sent.entries()) {
          await peer.data(stream.id, text, i === sent.length - 1 ? FLAG.endStream : 0)
        }
      }),
    )
    const client = await stand.connect()
    expect((await client.ask(post(), 'body')).end).toBe('cut')
  },
}))

/** The upstream does nothing with a request, and says so; what was not begun may be sent again. */
const refusals: [what: string, refuse: (exchange: Http2Exchange) => void][] = [
  ['REFUSED_STREAM', ({ peer, stream }) => peer.reset(stream.id, CODE.refused)],
  [
    'GOAWAY below its stream',
    ({ peer, stream }) => {
      peer.send(goawayFrame(stream.id - 2 < 0 ? 0 : stream.id - 2))
      peer.socket.end()
    },
  ],
]

const repeated = refusals.map(([what, refuse]): UpstreamCase => ({
  name: `upstream: a request that gets ${what} is sent once more, with its body`,
  section: '9113 8.7',
  alone:
    'nginx and HAProxy were told to send nothing twice; that nothing was begun, they could know',
  async run(stand, upstream) {
    let tries = 0
    upstream.answers(
      onStream(async (exchange) => {
        await exchange.peer.over(exchange.stream.id)
        if (++tries === 1) refuse(exchange)
        else {
          exchange.head(200)
          await exchange.data('ok')
          exchange.end()
        }
      }),
    )
    const client = await stand.connect()
    expect(await client.ask(post(), 'body')).toMatchObject(OK)
    expect(upstream.requests.map(({ body }) => body.toString())).toEqual(['body', 'body'])
  },
}))

function headsOf(upstream: Http2Upstream): Field[][] {
  return [...upstream.peers].flatMap(({ streams }) =>
    [...streams.values()].flatMap(({ heads }) => heads.slice(0, 1)),
  )
}

export const upstreamFrames: UpstreamCase[] = [
  ...malformedAnswers,
  ...wrongLengths,
  ...repeated,
  {
    name: 'upstream: gets the pseudo-fields first, each once, and no field of a connection',
    section: '9113 8.3',
    async run(stand, upstream) {
      const client = await stand.connect()
      await client.ask(post(['x-a', '1'], ['te', 'trailers']), 'body')
      const [head = []] = headsOf(upstream)
      const names = head.map(([name]) => name)
      const pseudo = names.filter((name) => name.startsWith(':'))
      expect(names.slice(0, pseudo.length)).toEqual(pseudo)
      expect(pseudo.toSorted()).toEqual([':authority', ':method', ':path', ':scheme'])
      expect(names).not.toContain('host')
      expect(names.join()).not.toMatch(/connection|keep-alive|transfer-encoding|upgrade|[A-Z]/)
      expect(valuesOf({ fields: head }, 'te')).toEqual(['trailers'])
    },
  },
  {
    name: 'upstream: hears of TE only from a client that said it',
    section: '9110 10.1.4',
    async run(stand, upstream) {
      const client = await stand.connect()
      await client.ask(post(), 'body')
      expect(headsOf(upstream)[0]!.map(([name]) => name)).not.toContain('te')
    },
  },
  {
    name: 'upstream: a request with a length has its trailers too',
    section: '9113 8.1',
    async run(stand, upstream) {
      const client = await stand.connect()
      const id = client.open(post(['content-length', '4']))
      await client.data(id, 'body', 0)
      // It is not over yet.
      await client.ask(get('/between'))
      client.head(id, [['x-sum', '7']], FLAG.endStream)
      expect(await client.answer(id)).toMatchObject(OK)
      const request = upstream.requests.find(({ target }) => target === '/case')
      expect([request!.body.toString(), request!.trailers]).toEqual(['body', [['x-sum', '7']]])
    },
  },
  {
    name: 'upstream: an answer with a length has its trailers too',
    section: '9113 8.1',
    async run(stand, upstream) {
      upstream.answers(answered(200, [['content-length', '4']], 'body', [['x-sum', '7']]))
      const client = await stand.connect()
      const { body, trailers } = await client.ask(post(), 'body')
      expect([body.toString(), trailers]).toEqual(['body', [['x-sum', '7']]])
    },
  },
  {
    name: 'upstream: an answer that ends with its head does so for the client',
    section: 'promise',
    async run(stand, upstream) {
      upstream.answers(async (exchange) => {
        await exchange.whole()
        exchange.alone(200, [['x-a', '1']])
      })
      const client = await stand.connect()
      expect(await client.ask(post(), 'body')).toMatchObject({ status: '200', end: 'with a head' })
    },
  },
  {
    name: 'upstream: a head in CONTINUATION frames, with padding and a priority',
    section: '9113 6.10',
    async run(stand, upstream) {
      upstream.answers(
        onStream(async ({ peer, stream: { id } }) => {
          await peer.over(id)
          peer.send(headFrames(id, encodeFields([STATUS, ['x-long', 'y'.repeat(900)]]), 0, 300))
          peer.send(frame(TYPE.data, FLAG.padded, id, Buffer.from('\x02ok\0\0', 'latin1')))
          await peer.data(id, '')
        }),
      )
      const client = await stand.connect()
      const answer = await client.ask(post(), 'body')
      expect(answer.fields).toEqual([['x-long', 'y'.repeat(900)]])
      expect(answer.body.toString()).toBe('ok')
    },
  },
  {
    name: 'upstream: that gives no window holds up an upload, until it gives one',
    section: '9113 6.9',
    async run(stand, upstream) {
      upstream.meets({ settings: { [SETTING.window]: 0 } })
      upstream.answers(
        onStream(async (exchange) => {
          const { peer, stream } = exchange
          if (exchange.asked.method === 'POST') {
            await new Promise((resolve) => setImmediate(resolve))
            expect(stream.chunks).toEqual([])
            peer.send(windowUpdate(stream.id, 1_000))
          }
          await peer.over(stream.id)
          exchange.head(200)
          await exchange.data('ok')
          exchange.end()
        }),
      )
      const client = await stand.connect()
      expect(await client.ask(post(), 'y'.repeat(1_000))).toMatchObject(OK)
    },
  },
  {
    name: 'upstream: an upload that it stalls holds up no other request',
    section: '9113 5.2',
    async run(stand, upstream) {
      upstream.meets({ settings: { [SETTING.window]: 0 } })
      const client = await stand.connect()
      const stalled = Array.from({ length: 20 }, () =>
        client.request(post(), LARGE.subarray(0, 50_000)),
      )
      await upstream.head(19)
      for (let i = 0; i < 5; i++) expect(await client.ask(get())).toMatchObject(OK)
      for (const id of stalled) client.reset(id)
      await upstream.left()
    },
  },
  {
    name: 'upstream: that allows one stream at a time answers ten',
    section: '9113 5.1.2',
    async run(stand, upstream) {
      upstream.meets({ settings: { [SETTING.maxStreams]: 1 } })
      const client = await stand.connect()
      const all = Array.from({ length: 10 }, (_, i) => client.ask(post(['x-i', String(i)]), 'body'))
      for (const answer of await Promise.all(all)) expect(answer).toMatchObject(OK)
      for (const { streams } of upstream.peers) expect(streams.size).toBeGreaterThan(0)
    },
  },
  {
    name: 'upstream: GOAWAY above a stream lets it come to its end, and the next takes another connection',
    section: '9113 6.8',
    async run(stand, upstream) {
      upstream.answers(
        onStream(async (exchange) => {
          const { peer, stream } = exchange
          await peer.over(stream.id)
          if (exchange.asked.target === '/case') peer.send(goawayFrame(stream.id))
          exchange.head(200)
          await exchange.data('ok')
          exchange.end()
        }),
      )
      const client = await stand.connect()
      for (let i = 0; i < 5; i++) expect(await client.ask(post(), 'body')).toMatchObject(OK)
      expect(upstream.requests).toHaveLength(5)
    },
  },
  {
    name: 'upstream: RST_STREAM without an error behind an early answer ends the upload, not the answer',
    section: '9113 8.1',
    async run(stand, upstream) {
      upstream.answers(
        onStream(async (exchange) => {
          await exchange.came(4)
          exchange.head(413, [['content-length', '4']])
          await exchange.data('full')
          exchange.end()
          await new Promise((resolve) => setImmediate(resolve))
          exchange.peer.send(Buffer.from([0, 0, 4, 3, 0, 0, 0, 0, exchange.stream.id, 0, 0, 0, 0]))
        }),
      )
      const client = await stand.connect()
      const id = client.open(post())
      await client.data(id, 'part', 0)
      await client.came(id, 4)
      const answer = await client.answer(id)
      expect([answer.status, answer.body.toString(), answer.end]).toEqual([
        '413',
        'full',
        'with data',
      ])
    },
  },
  {
    name: 'upstream: may push nothing',
    section: '9113 8.4',
    async run(stand, upstream) {
      // What one connection began with is seen on one that is new.
      upstream.meets({})
      const client = await stand.connect()
      await client.ask(post(), 'body')
      const settings = [...upstream.peers].map(
        ({ frames }) => frames.find(({ type }) => type === TYPE.settings)!.payload,
      )
      expect(settings).not.toEqual([])
      for (const payload of settings) {
        expect(payload.toString('hex')).toMatch(/^(?:.{12})*000200000000/)
      }
    },
  },
  {
    name: 'upstream: new SETTINGS and PING in the middle are answered, and change nothing',
    section: '9113 6.5',
    async run(stand, upstream) {
      upstream.answers(
        onStream(async (exchange) => {
          const { peer } = exchange
          await exchange.whole()
          exchange.head(200)
          await exchange.data('o')
          const { length } = peer.frames
          peer.send(settingsFrame({ [SETTING.window]: 100_000, [SETTING.maxStreams]: 50 }))
          peer.send(frame(TYPE.ping, 0, 0, '12345678'))
          const acknowledged = (type: number) =>
            peer.frames.slice(length).some((one) => one.type === type && one.flags === FLAG.ack)
          await peer.until(() => acknowledged(TYPE.settings) && acknowledged(TYPE.ping))
          await exchange.data('k')
          exchange.end()
        }),
      )
      const client = await stand.connect()
      expect((await client.ask(post(), 'body')).body.toString()).toBe('ok')
    },
  },
  {
    name: 'upstream: a connection that it kept and closed is not sent a request that then is lost',
    section: '9113 6.8',
    async run(stand, upstream) {
      const client = await stand.connect()
      for (let i = 0; i < 5; i++) {
        expect(await client.ask(get())).toMatchObject(OK)
        for (const peer of upstream.peers) {
          peer.send(goawayFrame(2 ** 31 - 1))
          peer.socket.end()
        }
      }
      expect(upstream.requests).toHaveLength(5)
    },
  },
]
