import { expect } from 'vitest'
import type { Field } from '../../message.ts'
import {
  CODE,
  FLAG,
  frame,
  headFrames,
  SETTING,
  settingsFrame,
  TYPE,
  windowUpdate,
} from '../frames.ts'
import { encodeFields } from '../hpack.ts'
import { get, LARGE, post } from '../messages.ts'
import type { Http2Case, Http2Stand } from '../stand.ts'
import { answered } from '../upstream.ts'

const OK = { status: '200', end: 'with data' }

export const interimAnswers: Http2Case[] = [
  {
    name: 'interim: 103 comes before the answer, with its fields',
    section: '8297 2',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        exchange.interim(103, [['link', '<a>']])
        exchange.interim(103, [['link', '<b>']])
        await exchange.whole()
        exchange.head(200)
        exchange.end()
      })
      const client = await stand.connect()
      const answer = await client.ask(get())
      expect(answer.interim).toEqual([
        { status: '103', fields: [['link', '<a>']] },
        { status: '103', fields: [['link', '<b>']] },
      ])
      expect(answer.status).toBe('200')
    },
  },
  {
    name: 'interim: 100-continue goes on, and the word of the upstream comes back',
    section: '9110 10.1.1',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        exchange.interim(100, [])
        const { body } = await exchange.whole()
        exchange.head(200)
        await exchange.data(body)
        exchange.end()
      })
      const client = await stand.connect()
      const id = client.open(post(['expect', '100-continue'], ['content-length', '4']))
      await client.until(() => client.streams.get(id)!.heads.length > 0)
      await client.data(id, 'body')
      const answer = await client.answer(id)
      expect([answer.interim[0]!.status, answer.body.toString()]).toEqual(['100', 'body'])
      expect(stand.upstream.requests[0]!.fields).toContainEqual(['expect', '100-continue'])
    },
  },
  {
    name: 'interim: 100-continue that is refused has the answer, and its body never goes',
    section: '9110 10.1.1',
    async run(stand) {
      stand.upstream.answers((exchange) => {
        exchange.head(417, [['content-length', '2']])
        void exchange.data('no')
        exchange.end()
      })
      const client = await stand.connect()
      const id = client.open(post(['expect', '100-continue'], ['content-length', '4']))
      await client.headOf(id)
      client.reset(id)
      expect(await client.headOf(id)).toBe('417')
      await stand.upstream.left()
      expect(stand.upstream.requests).toEqual([])
    },
  },
]

export const earlyAnswers: Http2Case[] = [
  {
    name: 'early: an answer before the end of an upload is read whole, and then the rest may stop',
    section: '9113 8.1',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        await exchange.came(4)
        exchange.head(413, [['content-length', '4']])
        await exchange.data('full')
        exchange.end()
      })
      const client = await stand.connect()
      const id = client.open(post())
      await client.data(id, 'body', 0)
      await client.came(id, 4)
      await client.data(id, 'more')
      const answer = await client.answer(id)
      expect([answer.status, answer.body.toString()]).toEqual(['413', 'full'])
    },
  },
  {
    name: 'early: an answer that streams while the request does (both ways at once)',
    section: '9113 8.1',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        exchange.head(200)
        for (let i = 1; i <= 5; i++) {
          await exchange.came(i * 4)
          await exchange.data(`pong${i}`)
        }
        await exchange.whole()
        exchange.end()
      })
      const client = await stand.connect()
      const id = client.open(post())
      for (let i = 1; i <= 5; i++) {
        await client.data(id, 'ping', 0)
        await client.came(id, i * 5)
      }
      await client.data(id, '')
      expect((await client.answer(id)).body.toString()).toBe('pong1pong2pong3pong4pong5')
    },
  },
]

