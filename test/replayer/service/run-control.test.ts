import { expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { makePlan } from '../../../replayer/plan.ts'
import { RunControl } from '../../../replayer/service/run-control.ts'
import { eventually } from '../../support/between.ts'
import { createDatabase } from '../../support/database.ts'
import { heldOrigin } from '../../support/held-origin.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { DEFAULT_RULES } from '../../../replayer/order/schedule.ts'
import { record, replayed, type Said } from '../recording.ts'
import { REPLAYING, useService, type Client } from './client.ts'

const database = await createDatabase()

/** Entries one after the other, to `/0`, `/1`, ... */
const many = (count: number): Said[] =>
  Array.from({ length: count }, (_, i) => ({ target: `/${i}` }))

const isOver = (client: Client, id: number) => async () =>
  (await client.get(`/api/runs/${id}`)).body.state !== 'running'

/** The events of a run until their end, as text. */
async function eventsOf(client: Client, id: number): Promise<string> {
  return (await fetch(`${client.url}/api/runs/${id}/events`)).text()
}

test('a run is begun, sends what was selected, and its attempts are there', async () => {
  const client = await useService(database)
  const ids = await record(client.journal, 'begun', many(3))
  const origin = await startRawOrigin(() => plainAnswer('', '201 Created'))
  const { status, body } = await client.send('POST', '/api/runs', {
    ...{ stream: 'begun', target: origin.url, filter: { path: '/1,/2' }, concurrency: 1 },
  })
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { stream: 'begun', planned: 2, state: 'running', driven: 'running' },
  })
  expect(await eventsOf(client, body.id)).toMatch(/event: run\ndata: .*"state":"done".*\n\n$/)
  const { body: attempts } = await client.get(`/api/runs/${body.id}/attempts`)
  expect(attempts.attempts).toMatchObject([
    { entry: ids[1], outcome: 'same' },
    { entry: ids[2], outcome: 'same' },
  ])
  expect(origin.requests.map(({ target }) => target)).toEqual(['/1', '/2'])
})

test('a run says who drives it, and how it was begun, to whoever asks', async () => {
  const client = await useService(database)
  await record(client.journal, 'told', many(2))
  const { origin, open, waiting } = await heldOrigin()
  const manner = {
    ...{ lanes: ['/api/things/:id'], concurrency: 3, clock_tolerance_ms: 20, speed: 4_000 },
    ...{ rate: 900, on_failure: 'continue', on_difference: 'stop' },
  }
  const wish = { stream: 'told', target: origin.url, ...manner }
  const { body: run } = await client.send('POST', '/api/runs', wish)
  await eventually(() => waiting.length === 1)
  const told = async () => (await client.get(`/api/runs/${run.id}`)).body
  expect(await told()).toMatchObject({ manner, driven: 'running' })
  await client.send('POST', `/api/runs/${run.id}/pause`, {})
  expect(await told()).toMatchObject({ driven: 'paused' })
  open()
  await client.send('POST', `/api/runs/${run.id}/continue`, {})
  await eventually(isOver(client, run.id as number))
  expect(await told()).toMatchObject({ manner, driven: null })
})

test('a run stands still, goes on, is stopped, and is resumed: nothing is sent twice', async () => {
  const client = await useService(database)
  await record(client.journal, 'held', many(5))
  const { origin, open, waiting } = await heldOrigin()
  const wish = { stream: 'held', target: origin.url, concurrency: 1 }
  const { body: run } = await client.send('POST', '/api/runs', wish)
  const ask = (what: string, body: unknown = {}) =>
    client.send('POST', `/api/runs/${run.id}/${what}`, body)
  await eventually(() => waiting.length === 1)
  expect((await ask('pause')).body).toMatchObject({ state: 'running', driven: 'paused' })
  waiting.splice(0)[0]!()
  // What was under way has come to its end; nothing follows it.
  await eventually(async () => (await client.get(`/api/runs/${run.id}`)).body.outcomes.same === 1)
  expect(origin.requests).toHaveLength(1)
  expect((await ask('continue')).body).toMatchObject({ driven: 'running' })
  await eventually(() => waiting.length === 1)
  const stopped = ask('stop')
  waiting.splice(0)[0]!()
  expect((await stopped).body).toMatchObject({ state: 'interrupted', driven: null })
  const sent = origin.requests.length
  open()
  expect((await ask('resume', { in_flight: 'skip' })).body.id).toBe(run.id)
  await eventually(isOver(client, run.id as number))
  const targets = origin.requests.map(({ target }) => target)
  expect(sent).toBeLessThan(5)
  expect(targets).toEqual(['/0', '/1', '/2', '/3', '/4'])
})

