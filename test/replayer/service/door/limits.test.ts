import { Hono } from 'hono'
import { serve } from '@hono/node-server'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import type { DoorEnv } from '../../../../replayer/service/door/caller.ts'
import { openStreams } from '../../../../replayer/service/events.ts'
import { requireTurn } from '../../../../replayer/service/door/limits.ts'
import { createDatabase } from '../../../support/database.ts'
import { connectRaw } from '../../../support/raw-http.ts'
import { record } from '../../recording.ts'
import { useService } from '../client.ts'

const database = await createDatabase()
const MANY = 51

test.each([
  ['stream', 'x'.repeat(201)],
  ['id', Array(501).fill('1').join()],
  ['method', Array(MANY).fill('GET').join()],
  ['method', 'X'.repeat(501)],
  ['label', Array(MANY).fill('a').join()],
  ['label', 'x'.repeat(501)],
  ['status', Array(MANY).fill('200').join()],
  ['path', Array(MANY).fill('/a').join()],
  ['path', `/${'a'.repeat(500)}`],
  ['path', `/${'*a'.repeat(17)}`],
  ['excluded_path', `/${'**/'.repeat(17)}`],
  ['columns', Array(MANY).fill('id').join()],
  ['after', 'a'.repeat(101)],
  ['limit', '1001'],
])('a filter is bounded: %s', async (name, value) => {
  const { get } = await useService(database)
  const { status, body } = await get(`/api/entries?${name}=${value}`)
  expect({ status, code: body.code }).toStrictEqual({ status: 400, code: 'input_invalid' })
  expect(body.detail).toContain(`${name}: `)
  expect(body.detail.length).toBeLessThan(1_000)
})

test('as many ids as somebody chooses by hand are taken', async () => {
  const { get } = await useService(database)
  const ids = Array.from({ length: 500 }, (_, i) => 90_000_000 + i)
  expect(await get(`/api/entries?id=${ids.join()}`)).toMatchObject({ status: 200 })
})

test.each([
  '/api/runs?limit=1001',
  '/api/runs/1/attempts?limit=1001',
  '/api/runs/1/aliases?limit=0',
])('pages are bounded: %s', async (path) => {
  const { get } = await useService(database)
  expect(await get(path)).toMatchObject({ status: 400, body: { code: 'input_invalid' } })
})

test('a body is bounded, and says its length before it is read', async () => {
  const { send, url } = await useService(database)
  const long = JSON.stringify({ label: 'x'.repeat(70_000) })
  const said = await send('PATCH', '/api/entries/1', long)
  expect(said).toMatchObject({ status: 413, body: { code: 'input_too_large' } })
  const head =
    'PATCH /api/entries/1 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
  const client = await connectRaw(url)
  client.write(`${head}Transfer-Encoding: chunked\r\n\r\n${long.length.toString(16)}\r\n`)
  expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 411 /)
  const patient = await connectRaw(url)
  patient.write(`${head}Content-Length: 100000000\r\n\r\n`)
  expect(await patient.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 413 /)
})

test('a head is bounded', async () => {
  const { url } = await useService(database)
  for (const head of [
    `GET /${'a'.repeat(20_000)} HTTP/1.1`,
    `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}`,
  ]) {
    const client = await connectRaw(url)
    client.write(`${head}\r\nHost: localhost\r\n\r\n`)
    expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 431 /)
  }
})

test('streams of one client are fewer than those of all, and free again at their end', async () => {
  const { url } = await useService(database)
  const open = async () => {
    const left = new AbortController()
    onTestFinished(() => left.abort())
    const answer = await fetch(`${url}/api/live`, { signal: left.signal })
    return { answer, left }
  }
  const opened = await Promise.all(Array.from({ length: 16 }, open))
  expect(new Set(opened.map(({ answer }) => answer.status))).toEqual(new Set([200]))
  const { answer } = await open()
  expect({ status: answer.status, retry: answer.headers.get('retry-after') }).toEqual({
    ...{ status: 429, retry: '1' },
  })
  expect(await answer.json()).toMatchObject({ code: 'streams_exceeded' })
  opened[0]!.left.abort()
  await expect.poll(async () => (await open()).answer.status).toBe(200)
})

test('all clients together have so many streams and no more', () => {
  const streams = openStreams()
  const ends = Array.from({ length: 64 }, (_, i) => streams.take(`192.0.2.${i}`))
  expect(streams.refusal('198.51.100.1')).toBe('there are 64 event streams open')
  ends[0]!()
  expect(streams.refusal('198.51.100.1')).toBeNull()
})

// Each holds one of the four connections to PostgreSQL for as long as it takes, also when its client has left.
test.each(['/api/audit', '/api/entries?text=nowhere', '/api/entries?text=nowhere&limit=1'])(
  'what reads the whole journal leaves room for all else: %s',
  async (path) => {
    const { get, journal } = await useService(database)
    await record(journal, 'locked', [{}])
    const lock = new pg.Client({ connectionString: database })
    await lock.connect()
    await lock.query('begin; lock table reprise.entry in access exclusive mode')
    const asked = Array.from({ length: 6 }, () => get(path))
    const refused = await Promise.all(
      (await settledAmong(asked, 4)).map(async (one) => (await one).status),
    )
    expect(refused).toStrictEqual([429, 429, 429, 429])
    expect((await get('/api/runs')).status).toBe(200)
    await lock.end()
    const answers = await Promise.all(asked)
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toStrictEqual([
      200, 200, 429, 429, 429, 429,
    ])
    const over = answers.find(({ status }) => status === 429)!
    expect(over).toMatchObject({ body: { code: 'requests_exceeded' } })
    expect(over.headers.get('retry-after')).toBe('5')
    expect((await get(path)).status).toBe(200)
  },
)

/** The first so many of some promises that are settled. */
async function settledAmong<T>(all: readonly Promise<T>[], count: number): Promise<Promise<T>[]> {
  const settled: Promise<T>[] = []
  await new Promise<void>((resolve) => {
    for (const one of all) {
      void one.finally(() => {
        settled.push(one)
        if (settled.length === count) resolve()
      })
    }
  })
  return settled
}

test('requests and streams of one client at once are bounded, and free again at their end', async () => {
  const api = new Hono<DoorEnv>()
  api.use(requireTurn(null, 2))
  const held: (() => void)[] = []
  const started: (() => void)[] = []
  api.get('/stream', (c) => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('begun'))
        held.push(() => controller.close())
        started.shift()?.()
      },
    })
    return c.body(body)
  })
  api.get('/quick', (c) => c.text('done'))
  const overrideGlobalObjects = false
  const server = serve({ fetch: api.fetch, port: 0, hostname: '127.0.0.1', overrideGlobalObjects })
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const quick = async () => (await fetch(`${url}/quick`)).status
  expect([await quick(), await quick(), await quick()]).toStrictEqual([200, 200, 200])
  const leave = new AbortController()
  const first = await fetch(`${url}/stream`)
  await fetch(`${url}/stream`, { signal: leave.signal })
  const refused = await fetch(`${url}/quick`)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect(await refused.json()).toMatchObject({ code: 'requests_exceeded' })
  // One that leaves in the middle gives its place back, and so does one that is over.
  leave.abort()
  await expect.poll(quick).toBe(200)
  const third = await fetch(`${url}/stream`)
  expect(await quick()).toBe(429)
  held[0]!()
  await first.text()
  await expect.poll(quick).toBe(200)
  held[2]!()
  await third.text()
})