export const windows: Http2Case[] = [
  {
    name: 'windows: an answer of 6 MB waits for a client that gives nothing back, and then comes',
    section: '9113 6.9',
    async run(stand) {
      stand.upstream.answers(answered(200, [['content-length', String(LARGE.length)]], LARGE))
      const client = await stand.connect()
      client.flow = 'stalled'
      const id = client.request(post(), 'body')
      await client.came(id, 65_535)
      client.giveBackAll()
      const { end, body } = await client.answer(id)
      expect([end, body.equals(LARGE)]).toEqual(['with data', true])
    },
  },
  {
    name: 'windows: streams that are stalled hold up no other one, of their connection or of others',
    section: '9113 5.2',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        await exchange.whole()
        exchange.head(200)
        await exchange.data(
          exchange.asked.target === '/large' ? LARGE.subarray(0, 1_000_000) : 'ok',
        )
        exchange.end()
      })
      // A window for the connection, and none for a stream.
      const client = await stand.connect({ [SETTING.window]: 0 })
      client.flow = 'stalled'
      client.send(windowUpdate(0, 2 ** 30))
      const stalled = Array.from({ length: 40 }, () => client.request(get('/large')))
      for (const id of stalled) await client.headOf(id)
      const id = client.request(get('/small'))
      client.send(windowUpdate(id, 100))
      expect(await client.answer(id)).toMatchObject(OK)
      const other = await stand.connect()
      expect(await other.ask(post(), 'body')).toMatchObject(OK)
      expect(await other.ask(get('/large'))).toMatchObject(OK)
    },
  },
  {
    name: 'windows: an answer goes through a window of one byte, byte by byte',
    section: '9113 6.9.2',
    async run(stand) {
      stand.upstream.answers(answered(200, [], 'twelve bytes'))
      const client = await stand.connect({ [SETTING.window]: 1 })
      const { end, body } = await client.ask(post(), 'body')
      expect([end, body.toString()]).toEqual(['with data', 'twelve bytes'])
    },
  },
  {
    name: 'windows: SETTINGS that make the windows larger let go what waited',
    section: '9113 6.9.2',
    async run(stand) {
      stand.upstream.answers(answered(200, [], 'twelve bytes'))
      const client = await stand.connect({ [SETTING.window]: 0 })
      const id = client.request(post(), 'body')
      await client.headOf(id)
      client.send(settingsFrame({ [SETTING.window]: 1_000 }))
      expect((await client.answer(id)).body.toString()).toBe('twelve bytes')
    },
  },
  {
    name: 'windows: more than a window is an error of flow control',
    section: '9113 6.9.1',
    async run(stand) {
      stand.upstream.answers(() => {})
      const client = await stand.connect()
      const id = client.open(post())
      for (let i = 0; i < 600; i++) client.send(frame(TYPE.data, 0, id, LARGE.subarray(0, 16_384)))
      client.send(frame(TYPE.ping, 0, 0, '12345678'))
      await client.changes.until(
        () =>
          client.ended !== null ||
          client.goaway !== null ||
          client.frames.some(({ type, flags }) => type === TYPE.ping && flags === FLAG.ack),
      )
      const code = client.streams.get(id)!.code ?? client.goaway?.code
      // One that reads on gives back what was sent: then it was never more.
      if (code !== undefined) expect(code).toBe(CODE.flowControl)
      client.leave('reset')
      await quiet(stand)
    },
  },
]

/** Resolves when nothing that was sent before is still on its way. */
async function quiet(stand: Http2Stand): Promise<void> {
  const { upstream } = stand
  upstream.answers(answered(200))
  const other = await stand.connect()
  for (let seen = -1; seen !== upstream.asked.length;) {
    seen = upstream.asked.length + 1
    expect((await other.ask(get('/quiet'))).status).toBe('200')
    await upstream.left()
  }
}

/** Many of what costs more to serve than to send: the connection may end, everybody else goes on. */
const floods: [what: string, section: string, frames: () => Buffer][] = [
  ['PING', 'CVE-2019-9512', () => frame(TYPE.ping, 0, 0, '12345678')],
  ['SETTINGS', 'CVE-2019-9515', () => settingsFrame({ [SETTING.push]: 0 })],
  ['frames of no type', '9113 10.5', () => frame(0x99, 0, 0, 'x')],
  ['PRIORITY', 'CVE-2019-9513', () => frame(TYPE.priority, 0, 1, Buffer.from([0, 0, 0, 3, 9]))],
]