test('a run that this service drives cannot be resumed besides, and that is said at once', async () => {
  const client = await useService(database)
  await record(client.journal, 'twice', many(1))
  const { origin, open, waiting } = await heldOrigin()
  const { body: run } = await client.send('POST', '/api/runs', {
    ...{ stream: 'twice', target: origin.url },
  })
  await eventually(() => waiting.length === 1)
  const answer = await client.send('POST', `/api/runs/${run.id}/resume`, {})
  expect(answer).toMatchObject({ status: 409, body: { code: 'run_driven' } })
  // Another process is waited for, which may have died.
  expect(answer.body.detail).toContain('this service drives run')
  open()
  await eventually(isOver(client, run.id as number))
})

test.each(['pause', 'continue', 'stop'])(
  'a run that nobody drives cannot be held: %s',
  async (what) => {
    const client = await useService(database)
    await record(client.journal, 'over', many(1))
    const origin = await startRawOrigin(() => plainAnswer('', '201 Created'))
    const { body: run } = await client.send('POST', '/api/runs', {
      ...{ stream: 'over', target: origin.url },
    })
    await eventually(isOver(client, run.id as number))
    const answer = await client.send('POST', `/api/runs/${run.id}/${what}`, {})
    expect(answer).toMatchObject({ status: 409, body: { code: 'run_undriven' } })
    const resumed = await client.send('POST', `/api/runs/${run.id}/resume`, {})
    expect(resumed).toMatchObject({ status: 409, body: { code: 'run_over' } })
    const unknown = await client.send('POST', `/api/runs/999999/${what}`, {})
    expect(unknown).toMatchObject({ status: 404, body: { code: 'run_unknown' } })
  },
)

test('a run of another process stands still, goes on and ends as any other', async () => {
  const client = await useService(database)
  const { journal } = client
  await record(journal, 'elsewhere', many(3))
  const { origin, waiting } = await heldOrigin()
  const told: unknown[] = []
  let id = 0
  const ended = replayed(
    journal,
    { stream: 'elsewhere' },
    {
      target: new URL(origin.url),
      order: { ...DEFAULT_RULES, concurrency: 1 },
      onBegun: (run) => (id = run),
      onWanted: (wanted) => told.push(wanted),
    },
  )
  await eventually(() => waiting.length === 1)
  const ask = (what: string) => client.send('POST', `/api/runs/${id}/${what}`, {})
  expect((await ask('pause')).body).toMatchObject({ state: 'running', driven: 'paused' })
  waiting.splice(0)[0]!()
  await eventually(async () => (await client.get(`/api/runs/${id}`)).body.outcomes.same === 1)
  expect(origin.requests).toHaveLength(1)
  expect((await ask('continue')).body).toMatchObject({ driven: 'running' })
  await eventually(() => waiting.length === 1)
  await ask('pause')
  // One that stands still ends as well.
  expect((await ask('stop')).body).toMatchObject({ state: 'interrupted', driven: null })
  expect(await ended).toMatchObject({ state: 'interrupted', sent: 2 })
  expect(told).toEqual(['pause', null, 'pause', 'stop'])
  const deeds = await journal.deeds({ stream: 'elsewhere', limit: 10 })
  expect(deeds.map(({ action }) => action)).toEqual([
    ...['stop', 'pause', 'continue', 'pause', 'replay'],
  ])
})

