import { expect, onTestFinished, test } from 'vitest'
import { adminSource, startAdmin } from '../../proxy/admin.ts'
import type { RunningProxy } from '../../proxy/proxy.ts'
import { eventually, standBetween } from '../support/between.ts'
import { holdTimeouts } from '../support/held-time.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { limits } from '../support/recorder.ts'
import { post, standWithSpool } from '../support/spooling.ts'

/** Of a scrape: what stands behind each name and labels. */
async function scraped(proxy: RunningProxy, accept = 'text/plain'): Promise<Map<string, number>> {
  const source = adminSource(proxy, {
    ...{ stream: 's', version: '1.2.3' },
    upstream: () => Promise.resolve({ name: 'upstream', state: 'ready' }),
  })
  const admin = await startAdmin({ host: '127.0.0.1', port: 0, source: () => source })
  onTestFinished(() => admin.close())
  const text = await (await fetch(`${admin.url}/metrics`, { headers: { accept } })).text()
  const lines = text.matchAll(/^(\w+)\{stream="s",?(.*)\} (\S+)$/gm)
  return new Map(
    [...lines].map(([, name, labels, value]) => [`${name} ${labels}`.trim(), Number(value)]),
  )
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`

test('requests and answers are counted by protocol and class of status, our own answers too', async () => {
  const { ask, proxy } = await standBetween('on', ({ target }) =>
    plainAnswer('ok', target === '/no' ? '404 No' : '200 OK'),
  )
  await ask(get('/a'), /ok$/)
  await ask(get('/b').replace('1.1', '1.0'), /ok$/)
  await ask(post('/no'), /ok$/)
  await ask('nonsense\r\n\r\n', / 400 [^]*\}\n$/)
  await ask('TRACE / HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n', / 501 [^]*\}\n$/)
  const metrics = await scraped(proxy)
  const counted = [...metrics].filter(([name, n]) => name.startsWith('reprise_http_') && n > 0)
  expect(Object.fromEntries(counted)).toEqual({
    'reprise_http_requests_total protocol="http/1.0"': 1,
    'reprise_http_requests_total protocol="http/1.1"': 4,
    'reprise_http_responses_total protocol="http/1.0",code="2xx"': 1,
    'reprise_http_responses_total protocol="http/1.1",code="2xx"': 1,
    'reprise_http_responses_total protocol="http/1.1",code="4xx"': 2,
    'reprise_http_responses_total protocol="http/1.1",code="5xx"': 1,
  })
})

test('the time of the upstream is measured, to the head of its answer', async () => {
  const { ask, proxy } = await standBetween('on', ({ target }, socket) => {
    if (target === '/fast') return plainAnswer()
    setTimeout(() => socket.write(plainAnswer()), 60)
    return undefined
  })
  await ask(post('/fast'), /ok$/)
  await ask(get('/slow'), /ok$/)
  const metrics = await scraped(proxy)
  const at = (what: string) => metrics.get(`reprise_upstream_latency_seconds_${what}`)
  expect(at('count')).toBe(2)
  // The slow one is not in it, however busy this machine is.
  expect(at('bucket le="0.05"')).toBeLessThan(2)
  expect(at('bucket le="+Inf"')).toBe(2)
  expect(at('sum')).toBeGreaterThan(0.059)
  expect(at('sum')).toBeLessThan(10)
})

test('what the upstream did not answer is counted by how', async () => {
  const time = holdTimeouts(4_321)
  const { ask, origin, proxy } = await standBetween(
    'on',
    ({ target }, socket) => {
      if (target === '/cut') socket.destroy()
      return undefined
    },
    { limits: limits({ answer: 4_321 }) },
  )
  const late = ask(post('/hang'), / 504 [^]*\}\n$/)
  await origin.request(0)
  time.pass()
  await late
  await ask(post('/cut'), / 502 [^]*\}\n$/)
  await origin.close()
  await ask(post('/away'), / 502 [^]*\}\n$/)
  const metrics = await scraped(proxy)
  const failures = (reason: string) =>
    metrics.get(`reprise_upstream_failures_total reason="${reason}"`)
  expect(['timeout', 'failed', 'unreachable'].map(failures)).toEqual([1, 1, 1])
  expect(metrics.get('reprise_upstream_latency_seconds_count')).toBe(0)
})

test('commits are measured, and how many records share one', async () => {
  const { ask, journal, proxy, connect } = await standBetween('on')
  await ask(post('/first'), /ok$/)
  journal.hold()
  const held = [await connect(), await connect(), await connect(), await connect()]
  held[0]!.write(post('/alone'))
  await journal.asked(2)
  for (const client of held.slice(1)) client.write(post('/together'))
  await eventually(() => proxy.health()!.waiting === 3)
  journal.release()
  await Promise.all(held.map((client) => client.until(/ok$/)))
  const metrics = await scraped(proxy)
  const records = (what: string) => metrics.get(`reprise_journal_commit_records_${what}`)
  expect([records('count'), records('sum'), records('bucket le="1"')]).toEqual([3, 5, 2])
  expect(records('bucket le="4"')).toBe(3)
  expect(metrics.get('reprise_journal_commit_duration_seconds_count')).toBe(3)
  expect(metrics.get('reprise_journal_commit_failures_total')).toBe(0)
  expect(metrics.get('reprise_client_connections')).toBe(5)
})

test('commits that fail, and batches that go to the spool, are counted', async () => {
  const { ask, journal, proxy } = await standWithSpool()
  journal.leave()
  await ask(post('/spooled'), /ok$/)
  const metrics = await scraped(proxy)
  expect(metrics.get('reprise_journal_commit_failures_total')).toBe(1)
  expect(metrics.get('reprise_spool_append_duration_seconds_count')).toBe(1)
  expect(metrics.get('reprise_spool_records')).toBe(1)
  journal.comeBack()
  await eventually(() => proxy.health()!.state === 'ok')
})

test('both formats show the same, one after the other', async () => {
  const { ask, proxy } = await standBetween('on')
  await ask(post('/a'), /ok$/)
  const own = (metrics: Map<string, number>) =>
    [...metrics].filter(([name]) => name.startsWith('reprise_'))
  const before = own(await scraped(proxy))
  const open = own(await scraped(proxy, 'application/openmetrics-text'))
  expect(before.length).toBeGreaterThan(60)
  expect(open).toEqual(before)
  expect(own(await scraped(proxy))).toEqual(before)
})

test('the process tells how it is: processor, memory, lag, garbage, files, version', async () => {
  const { proxy } = await standBetween('off')
  const metrics = await scraped(proxy)
  expect(metrics.get('process_cpu_seconds_total')).toBeGreaterThan(0)
  expect(metrics.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
  expect(metrics.get('process_open_fds')).toBeGreaterThan(3)
  expect(metrics.has('nodejs_eventloop_lag_p99_seconds')).toBe(true)
  expect(metrics.get(`reprise_build_info version="1.2.3",node="${process.version}"`)).toBe(1)
})
