import { expect, onTestFinished, test } from 'vitest'
import type { RunTally } from '../../../journal/runs.ts'
import { PATIENCE } from '../../../replayer/service/monitoring.ts'
import { startService } from '../../../replayer/service/service.ts'
import { RunFigures } from '../../../replayer/service/run-figures.ts'
import { createDatabase, query } from '../../support/database.ts'
import { freePort } from '../../support/free-port.ts'
import { holdTimeouts } from '../../support/held-time.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { useJournal } from '../../support/recorder.ts'
import { record, replayed } from '../recording.ts'
import { NOTHING_SPECIAL, useService } from './client.ts'

/** What stands behind each name and labels. */
function samples(text: string): Map<string, number> {
  const lines = text.matchAll(/^(\w+(?:\{.*\})?) (\S+)$/gm)
  return new Map([...lines].map(([, name, value]) => [name!, Number(value)]))
}

test('requests are counted by route and class of status, what is no route as one', async () => {
  const { get, send } = await useService(await createDatabase())
  await get('/api/streams')
  await get('/api/entries/1')
  await get('/api/entries/2')
  await get('/no/such/path')
  await get('/nor/this')
  await send('PATCH', '/api/entries/x', {})
  const metrics = samples((await get('/metrics')).body as string)
  const all = [...metrics].filter(([name]) => name.startsWith('reprise_service_requests_total'))
  expect(all).toContainEqual([
    'reprise_service_requests_total{method="DELETE",route="/api/streams/:stream/entries",code="5xx"}',
    0,
  ])
  const counted = all.filter(([, n]) => n > 0)
  expect(Object.fromEntries(counted)).toEqual({
    'reprise_service_requests_total{method="GET",route="/api/streams",code="2xx"}': 1,
    'reprise_service_requests_total{method="GET",route="/api/entries/:id",code="4xx"}': 2,
    'reprise_service_requests_total{method="PATCH",route="/api/entries/:id",code="4xx"}': 1,
    'reprise_service_requests_total{method="other",route="none",code="4xx"}': 2,
  })
  const duration = 'reprise_service_request_duration_seconds'
  const entries = 'method="GET",route="/api/entries/:id"'
  expect(metrics.get(`${duration}_count{${entries}}`)).toBe(2)
  expect(metrics.get(`${duration}_bucket{${entries},le="30"}`)).toBe(2)
  expect(metrics.get(`${duration}_sum{${entries}}`)).toBeGreaterThan(0)
  expect(metrics.get(`reprise_build_info{version="0.0.0-test",node="${process.version}"}`)).toBe(1)
})

test('runs are counted by state, and what they sent by outcome', async () => {
  const client = await useService(await createDatabase())
  await record(client.journal, 'shop', [{ target: '/1' }, { target: '/2' }])
  const origin = await startRawOrigin(({ target }) =>
    target === '/1' ? plainAnswer('made', '201 Made') : plainAnswer('', '404 Not Found'),
  )
  await replayed(client.journal, { stream: 'shop' }, { target: new URL(origin.url) })
  const metrics = samples((await client.get('/metrics')).body as string)
  expect(metrics.get('reprise_journal_up')).toBe(1)
  expect(metrics.get('reprise_runs{state="stopped"}')).toBe(1)
  expect(metrics.get('reprise_runs{state="running"}')).toBe(0)
  expect(metrics.get('reprise_attempts{outcome="same"}')).toBe(1)
  expect(metrics.get('reprise_attempts{outcome="failed"}')).toBe(1)
  expect(metrics.get('reprise_attempts{outcome="differs"}')).toBe(0)
})

test('attempts of runs that are done are counted once, and forgotten with their runs', async () => {
  const asked: number[][] = []
  let tallies: RunTally[] = [
    { run: 1, state: 'done', outcomes: { same: 5 } },
    { run: 2, state: 'stopped', outcomes: { same: 1 } },
  ]
  const figures = new RunFigures({
    runTallies(known) {
      asked.push([...known])
      return Promise.resolve(
        tallies.map((one) => (known.includes(one.run) ? { ...one, outcomes: null } : one)),
      )
    },
  })
  const same = async () => {
    const families = await figures.count()
    const attempts = families.find(({ name }) => name === 'reprise_attempts')!
    return attempts.samples.find(({ labels }) => labels['outcome'] === 'same')!.value
  }
  expect(await same()).toBe(6)
  tallies[1]!.outcomes = { same: 3 }
  expect(await same()).toBe(8)
  tallies = tallies.slice(1)
  expect(await same()).toBe(3)
  expect(await same()).toBe(3)
  expect(asked).toEqual([[], [1], [1], []])
})