export const limits: Http2Case[] = [
  ...floods.map(([what, section, frames]): Http2Case => ({
    name: `floods: 20,000 of ${what}`,
    section,
    async run(stand) {
      const client = await stand.connect()
      const many = Buffer.concat(Array.from({ length: 1_000 }, frames))
      for (let i = 0; i < 20; i++) client.send(many)
      const other = await stand.connect()
      expect(await other.ask(post(), 'body')).toMatchObject(OK)
      client.leave('reset')
    },
  })),
  {
    name: 'floods: CONTINUATION frames without an end are not gathered',
    section: 'CVE-2024-27316',
    async run(stand) {
      const client = await stand.connect()
      const id = client.nextId()
      client.send(frame(TYPE.headers, FLAG.endStream, id, encodeFields(client.written(get()))))
      const more = frame(TYPE.continuation, 0, id, encodeFields([['x-a', 'y'.repeat(16_000)]]))
      for (let i = 0; i < 1_000 && client.ended === null; i++) {
        client.send(more)
        await new Promise((resolve) => setImmediate(resolve))
      }
      await client.changes.until(() => client.goaway !== null || client.ended !== null)
      await stand.settled()
      expect(stand.upstream.asked.filter(({ target }) => target === '/case')).toEqual([])
    },
  },
  {
    name: 'floods: streams that are reset at once (rapid reset) cost nobody else anything',
    section: 'CVE-2023-44487',
    async run(stand) {
      stand.upstream.answers(async (exchange) => {
        await exchange.whole()
        if (exchange.asked.target === '/case') return
        exchange.head(200, [['content-length', '2']])
        await exchange.data('ok')
        exchange.end()
      })
      const client = await stand.connect()
      for (let i = 0; i < 600 && client.ended === null; i++) {
        const id = client.request(get())
        client.reset(id)
        if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      const other = await stand.connect()
      expect(await other.ask(get('/other'))).toMatchObject(OK)
      client.leave('reset')
      other.leave('end')
      await quiet(stand)
    },
  },
  {
    name: 'limits: a head of 40 KB passes',
    section: '9113 10.5.1',
    async run(stand) {
      const fields = Array.from({ length: 40 }, (_, i): Field => [`x-${i}`, 'y'.repeat(1_000)])
      const client = await stand.connect()
      expect(await client.ask(get('/case', ...fields))).toMatchObject(OK)
      expect(stand.upstream.asked[0]!.fields).toEqual(fields)
    },
  },
  {
    name: 'limits: a head of 500 fields passes',
    section: '9113 10.5.1',
    async run(stand) {
      const fields = Array.from({ length: 500 }, (_, i): Field => [`x-${i}`, 'y'])
      const client = await stand.connect()
      expect(await client.ask(get('/case', ...fields))).toMatchObject(OK)
      expect(stand.upstream.asked[0]!.fields).toEqual(fields)
    },
  },
  {
    name: 'limits: a head of 8 MB is refused, and no more than itself with it',
    section: '9113 10.5.1',
    async run(stand) {
      const client = await stand.connect()
      const id = client.nextId()
      const fields = Array.from({ length: 512 }, (_, i): Field => [`x-${i}`, 'y'.repeat(16_000)])
      client.send(
        headFrames(id, encodeFields([...client.written(get()), ...fields]), FLAG.endStream),
      )
      const { status } = await client.answer(id)
      expect(status).toMatch(/^$|^4/)
      await stand.settled()
      expect(stand.upstream.asked.filter(({ target }) => target === '/case')).toEqual([])
    },
  },
  {
    name: 'limits: more streams at once than are allowed are refused, alone or with their connection',
    section: '9113 5.1.2',
    async run(stand) {
      stand.upstream.answers(() => {})
      const client = await stand.connect()
      await client.until(() => client.frames.some(({ type }) => type === TYPE.settings))
      const ids = Array.from({ length: 1_200 }, () => client.request(get()))
      const isRefused = (id: number) => client.streams.get(id)!.code === CODE.refused
      await client.changes.until(
        () => client.goaway !== null || client.ended !== null || ids.some(isRefused),
      )
      const other = await stand.connect()
      const id = other.request(get())
      await stand.upstream.head(0)
      other.reset(id)
      client.leave('reset')
      await quiet(stand)
    },
  },
]
