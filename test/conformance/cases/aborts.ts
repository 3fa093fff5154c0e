import { expect } from 'vitest'
import type { Case } from '../case.ts'
import { ok } from '../origin.ts'
import { answer, CHUNKED, chunks, LARGE, post, postOf, request } from './messages.ts'

const PART_OF_LENGTH = answer('Content-Length: 100\r\n', 'part')
const PART_OF_CHUNKS = answer(CHUNKED, '4\r\npart\r\n')
const EVENTS = answer(`Content-Type: text/event-stream\r\n${CHUNKED}`, '4\r\npart\r\n')

const silent = () => {}

/** What the client sends, what the upstream says, and what has to have come before it leaves. */
const situations = [
  ['while it waits', postOf('hi'), '', 'request'],
  ['while it waits for a GET', request('GET /case'), '', 'request'],
  ['while it uploads by a length', post('Content-Length: 1000\r\n', 'part'), '', 'head'],
  ['while it uploads chunks', post(CHUNKED, '4\r\npart\r\n'), '', 'head'],
  ['while it waits for 100', post('Expect: 100-continue\r\nContent-Length: 5\r\n'), '', 'head'],
  ['while it downloads by a length', postOf('hi'), PART_OF_LENGTH, 'part'],
  ['while it downloads chunks', postOf('hi'), PART_OF_CHUNKS, 'part'],
  ['in a silent event stream', request('GET /case'), EVENTS, 'part'],
] as const

const clientLeaves = (['end', 'reset'] as const).flatMap((how) =>
  situations.map(([when, bytes, said, before]): Case => ({
    name: `a client that leaves ${when} frees the upstream connection (${how})`,
    section: '9112 9.5',
    async run(stand) {
      stand.origin.answers(said === '' ? silent : said)
      const client = await stand.connect()
      client.send(bytes)
      if (before === 'head') await stand.origin.head(0)
      else await stand.origin.request(0)
      if (before === 'part') await client.until(/part/)
      client.leave(how)
      await stand.origin.left()
    },
  })),
)

/** What the upstream says before it breaks off. */
const cuts = [
  ['by a length', PART_OF_LENGTH, 'end'],
  ['by a length', PART_OF_LENGTH, 'reset'],
  ['in chunks', PART_OF_CHUNKS, 'end'],
  ['in chunks', PART_OF_CHUNKS, 'reset'],
  ['in chunks, within one', answer(CHUNKED, 'ff\r\npart'), 'end'],
  ['in chunks, before the last line', answer(CHUNKED, '4\r\npart\r\n0\r\n'), 'end'],
  ['in chunks, within the trailers', answer(CHUNKED, '4\r\npart\r\n0\r\nX-Su'), 'end'],
  ['that the close ends', answer('', 'part'), 'reset'],
] as const

const upstreamCuts = cuts.map(([what, bytes, how]): Case => ({
  name: `an answer ${what} that the upstream cuts (${how}) is a cut for the client`,
  section: '9112 8',
  async run(stand) {
    stand.origin.answers(bytes)
    const client = await stand.connect()
    client.send(postOf('hi'))
    await client.until(/part/)
    for (const socket of stand.origin.sockets) {
      if (how === 'end') socket.end()
      else socket.resetAndDestroy()
    }
    expect((await client.answer()).end).toBe('cut')
  },
}))

export const aborts: Case[] = [
  ...clientLeaves,
  {
    name: 'a client that reads nothing of 6 MB and leaves frees the upstream connection',
    section: '9112 9.5',
    async run(stand) {
      stand.origin.answers(ok(LARGE))
      const client = await stand.connect()
      client.socket.pause()
      client.send(postOf('hi'))
      await stand.origin.request(0)
      client.leave('reset')
      await stand.origin.left()
    },
  },
  {
    name: 'of a client that left, pipelined requests do not reach the upstream',
    section: '9112 9.5',
    async run(stand) {
      stand.origin.answers(silent)
      const client = await stand.connect()
      client.send(Buffer.concat([postOf('hi'), request('POST /behind')]))
      await stand.origin.request(0)
      client.leave('reset')
      await stand.origin.left()
      await stand.settled()
      expect(stand.origin.heads.map(({ target }) => target)).toEqual(['/case'])
    },
  },
  {
    name: 'an upload that the client cuts is a cut for the upstream',
    section: '9112 8',
    async run(stand) {
      const client = await stand.connect()
      client.send(post(CHUNKED, '4\r\npart\r\n'))
      await stand.origin.head(0)
      client.leave('end')
      await stand.origin.left()
      expect(stand.origin.requests).toEqual([])
    },
  },
  ...upstreamCuts,
  {
    name: 'a cut chunked answer is a reset for a client of HTTP/1.0',
    section: '9112 8',
    async run(stand) {
      stand.origin.answers(PART_OF_CHUNKS)
      const client = await stand.connect()
      client.send('GET /case HTTP/1.0\r\nHost: case.test\r\n\r\n')
      await client.until(/part/)
      for (const socket of stand.origin.sockets) socket.end()
      // The close alone would look like a whole answer.
      expect(await client.closed()).toBe('reset')
    },
    alone: 'both close in order, and the client takes a part for the whole',
  },
  ...(['end', 'reset'] as const).map((how): Case => ({
    name: `an upstream that closes without an answer (${how}) is a 502`,
    section: '9110 15.6.3',
    async run(stand) {
      stand.origin.answers(async (exchange) => {
        await exchange.body()
        if (how === 'end') exchange.end()
        else exchange.socket.resetAndDestroy()
      })
      const client = await stand.connect()
      client.send(postOf('hi'))
      expect((await client.answer()).status).toBe(502)
    },
  })),
  {
    name: 'an upstream that closes within its head is a 502',
    section: '9112 8',
    async run(stand) {
      stand.origin.answers((exchange) => exchange.end('HTTP/1.1 200 OK\r\nConte'))
      const client = await stand.connect()
      client.send(request('GET /case'))
      expect((await client.answer()).status).toBe(502)
    },
  },
  {
    name: 'an upstream that closes within an upload, without an answer, is a 502',
    section: '9112 9.5',
    async run(stand) {
      stand.origin.answers((exchange) => exchange.end())
      const client = await stand.connect()
      client.send(post(CHUNKED, '4\r\npart\r\n'))
      expect((await client.answer()).status).toBe(502)
    },
  },
  {
    name: 'the last chunk of an answer is not made up where the upstream ends after a whole chunk',
    section: '9112 8',
    async run(stand) {
      stand.origin.answers((exchange) =>
        exchange.end(answer(CHUNKED, chunks('part').subarray(0, 9))),
      )
      const client = await stand.connect()
      client.send(request('GET /case'))
      await client.closed()
      expect(client.reader.text).not.toMatch(/\r\n0\r\n/)
    },
  },
]