test('a service with its journal is ready', async () => {
  holdTimeouts(PATIENCE)
  const { get } = await useService(await createDatabase())
  expect(await get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
  const checks = [
    { name: 'journal', state: 'ready' },
    { name: 'migration', state: 'ready' },
  ]
  expect(await get('/readyz')).toMatchObject({ status: 200, body: { ready: true, checks } })
})

test('one whose schema is gone says that this is what is not ready', async () => {
  holdTimeouts(PATIENCE)
  const database = await createDatabase()
  const { get } = await useService(database)
  await query(database, 'drop schema reprise cascade')
  const { status, body } = await get('/readyz')
  expect({ status, body }).toMatchObject({ status: 503, body: { ready: false } })
  expect(body.checks).toEqual([
    { name: 'journal', state: 'ready' },
    {
      ...{ name: 'migration', state: 'not_ready' },
      detail: expect.stringContaining('does not exist') as string,
    },
  ])
})

test.each([
  [
    'migrations that are pending',
    "delete from reprise.migration where name like '006%'",
    /lacks.*006_/,
  ],
  [
    'a schema that is newer',
    "insert into reprise.migration (name, run_on) values ('999_later', now())",
    /does not know: 999_later/,
  ],
])('one with %s is not ready', async (_, sql, detail) => {
  holdTimeouts(PATIENCE)
  const database = await createDatabase()
  const { get } = await useService(database)
  await query(database, sql)
  const { status, body } = await get('/readyz')
  expect({ status, body }).toMatchObject({ status: 503, body: { ready: false } })
  expect(body.checks).toEqual([
    { name: 'journal', state: 'ready' },
    { name: 'migration', state: 'not_ready', detail: expect.stringMatching(detail) as string },
  ])
})

test('without PostgreSQL it is alive, says so, and has all figures but those of the journal', async () => {
  const port = await freePort()
  const service = await startService({
    ...{ host: '127.0.0.1', port: 0, version: '0', isSecret: () => false },
    journal: useJournal(`postgres://127.0.0.1:${port}/none`),
    defaults: { filter: {}, order: '-order', columns: [] },
    ...NOTHING_SPECIAL,
  })
  onTestFinished(() => service.close())
  const get = (path: string) => fetch(service.url + path)
  expect((await get('/healthz')).status).toBe(200)
  const ready = await get('/readyz')
  expect(ready.status).toBe(503)
  expect(await ready.json()).toMatchObject({
    checks: [{ name: 'journal', state: 'not_ready', detail: expect.stringContaining(`${port}`) }],
  })
  const metrics = samples(await (await get('/metrics')).text())
  expect(metrics.get('reprise_journal_up')).toBe(0)
  expect([...metrics.keys()].filter((name) => /^reprise_(runs|attempts)/.test(name))).toEqual([])
  expect(
    metrics.get('reprise_service_requests_total{method="GET",route="/readyz",code="5xx"}'),
  ).toBe(1)
})

test('OpenMetrics is told where it is asked for', async () => {
  const { url } = await useService(await createDatabase())
  const headers = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' }
  const answer = await fetch(`${url}/metrics`, { headers })
  expect(answer.headers.get('content-type')).toMatch(/^application\/openmetrics-text/)
  expect(await answer.text()).toMatch(/# EOF\n$/)
})

test('the lives of backends are told, how long their restores took, and what webhooks took', async () => {
  const { journal, url } = await useService(await createDatabase())
  await journal.firstEpoch('shop', { boot: 'a', sign: 'first seen' })
  await journal.loseEpoch('shop', 1, { boot: 'b', sign: 'another boot id' })
  const { claim } = (await journal.claimEpoch('shop', 'tester', 60_000, 'restoring'))!
  const run = { stream: 'shop', target: 'http://t', selection: {}, planned: 1 }
  const driving = await journal.startRun(run, 60_000)
  await journal.keepClaim(claim, 60_000, driving.run)
  await journal.endRun(driving, 'done')
  await journal.endEpoch(claim, { phase: 'open', outcome: 'restored', detail: null })
  const receiver = Buffer.from('a')
  const telling = { stream: 'shop', number: 2, event: 'lost', at: 1, receiver } as const
  await journal.beginTelling(telling, 0)
  await journal.endTelling(telling, { how: 'given_up', failure: '500' })
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = (name: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')[1],
    )
  expect(value('reprise_epoch{stream="shop"}')).toBe(2)
  expect(value('reprise_epoch_phase{stream="shop",phase="open"}')).toBe(1)
  expect(value('reprise_epoch_phase{stream="shop",phase="failed"}')).toBe(0)
  expect(value('reprise_epoch_failed{stream="shop"}')).toBe(0)
  const stage = (name: string) => value(`reprise_epoch_seconds{stream="shop",stage="${name}"}`)
  const parts = stage('waited') + stage('replayed') + stage('proved')
  expect(stage('shut')).toBeGreaterThan(0)
  expect(parts).toBeCloseTo(stage('shut'), 5)
  expect(value('reprise_webhook_events{stream="shop",outcome="given_up"}')).toBe(1)
  expect(value('reprise_webhook_events{stream="shop",outcome="delivered"}')).toBe(0)
})
