import { expect, onTestFinished, test, vi } from 'vitest'
import type { GateOptions } from '../../proxy/gate/gate-options.ts'
import { Gate } from '../../proxy/gate/gate.ts'
import { eventually } from '../support/between.ts'
import { createDatabase } from '../support/database.ts'
import { ask as askHttp2, connectHttp2, got as all, reset } from '../support/http2-client.ts'
import { startHttp2Origin } from '../support/http2-origin.ts'
import { connectRaw } from '../support/raw-http.ts'
import { startRecorder, useJournal } from '../support/recorder.ts'
import { ID, standGated, type Given } from './gate-stage.ts'

// What becomes of all kinds of traffic when the gate is shut: before it, on its way, and behind it.

const url = await createDatabase()
const stand = (given?: Given) => standGated(url, given)

const UPGRADE = 'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const TURNED_AWAY = /^HTTP\/1\.1 503 [^]*Reprise-Error: backend_not_ready\r\nRetry-After: 1\r\n/
const HEALTH: GateOptions['held']['passes'] = ({ url }) => url === '/healthz'
/** Only what is asked on connections tells. */
const ASKED = { connections: 'asked', every: 3_600_000 } as const

test('requests of HTTP/2 wait too, and one that is given up is not waited for', async () => {
  const { life, proxy, shut, restored, got } = await stand()
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  const session = connectHttp2(proxy.url)
  const waiting = askHttp2(session, { ':method': 'POST', ':path': '/1' }, 'body')
  const left = session.request({ ':method': 'POST', ':path': '/gone' })
  const gone = all(left)
  left.write('some')
  await eventually(() => proxy.gate!.held === 2)
  reset(left, 8)
  await gone
  await eventually(() => proxy.gate!.held === 1)
  await restored()
  expect((await waiting).body.toString()).toBe('applied by b')
  expect(got()).toEqual(['/1'])
})

test('a WebSocket is told to come again, where it is shut and where another life answers', async () => {
  const { life, proxy, shut } = await stand({ gate: ASKED })
  life.boot = 'b'
  const unnoticed = await connectRaw(proxy.url)
  unnoticed.write(UPGRADE)
  expect(await unnoticed.until(/\}\n$/)).toMatch(TURNED_AWAY)
  // That was a suspicion.
  await eventually(() => shut() === 'restoring')
  const client = await connectRaw(proxy.url)
  client.write(UPGRADE)
  expect(await client.until(/\}\n$/)).toMatch(TURNED_AWAY)
  expect(proxy.gate!.held).toBe(0)
})

test('tunnels that are open end with the life that they lead to', async () => {
  const { proxy, journal, stream, origin, restored, shut } = await stand()
  const client = await connectRaw(proxy.url)
  client.write(UPGRADE)
  await client.until(/101 Switching/)
  // The backend lost its state without losing its connections.
  await journal.loseEpoch(stream, 1, { boot: null, sign: 'somebody said so' })
  await client.closed()
  await restored()
  await eventually(() => shut() === null)
  expect(origin.sockets.size).toBeLessThanOrEqual(1)
})

test('health checks pass whatever life answers, and are told at once that none does', async () => {
  const { life, post, ask, proxy, origin, got } = await stand({
    gate: ASKED,
    held: { passes: HEALTH },
  })
  life.boot = 'b'
  const health = async (until: RegExp) => (await ask('GET', '/healthz', until)).answered
  expect(await health(/by \w$/)).toContain('applied by b')
  const waiting = post('/1')
  waiting.catch(() => {})
  await eventually(() => proxy.gate!.held === 1)
  expect(await health(/by \w$/)).toContain('applied by b')
  await origin.close()
  expect(await health(/\}\n$/)).toMatch(TURNED_AWAY)
  expect(got()).toEqual(['/healthz', '/healthz'])
})

test('of what waits no more is read than there may be, and it goes on whole', async () => {
  const bytes = 3 * 64 * 1024
  const { life, proxy, shut, restored, origin } = await stand({ held: { bytes } })
  life.boot = 'b'
  await eventually(() => shut() === 'restoring')
  const [large, small] = [6 * 1024 * 1024, 100_000]
  const upload = async (target: string, length: number) => {
    const client = await connectRaw(proxy.url)
    client.write(`POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`)
    client.write(Buffer.alloc(length, 'x'))
    return client
  }
  const first = await upload('/1', large)
  await eventually(() => proxy.gate!.held === 1)
  const second = await upload('/2', small)
  await eventually(() => proxy.gate!.held === 2)
  // Another one would be too much; one without a body is not.
  const another = await upload('/3', small)
  expect(await another.until(/\}\n/)).toMatch(TURNED_AWAY)
  const bare = await connectRaw(proxy.url)
  bare.write('DELETE /4 HTTP/1.1\r\nHost: a\r\n\r\n')
  await eventually(() => proxy.gate!.held === 3)
  expect(first.socket.writableLength).toBeGreaterThan(0)
  await restored()
  for (const client of [first, second, bare]) {
    expect(await client.until(/by \w$/)).toContain('applied by b')
  }
  const posts = origin.requests.filter(({ method }) => method === 'POST')
  const lengths = posts.map(({ target, body }) => [target, body.length])
  expect(Object.fromEntries(lengths)).toEqual({ '/1': large, '/2': small })
})

