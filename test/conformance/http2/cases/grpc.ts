import { expect } from 'vitest'
import type { Field } from '../../message.ts'
import { CODE, FLAG } from '../frames.ts'
import type { Head } from '../messages.ts'
import type { Http2Exchange } from '../http2-upstream.ts'
import type { UpstreamCase } from '../stand.ts'
import { answered } from '../upstream.ts'

// gRPC over HTTP/2 (its PROTOCOL-HTTP2): what passes is what was sent, whatever is recorded of it.

const GRPC: Field = ['content-type', 'application/grpc']
const OK: Field = ['grpc-status', '0']

function call(...fields: Field[]): Head {
  return {
    method: 'POST',
    target: '/shop.Orders/Place',
    fields: [GRPC, ['te', 'trailers'], ...fields],
  }
}

/** With its prefix. */
function message(text: string, flag = 0): Buffer {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt8(flag, 0)
  prefix.writeUInt32BE(Buffer.byteLength(text), 1)
  return Buffer.concat([prefix, Buffer.from(text)])
}

/** What comes of a unary call, in its trailers. */
const statuses: [what: string, trailers: Field[]][] = [
  ['0', [OK]],
  ['0 and metadata', [OK, ['x-cost-bin', 'AAEC'], ['x-twice', '1'], ['x-twice', '2']]],
  [
    '5 and a message',
    [
      ['grpc-status', '5'],
      ['grpc-message', 'no%20such%20order'],
    ],
  ],
  [
    '14 and details',
    [
      ['grpc-status', '14'],
      ['grpc-status-details-bin', 'CA4'],
    ],
  ],
  ['4', [['grpc-status', '4']]],
]

const unary = statuses.map(([what, trailers]): UpstreamCase => ({
  name: `gRPC: a unary call that ends with the status ${what}`,
  section: 'gRPC responses',
  async run(stand, upstream) {
    upstream.answers(answered(200, [GRPC, ['x-initial', '1']], message('placed'), trailers))
    const client = await stand.connect()
    const answer = await client.ask(
      call(['grpc-timeout', '5S'], ['x-trace-bin', 'AAE']),
      message('order'),
    )
    expect(answer).toMatchObject({ status: '200', fields: [GRPC, ['x-initial', '1']], trailers })
    expect([answer.body.equals(message('placed')), answer.end]).toEqual([true, 'with a head'])
    const request = await upstream.request(0)
    expect(request.body.equals(message('order'))).toBe(true)
    expect(request.fields).toEqual(
      expect.arrayContaining([
        GRPC,
        ['grpc-timeout', '5S'],
        ['x-trace-bin', 'AAE'],
        ['te', 'trailers'],
      ]),
    )
  },
}))

/** Answers that are nothing but trailers. */
const trailersOnly: [what: string, fields: Field[]][] = [
  ['12', [GRPC, ['grpc-status', '12'], ['grpc-message', 'none']]],
  ['0', [GRPC, OK]],
]

const only = trailersOnly.map(([what, fields]): UpstreamCase => ({
  name: `gRPC: trailers only, with the status ${what}, end with their head`,
  section: 'gRPC responses',
  async run(stand, upstream) {
    upstream.answers(async (exchange) => {
      await exchange.whole()
      exchange.alone(200, fields)
    })
    const client = await stand.connect()
    const answer = await client.ask(call(), message('order'))
    expect(answer).toMatchObject({ status: '200', fields, end: 'with a head', trailers: [] })
  },
}))