test('a run that ended tells so at once to whoever watches it', async () => {
  const client = await useService(database)
  await record(client.journal, 'watched', many(1))
  const { body: run } = await client.send('POST', '/api/runs', {
    ...{ stream: 'watched', target: 'http://127.0.0.1:1' },
  })
  await eventually(isOver(client, run.id as number))
  const events = await eventsOf(client, run.id as number)
  expect(events.match(/^event: run$/gm)).toHaveLength(1)
  expect(events).toContain('"outcomes":{"failed":1}')
})

test('a target must be allowed, and be one', async () => {
  const client = await useService(database)
  await record(client.journal, 'aimed', many(1))
  const begin = (target: string) => client.send('POST', '/api/runs', { stream: 'aimed', target })
  expect(await begin('http://elsewhere.test')).toMatchObject({
    ...{ status: 400, body: { code: 'target_not_allowed' } },
  })
  for (const target of [
    'ftp://127.0.0.1',
    'nothing',
    'http://u:p@127.0.0.1',
    'http://127.0.0.1/?a',
  ]) {
    const { status, body } = await begin(target)
    expect({ status, code: body.code }).toEqual({ status: 400, code: 'input_invalid' })
    expect(body.detail).toContain('target: expected http(s)://HOST[:PORT][/PATH]')
  }
  expect((await client.get('/api/runs?stream=aimed')).body.runs).toEqual([])
})

test('what is named as allowed may be sent to', async () => {
  const allowed = [{ host: 'elsewhere.test', port: null }]
  const client = await useService(database, {}, {}, { allowed })
  await record(client.journal, 'named', many(1))
  const { body } = await client.send('POST', '/api/plans', {
    ...{ stream: 'named', target: 'http://elsewhere.test:81' },
  })
  expect(body).toMatchObject({ allowed: 'named', named_targets: ['elsewhere.test'] })
})

test('a service that closes stops its runs, which can be resumed', async () => {
  const client = await useService(database)
  await record(client.journal, 'closed', many(3))
  const { origin, waiting } = await heldOrigin()
  const { body: run } = await client.send('POST', '/api/runs', {
    ...{ stream: 'closed', target: origin.url, concurrency: 1 },
  })
  await eventually(() => waiting.length === 1)
  await client.close()
  expect((await client.journal.run(run.id as number)).state).toBe('interrupted')
})

test('a service that closes while a run is being prepared stops it before it sends anything', async () => {
  const client = await useService(database)
  await record(client.journal, 'early', many(3))
  const origin = await startRawOrigin(() => plainAnswer('', '201 Created'))
  let prepare = () => {}
  const prepared = new Promise<void>((resolve) => (prepare = resolve))
  const journal: Journal = {
    ...client.journal,
    startRun: (...about) => prepared.then(() => client.journal.startRun(...about)),
  }
  const control = new RunControl(journal, REPLAYING)
  const plan = await makePlan(journal, { stream: 'early', filter: {}, inDoubt: 'stop' })
  const actor = { who: 'test', role: null, means: 'machine', address: null } as const
  const begun = control.start(plan, {
    ...{ target: new URL(origin.url), lanes: [], concurrency: 1, tolerance: 0, speed: null },
    ...{ rate: null, onFailure: 'stop', onDifference: 'continue', actor },
  })
  const closed = control.close()
  prepare()
  await closed
  expect((await client.journal.run(await begun)).state).toBe('interrupted')
  expect(origin.requests).toEqual([])
})

test('as many runs as may be', async () => {
  const client = await useService(database)
  await record(client.journal, 'crowded', many(1))
  const { origin, open } = await heldOrigin()
  const wish = { stream: 'crowded', target: origin.url }
  const answers = await Promise.all(
    Array.from({ length: 9 }, () => client.send('POST', '/api/runs', wish)),
  )
  const refused = answers.filter(({ status }) => status !== 201)
  expect(refused).toMatchObject([{ status: 409, body: { code: 'run_limit' } }])
  open()
  for (const { status, body } of answers) {
    if (status === 201) await eventually(isOver(client, body.id as number))
  }
})
