import { expect } from 'vitest'
import { CODE, goawayFrame } from '../frames.ts'
import type { Http2Client } from '../client.ts'
import { get, LARGE, post } from '../messages.ts'
import type { Http2Case, Http2Stand } from '../stand.ts'
import type { Exchange } from '../upstream.ts'

/** How long the upstream may be kept for nobody, in ms. */
const AT_ONCE = 1_800

/** Resolves when the upstream is free, which it must be at once. */
async function freed({ upstream }: Http2Stand): Promise<void> {
  const begun = performance.now()
  await upstream.left()
  expect(performance.now() - begun).toBeLessThan(AT_ONCE)
}

const part = async (exchange: Exchange) => {
  exchange.head(200)
  await exchange.data('part')
}

/** What runs when the client goes: answers its stream. */
const situations: [
  when: string,
  begin: (stand: Http2Stand, client: Http2Client) => Promise<number>,
][] = [
  [
    'while it waits for an answer',
    async ({ upstream }, client) => {
      upstream.answers(() => {})
      const id = client.request(post(), 'body')
      await upstream.request(0)
      return id
    },
  ],
  [
    'while it uploads',
    async ({ upstream }, client) => {
      upstream.answers(() => {})
      const id = client.open(post())
      await client.data(id, 'part', 0)
      await upstream.head(0)
      return id
    },
  ],
  [
    'while it uploads by a length',
    async ({ upstream }, client) => {
      upstream.answers(() => {})
      const id = client.open(post(['content-length', '1000']))
      await client.data(id, 'part', 0)
      await upstream.head(0)
      return id
    },
  ],
  [
    'while it downloads',
    async ({ upstream }, client) => {
      upstream.answers(part)
      const id = client.request(get())
      await client.came(id, 4)
      return id
    },
  ],
  [
    'while it downloads and reads nothing',
    async ({ upstream }, client) => {
      upstream.answers(async (exchange) => {
        exchange.head(200)
        await exchange.data(LARGE)
        exchange.end()
      })
      client.flow = 'stalled'
      const id = client.request(get())
      await client.came(id, 65_535)
      return id
    },
  ],
  [
    'while both stream',
    async ({ upstream }, client) => {
      upstream.answers(part)
      const id = client.open(post())
      await client.data(id, 'part', 0)
      await client.came(id, 4)
      return id
    },
  ],
]

const ways: [how: string, go: (client: Http2Client, id: number) => void][] = [
  ['cancels its stream', (client, id) => client.reset(id)],
  ['resets its stream without an error', (client, id) => client.reset(id, CODE.none)],
  ['ends its connection', (client) => client.leave('end')],
  ['resets its connection', (client) => client.leave('reset')],
]

const leaving = situations.flatMap(([when, begin]) =>
  ways.map(([how, go]): Http2Case => ({
    name: `aborts: a client that ${how} ${when} frees the upstream in a second`,
    section: '9113 8.7',
    async run(stand) {
      const client = await stand.connect()
      const id = await begin(stand, client)
      const whole = stand.upstream.requests.length
      go(client, id)
      await freed(stand)
      expect(stand.upstream.requests).toHaveLength(whole)
    },
  })),
)

export const aborts: Http2Case[] = [
  ...leaving,
  {
    name: 'aborts: a stream that is cancelled takes no other with it',
    section: '9113 5.4.2',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        const { target, body } = await exchange.whole()
        if (target === '/hang') return
        exchange.head(200)
        await exchange.data(body)
        exchange.end()
      })
      const client = await stand.connect()
      const running = client.open(post())
      const hanging = client.request(get('/hang'))
      await stand.upstream.head(1)
      client.reset(hanging)
      await client.data(running, 'body')
      const answer = await client.answer(running)
      expect([answer.end, answer.body.toString()]).toEqual(['with data', 'body'])
    },
  },
  ...(['with a length', 'without a length'] as const).map((framing): Http2Case => ({
    name: `aborts: an answer ${framing} that the upstream cuts is reset, with an error`,
    section: '9113 8.1',
    async run(stand) {
      const fields = framing === 'with a length' ? [['content-length', '9'] as const] : []
      stand.upstream.answers(async (exchange) => {
        await exchange.whole()
        exchange.head(200, fields)
        await exchange.data('part')
      })
      const client = await stand.connect()
      const id = client.request(post(), 'body')
      await client.came(id, 4)
      stand.upstream.cut()
      const answer = await client.answer(id)
      expect(answer).toMatchObject({ status: '200', end: 'cut' })
      expect(answer.code).not.toBe(CODE.none)
    },
  })),
  {
    name: 'aborts: an upstream that breaks off without an answer is a 502',
    section: '9110 15.6.3',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        await exchange.whole()
        exchange.cut()
      })
      const client = await stand.connect()
      expect((await client.ask(post(), 'body')).status).toBe('502')
    },
  },
  {
    name: 'aborts: an upstream that breaks off within an upload is a 502',
    section: '9110 15.6.3',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        await exchange.came(4)
        exchange.cut()
      })
      const client = await stand.connect()
      const id = client.open(post())
      await client.data(id, 'part', 0)
      expect(await client.headOf(id)).toBe('502')
    },
  },
  {
    name: 'aborts: GOAWAY of a client lets what runs come to its end',
    section: '9113 6.8',
    async run(stand) {
      const client = await stand.connect()
      const id = client.open(post())
      await stand.upstream.head(0)
      client.send(goawayFrame(0))
      await client.data(id, 'body')
      expect(await client.answer(id)).toMatchObject({ status: '200', end: 'with data' })
    },
  },
]