export const grpc: UpstreamCase[] = [
  ...unary,
  ...only,
  {
    name: 'gRPC: a stream of the server comes message by message',
    section: 'gRPC streaming',
    async run(stand, upstream) {
      let go = () => {}
      upstream.answers(async (exchange) => {
        await exchange.whole()
        exchange.head(200, [GRPC])
        for (let i = 0; i < 5; i++) {
          const next = new Promise<void>((resolve) => (go = resolve))
          await exchange.data(message(`event ${i}`))
          await next
        }
        exchange.end([OK])
      })
      const client = await stand.connect()
      const id = client.request(call(), message('watch'))
      for (let i = 0; i < 5; i++) {
        await client.came(id, message('event 0').length * (i + 1))
        go()
      }
      expect(await client.answer(id)).toMatchObject({ end: 'with a head', trailers: [OK] })
    },
  },
  {
    name: 'gRPC: a stream of the client goes message by message',
    section: 'gRPC streaming',
    async run(stand, upstream) {
      let exchange: Http2Exchange | undefined
      upstream.answers(async (begun) => {
        exchange = begun as Http2Exchange
        await begun.whole()
        begun.head(200, [GRPC])
        await begun.data(message('sum'))
        begun.end([OK])
      })
      const client = await stand.connect()
      const id = client.open(call())
      await upstream.head(0)
      for (let i = 0; i < 5; i++) {
        await client.data(id, message(`part ${i}`), 0)
        await exchange!.came(message('part 0').length * (i + 1))
      }
      await client.data(id, '')
      expect(await client.answer(id)).toMatchObject({ status: '200', trailers: [OK] })
    },
  },
  {
    name: 'gRPC: both stream, each waiting for the other, and the head of the answer comes first',
    section: 'gRPC streaming',
    async run(stand, upstream) {
      upstream.answers(async (exchange) => {
        exchange.head(200, [GRPC])
        for (let i = 1; i <= 10; i++) {
          await exchange.came(message('ping').length * i)
          await exchange.data(message('pong'))
        }
        await exchange.whole()
        exchange.end([OK])
      })
      const client = await stand.connect()
      const id = client.open(call())
      await client.headOf(id)
      for (let i = 1; i <= 10; i++) {
        await client.data(id, message('ping'), 0)
        await client.came(id, message('pong').length * i)
      }
      await client.data(id, '')
      const answer = await client.answer(id)
      expect([answer.body.length, answer.trailers]).toEqual([message('pong').length * 10, [OK]])
    },
  },
  {
    name: 'gRPC: a call that its client cancels is cancelled at the server, and others go on',
    section: 'gRPC errors',
    async run(stand, upstream) {
      upstream.answers(async (exchange) => {
        exchange.head(200, [GRPC])
        await exchange.data(message('first'))
        if (exchange.asked.target === '/other') exchange.end([OK])
      })
      const client = await stand.connect()
      const id = client.request(call(), message('watch'))
      await client.came(id, 1)
      client.reset(id)
      await upstream.left()
      const [cancelled] = [...upstream.peers].flatMap(({ streams }) =>
        [...streams.values()].filter(({ code }) => code !== null),
      )
      if (cancelled !== undefined) expect(cancelled.code).toBe(CODE.cancel)
      const other = await client.ask({ ...call(), target: '/other' }, message('watch'))
      expect(other.trailers).toEqual([OK])
    },
  },
  {
    name: 'gRPC: a stream that the server breaks off has no status that it did not give',
    section: 'gRPC errors',
    async run(stand, upstream) {
      upstream.answers(async (exchange) => {
        await exchange.whole()
        exchange.head(200, [GRPC])
        await exchange.data(message('first'))
      })
      const client = await stand.connect()
      const id = client.request(call(), message('watch'))
      await client.came(id, 1)
      upstream.cut()
      expect(await client.answer(id)).toMatchObject({ end: 'cut', trailers: [] })
    },
  },
  {
    name: 'gRPC: a message of a megabyte, compressed, and the frames it is taken apart into',
    section: 'gRPC requests',
    async run(stand, upstream) {
      upstream.answers(async (exchange) => {
        const { body } = await exchange.whole()
        exchange.head(200, [GRPC, ['grpc-encoding', 'gzip']])
        for (let at = 0; at < body.length; at += 10_007) {
          await exchange.data(body.subarray(at, at + 10_007))
        }
        exchange.end([OK])
      })
      const client = await stand.connect()
      const sent = message('y'.repeat(1_000_000), 1)
      const answer = await client.ask(call(['grpc-encoding', 'gzip']), sent)
      expect(answer.body.equals(sent)).toBe(true)
      expect(answer.trailers).toEqual([OK])
    },
  },
  {
    name: 'gRPC: an empty request that ends with an empty frame',
    section: 'gRPC requests',
    async run(stand, upstream) {
      upstream.answers(answered(200, [GRPC], '', [['grpc-status', '13']]))
      const client = await stand.connect()
      const id = client.open(call())
      await client.data(id, '', FLAG.endStream)
      const answer = await client.answer(id)
      expect(answer.trailers).toEqual([['grpc-status', '13']])
    },
  },
]
