import { expect, onTestFinished, test } from 'vitest'
import { adminSource, startAdmin } from '../../proxy/admin.ts'
import type { ProxyOptions, RunningProxy } from '../../proxy/proxy.ts'
import { upstreamCheck } from '../../proxy/upstream-check.ts'
import { eventually, standBetween } from '../support/between.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { recordingOptions, limits } from '../support/recorder.ts'
import { post, standWithSpool } from '../support/spooling.ts'

async function adminOf(proxy: RunningProxy, target = 'http://127.0.0.1:9') {
  const source = adminSource(proxy, {
    ...{ stream: 'a "stream"', version: '1.2.3' },
    upstream: upstreamCheck(new URL(target)),
  })
  const admin = await startAdmin({
    ...{ host: '127.0.0.1', port: 0 },
    source: () => source,
  })
  onTestFinished(() => admin.close())
  const get = (path: string, method = 'GET') => fetch(admin.url + path, { method })
  return {
    get,
    health: async () => {
      const answer = await get('/health')
      return { status: answer.status, ...((await answer.json()) as Record<string, unknown>) }
    },
    /** Of our own metrics: what stands behind each name. */
    metrics: async () => {
      const text = await (await get('/metrics')).text()
      const lines = text.matchAll(/^(reprise_\w+)\{(.*)\} (\S+)$/gm)
      return Object.fromEntries(
        [...lines].map(([, name, labels, value]) => {
          expect(labels).toContain(String.raw`stream="a \"stream\""`)
          const own = labels!.replaceAll(/,?stream="(?:[^"\\]|\\.)*",?/g, '')
          return [own === '' ? name : `${name} ${own}`, Number(value)]
        }),
      )
    },
  }
}

/** Ends that give each of the counts something. */
async function mixture(changes: Partial<ProxyOptions> = {}) {
  const time = holdTimeouts(4_321)
  const stand = await standBetween(
    'on',
    ({ target }) => {
      if (target === '/hang') return undefined
      return plainAnswer(
        target === '/long' ? 'x'.repeat(100) : 'ok',
        target === '/404' ? '404 No' : '200 OK',
      )
    },
    { limits: limits({ answer: 4_321 }), maxBody: 50, ...changes },
  )
  stand.journal.isPoison = ({ request }) => request.target === '/poison'
  await stand.ask(post('/secret-path?token=hidden'), /ok$/)
  await stand.ask(post('/long'), /x{100}$/)
  await stand.ask(post('/404'), /ok$/)
  await stand.ask(post('/?save=0'), /ok$/)
  await stand.ask(post('/?save=0'), /ok$/)
  const late = stand.ask(post('/hang'), /504 [^]*\}\n$/)
  await eventually(() => stand.origin.requests.at(-1)!.target === '/hang')
  time.pass()
  await late
  const poisoned = await stand.connect()
  poisoned.write(post('/poison').replace('Host', 'Connection: close\r\nHost'))
  await poisoned.closed()
  await stand.journal.stored(3)
  return stand
}

test('/metrics has the sum: each forwarded mutation in one place', async () => {
  const { proxy } = await mixture()
  const { metrics } = await adminOf(proxy)
  await eventually(() => proxy.counts!.lost === 1)
  expect(await metrics()).toMatchObject({
    reprise_forwarded_total: 7,
    reprise_recorded_total: 2,
    reprise_context_total: 0,
    reprise_context_skipped_total: 0,
    reprise_in_doubt_total: 1,
    reprise_lost_total: 1,
    'reprise_excluded_total reason="status"': 1,
    'reprise_excluded_total reason="opted_out"': 2,
    reprise_refused_total: 0,
    reprise_truncated_total: 1,
    reprise_spool_records: 0,
    reprise_spool_bytes: 0,
    reprise_spool_limit_bytes: 0,
    reprise_waiting_records: expect.any(Number) as number,
    'reprise_state state="ok"': 1,
    'reprise_state state="spooling"': 0,
    'reprise_state state="refusing"': 0,
    'reprise_state state="degraded"': 0,
  })
})

test('/health says how the recorder is, who it is and what it counted', async () => {
  const { proxy } = await mixture()
  const { health, get } = await adminOf(proxy)
  await eventually(() => proxy.counts!.lost === 1)
  expect(await health()).toMatchObject({
    ...{ status: 200, state: 'ok', stream: 'a "stream"', recorder: proxy.health()!.recorder },
    ...{ journalProblem: null, spoolProblem: null, spool: null },
    counts: { forwarded: 7, recorded: 2, inDoubt: 1, lost: 1, truncated: 1, refused: 0 },
  })
  expect((await get('/health')).headers.get('content-type')).toBe('application/json')
})

test('nothing of a request is shown', async () => {
  const { proxy } = await mixture()
  const { get } = await adminOf(proxy)
  for (const path of ['/health', '/metrics']) {
    expect(await (await get(path)).text()).not.toMatch(/secret-path|hidden|poison/)
  }
})

test('/health is 503 while mutations are refused, and tells why', async () => {
  const { ask, journal, proxy } = await mixture()
  const { health, metrics } = await adminOf(proxy)
  journal.breakOff()
  await ask(post('/refused'), /\}\n$/)
  expect(await health()).toMatchObject({ status: 503, state: 'refusing', journalProblem: 'gone' })
  expect(await metrics()).toMatchObject({
    ...{ reprise_refused_total: 1, 'reprise_state state="refusing"': 1 },
    'reprise_state state="ok"': 0,
  })
  journal.comeBack()
  await eventually(() => proxy.health()!.state === 'ok')
  expect(await health()).toMatchObject({ status: 200, state: 'ok', journalProblem: null })
})

test('/health is 200 while entries are spooled, or mutations are let pass', async () => {
  const { ask, journal, proxy } = await standWithSpool()
  const { health, metrics } = await adminOf(proxy)
  journal.breakOff()
  await ask(post('/spooled'), /ok$/)
  expect(await health()).toMatchObject({
    ...{ status: 200, state: 'spooling', spool: { records: 1, limit: 64 * 1024 * 1024 } },
  })
  expect(await metrics()).toMatchObject({
    ...{ reprise_spool_records: 1, reprise_spool_limit_bytes: 64 * 1024 * 1024 },
    ...{ 'reprise_state state="spooling"': 1, reprise_recorded_total: 1 },
  })
  journal.comeBack()
  const degraded = await mixture({ recording: recordingOptions({ whenUnrecordable: 'pass' }) })
  degraded.journal.breakOff()
  const other = await adminOf(degraded.proxy)
  expect(await other.health()).toMatchObject({ status: 200, state: 'degraded' })
  degraded.journal.comeBack()
  await eventually(() => proxy.health()!.state === 'ok')
})

test('a proxy that records nothing is ok', async () => {
  const { proxy } = await standBetween('off')
  const { health, metrics } = await adminOf(proxy)
  expect(await health()).toEqual({ status: 200, state: 'ok', stream: 'a "stream"', counts: null })
  expect(
    Object.keys(await metrics()).filter((name) => /forwarded|journal|spool/.test(name)),
  ).toEqual([])
})

test('anything else is refused', async () => {
  const { proxy } = await standBetween('off')
  const { get } = await adminOf(proxy)
  expect((await get('/health?x=1', 'HEAD')).status).toBe(200)
  expect((await get('/health', 'POST')).status).toBe(405)
  expect((await get('/metrics', 'DELETE')).status).toBe(405)
  for (const path of ['/', '/readyzz', '/health/', '/entries', '//health']) {
    expect((await get(path)).status).toBe(404)
  }
})