test('what was under way when the state was lost is in doubt, and its client told that it may be there', async () => {
  const { life, journal, stream, post, restored, shut } = await stand()
  life.answer = 'reset'
  life.onReset = () => (life.boot = 'b')
  const answer = await post('/1', /\}\n$/)
  expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*Reprise-Error: backend_lost\r\nRetry-After: 1\r\n/)
  life.answer = 'applied'
  await restored()
  await eventually(() => shut() === null)
  expect(await post('/2')).toContain('applied by b')
  await eventually(
    async () => (await journal.list({ stream }, { order: 'order', limit: 9 })).length === 2,
  )
  const entries = await journal.list({ stream }, { order: 'order', limit: 9 })
  expect(entries.map(({ target, verdict, cause }) => [target, verdict, cause])).toEqual([
    ['/1', 'in_doubt', 'upstream_reset'],
    ['/2', 'applied', null],
  ])
})

test('two proxies of a stream: none lets anybody in before both have nothing left of the former life', async () => {
  const stage = await stand()
  const { life, journal, stream, beside, got } = stage
  const other = await beside({ gate: { every: 3_600_000 } })
  // What the other one has under way ends only with the life that it went to.
  life.answer = 'silent'
  const underWay = other.post('/slow', /\}\n$/)
  await eventually(() => got().includes('/slow'))
  life.boot = 'b'
  await eventually(() => stage.shut() === 'restoring' && other.shut() === 'restoring')
  expect(await underWay).toContain('backend_lost')
  await eventually(async () => (await journal.behindEpoch(stream, 2)).behind.length === 0)
  life.answer = 'applied'
  const waiting = [stage.post('/1'), other.post('/2')]
  await eventually(() => stage.proxy.gate!.held + other.proxy.gate!.held === 2)
  expect(got()).toEqual(['/slow'])
  await stage.restored()
  for (const answer of await Promise.all(waiting)) expect(answer).toContain('applied by b')
})

test('a backend that speaks HTTP/2 alone is looked at in HTTP/2', async () => {
  const life = { boot: 'a' }
  const { url: target } = await startHttp2Origin(({ stream, fields }) => {
    stream.respond({ ':status': 200 })
    stream.end(fields.includes('/boot') ? JSON.stringify({ id: life.boot }) : 'applied')
  })
  const journal = useJournal(url)
  const proxy = await startRecorder(target, journal, {
    upstreamHttp2: 'on',
    gate: {
      ...{ store: journal, signs: [ID], connections: 'trusted', every: 10, timeout: 20_000 },
      rules: { back: 'same', failed: 'shut' },
      held: { most: 9, bytes: 1e9, patience: 20_000, passes: () => false },
    },
  })
  await eventually(() => proxy.gate!.shut === null)
  const session = connectHttp2(proxy.url)
  const answer = await askHttp2(session, { ':method': 'POST', ':path': '/1' }, 'body')
  expect(answer.body.toString()).toBe('applied')
  life.boot = 'b'
  await eventually(() => proxy.gate!.shut === 'restoring')
})

test('a process that stood still lets nobody in before it has looked', () => {
  const gate = new Gate({
    most: 1,
    bytes: 1e9,
    patience: 1,
    passes: ({ method }) => method === 'GET',
  })
  let suspicions = 0
  gate.onSuspicion = () => {
    suspicions += 1
    gate.close('away')
  }
  gate.open()
  const post = { method: 'POST', url: '/' }
  const clock = vi.spyOn(performance, 'now')
  try {
    expect(gate.stops(post)).toBe(false)
    clock.mockReturnValue(performance.now() + 2_000)
    gate.tick()
    clock.mockReturnValue(performance.now() + 2_900)
    expect(gate.stops(post)).toBe(false)
    clock.mockReturnValue(performance.now() + 200)
    expect(gate.stops(post)).toBe(true)
    expect(gate.stops({ method: 'GET', url: '/' })).toBe(false)
    expect(suspicions).toBe(1)
  } finally {
    clock.mockRestore()
  }
})

test('a request that is kept back again and again holds on to nothing of the times before', async () => {
  const warned = vi.fn<(warning: Error) => void>()
  process.on('warning', warned)
  onTestFinished(() => void process.off('warning', warned))
  const { origin, post, proxy, got } = await stand({ gate: { every: 3_600_000 } })
  await origin.close()
  const waiting = post('/1')
  for (let i = 0; i < 12; i++) {
    await eventually(() => proxy.gate!.held === 1)
    proxy.gate!.open()
  }
  await eventually(() => proxy.gate!.held === 1)
  await origin.reopen()
  expect(await waiting).toContain('applied by a')
  expect(got()).toEqual(['/1'])
  expect(warned).not.toHaveBeenCalled()
})
