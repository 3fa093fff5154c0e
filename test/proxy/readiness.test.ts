import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { adminSource, startAdmin, startingSource } from '../../proxy/admin.ts'
import { groupReadiness } from '../../proxy/group-health.ts'
import type { RunningProxy } from '../../proxy/proxy.ts'
import type { Check } from '../../proxy/readiness.ts'
import { upstreamCheck } from '../../proxy/upstream-check.ts'
import { eventually, standBetween } from '../support/between.ts'
import { freePort } from '../support/free-port.ts'
import { recordingOptions } from '../support/recorder.ts'
import { post, standWithSpool } from '../support/spooling.ts'

async function ready(proxy: RunningProxy, target: string) {
  const upstream = upstreamCheck(new URL(target))
  const source = adminSource(proxy, { stream: 's', version: '1', upstream })
  const admin = await startAdmin({ host: '127.0.0.1', port: 0, source: () => source })
  onTestFinished(() => admin.close())
  return async () => {
    const answer = await fetch(`${admin.url}/readyz`)
    return { status: answer.status, ...((await answer.json()) as object) }
  }
}

const UPSTREAM = { name: 'upstream', state: 'ready' }

test('a proxy that can record and whose upstream is there is ready', async () => {
  const { proxy, origin } = await standBetween('on')
  const look = await ready(proxy, origin.url)
  const checks = [{ name: 'journal', state: 'ready' }, UPSTREAM]
  expect(await look()).toEqual({ status: 200, ready: true, checks })
})

test('it is not before its upstream was there once, and is when that goes away later', async () => {
  const { proxy } = await standBetween('off')
  const port = await freePort()
  const look = await ready(proxy, `http://127.0.0.1:${port}`)
  expect(await look()).toEqual({
    ...{ status: 503, ready: false },
    checks: [
      { name: 'upstream', state: 'not_ready', detail: `connect ECONNREFUSED 127.0.0.1:${port}` },
    ],
  })
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  expect(await look()).toMatchObject({ status: 200, checks: [UPSTREAM] })
  server.close()
  await once(server, 'close')
  expect(await look()).toMatchObject({ status: 200, checks: [UPSTREAM] })
})

test('without a place for entries it is not, and says why there is none', async () => {
  const { proxy, origin, journal } = await standBetween('on')
  const look = await ready(proxy, origin.url)
  journal.breakOff()
  expect(await look()).toEqual({
    ...{ status: 503, ready: false },
    checks: [{ name: 'journal', state: 'not_ready', detail: 'gone' }, UPSTREAM],
  })
  journal.comeBack()
  await eventually(() => proxy.health()!.state === 'ok')
  expect(await look()).toMatchObject({ status: 200, ready: true })
})

test('while entries are spooled it is, until the spool is full', async () => {
  const { proxy, origin, journal, ask } = await standWithSpool({ spoolLimit: 1_000_000 })
  const look = await ready(proxy, origin.url)
  journal.breakOff()
  await ask(post('/spooled'), /ok$/)
  expect(await look()).toEqual({
    ...{ status: 200, ready: true },
    checks: [
      { name: 'journal', state: 'degraded', detail: 'gone' },
      { name: 'spool', state: 'ready' },
      UPSTREAM,
    ],
  })
  const large = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 240000\r\n\r\n${'x'.repeat(240_000)}`
  for (let n = 0; n < 4; n++) await ask(large, /\r\n\r\n[^]+$/)
  const full = (await look()) as { status: number; checks: Check[] }
  expect(full).toMatchObject({ status: 503, ready: false })
  expect(full.checks).toMatchObject([
    { name: 'journal', state: 'not_ready', detail: 'gone' },
    { name: 'spool', state: 'not_ready', detail: expect.stringMatching(/^\d+ of 1000000 bytes/) },
    UPSTREAM,
  ])
  journal.comeBack()
  await eventually(() => proxy.health()!.state === 'ok')
})

test('where it was chosen that mutations go on unrecorded, it is, and says so', async () => {
  const passing = recordingOptions({ whenUnrecordable: 'pass' })
  const { proxy, origin, journal } = await standBetween('on', undefined, { recording: passing })
  const look = await ready(proxy, origin.url)
  journal.breakOff()
  expect(await look()).toEqual({
    ...{ status: 200, ready: true },
    checks: [
      { name: 'journal', state: 'degraded', detail: 'gone' },
      { name: 'recording', state: 'degraded', detail: 'mutations go on unrecorded' },
      UPSTREAM,
    ],
  })
  journal.comeBack()
  await eventually(() => proxy.health()!.state === 'ok')
})

const recorder = (changes: object = {}) => ({
  health: {
    ...{ state: 'ok' as const, recorder: 'r', journalProblem: null, journalCode: null },
    ...{ spoolProblem: null, spool: null, waiting: 0, ...changes },
  },
  counts: null,
})
const upstream: Check = { name: 'upstream', state: 'ready' }

test('of several workers each says what it lacks', () => {
  const answers = new Map([
    [1, recorder()],
    [2, recorder({ state: 'refusing', journalProblem: 'no', journalCode: 'journal_newer' })],
    [3, null],
  ])
  expect(groupReadiness(answers, upstream)).toEqual({
    isReady: false,
    checks: [
      { name: 'journal', state: 'ready', worker: 1 },
      { name: 'migration', state: 'not_ready', detail: 'no', worker: 2 },
      { name: 'worker', state: 'degraded', detail: 'it does not answer', worker: 3 },
      upstream,
    ],
  })
})

test('workers of which some are silent are ready, and of which all are silent are not', () => {
  const some = new Map([[1, recorder()]]).set(2, null as never)
  expect(groupReadiness(some, upstream).isReady).toBe(true)
  expect(groupReadiness(new Map([[1, null]]), upstream).isReady).toBe(false)
})

test('before it serves, it is alive and not ready', async () => {
  const source = startingSource(
    () => ({ name: 'journal', state: 'not_ready', detail: 'waiting' }),
    () => Promise.resolve([]),
  )
  const admin = await startAdmin({ host: '127.0.0.1', port: 0, source: () => source })
  onTestFinished(() => admin.close())
  const get = async (path: string) => {
    const answer = await fetch(admin.url + path)
    return [answer.status, await answer.json()]
  }
  expect(await get('/healthz')).toEqual([200, { status: 'ok' }])
  expect(await get('/health')).toEqual([503, { state: 'starting' }])
  const checks = [{ name: 'journal', state: 'not_ready', detail: 'waiting' }]
  expect(await get('/readyz')).toEqual([503, { ready: false, checks }])
})
