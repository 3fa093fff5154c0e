import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { createDatabase, query } from '../../support/database.ts'
import { eventually } from '../../support/between.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { record } from '../recording.ts'
import { RestoreControl } from '../../../replayer/service/restore-control.ts'
import { RESTORING, useService } from './client.ts'

const database = await createDatabase()

async function streamOfTwo(journal: Journal) {
  const stream = randomUUID()
  await journal.firstEpoch(stream, { boot: 'a', sign: 'first seen' })
  await journal.loseEpoch(stream, 1, { boot: 'b', sign: 'another boot id' })
  return stream
}

async function fail(journal: Journal, stream: string) {
  const { claim } = (await journal.claimEpoch(stream, 'tester', 60_000, 'again'))!
  await journal.endEpoch(claim, { phase: 'failed', outcome: 'failed', detail: 'why' })
}

test('the lives of a backend are listed, the newest of each stream besides', async () => {
  const { journal, get } = await useService(database)
  const stream = await streamOfTwo(journal)
  const { body } = await get(`/api/streams/${stream}/epochs?limit=1`)
  expect(body.epochs).toMatchObject([
    {
      ...{ stream, number: 2, phase: 'restoring', boot: 'b', sign: 'another boot id', run: null },
      seconds: { shut: null, waited: null, replayed: null, proved: null },
    },
  ])
  const second = await get(`/api/streams/${stream}/epochs?before=2`)
  expect(second.body.epochs).toMatchObject([{ number: 1, phase: 'open', outcome: null }])
  const newest = (await get('/api/epochs')).body.epochs as { stream: string; number: number }[]
  expect(newest.filter((one) => one.stream === stream)).toMatchObject([{ number: 2 }])
  expect((await get('/api/streams/none/epochs')).body).toEqual({ epochs: [] })
})

test('they are told as they change', async () => {
  const { journal, url } = await useService(database)
  const stream = await streamOfTwo(journal)
  const leaving = new AbortController()
  const answer = await fetch(`${url}/api/epochs/events`, { signal: leaving.signal })
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  const until = async (pattern: RegExp) => {
    for (let text = ''; !pattern.test(text);) text += (await reader.read()).value ?? ''
  }
  await until(new RegExp(`"stream":"${stream}","number":2,"phase":"restoring"`))
  await journal.openEpoch(stream, 'by hand')
  await until(new RegExp(`"stream":"${stream}","number":2,"phase":"open"`))
  leaving.abort()
})

test('somebody says that the state is lost, has it restored again, or lets clients in', async () => {
  const { journal, send } = await useService(database)
  const stream = randomUUID()
  const at = (what = '') => `/api/streams/${stream}/epochs${what}`
  expect(await send('POST', at(), { why: 'x' })).toMatchObject({
    ...{ status: 404, body: { code: 'epoch_unknown' } },
  })
  await journal.firstEpoch(stream, { boot: 'a', sign: 'first seen' })
  expect(await send('POST', at('/1/open'), {})).toMatchObject({
    ...{ status: 409, body: { code: 'epoch_open' } },
  })
  expect(await send('POST', at('/1/retry'), {})).toMatchObject({ status: 409 })
  const lost = await send('POST', at(), { why: 'the container was recreated' })
  expect(lost).toMatchObject({
    status: 201,
    body: { number: 2, phase: 'restoring', sign: 'the container was recreated' },
  })
  await fail(journal, stream)
  expect(await send('POST', at('/1/retry'), {})).toMatchObject({
    ...{ status: 409, body: { code: 'epoch_lost' } },
  })
  const again = await send('POST', at('/2/retry'), {})
  expect(again).toMatchObject({ status: 200, body: { phase: 'restoring', outcome: null } })
  expect((await send('POST', at('/1/open'), {})).status).toBe(409)
  const opened = await send('POST', at('/2/open'), {})
  expect(opened).toMatchObject({ status: 200, body: { phase: 'open', outcome: 'given_up' } })
  const deeds = await journal.deeds({ stream, limit: 10 })
  expect(deeds.map(({ action }) => action)).toEqual(['open', 'restore', 'lose'])
})

/** A stream of two entries whose backend was lost. */
async function lostOf(journal: Journal, url: string) {
  const stream = randomUUID()
  await record(journal, stream, [{ target: '/1' }, { target: '/2' }], url)
  await journal.firstEpoch(stream, { boot: null, sign: 'first seen' })
  await journal.loseEpoch(stream, 1, { boot: null, sign: 'lost' })
  return stream
}

/** One that answers what it is sent now with `life.status`. */
async function lostStream(journal: Journal) {
  const life = { status: '201 Made' as string | null }
  const origin = await startRawOrigin(({ method }) => {
    if (method === 'GET') return plainAnswer('')
    return life.status === null ? undefined : plainAnswer('', life.status)
  })
  const got = () => origin.requests.filter(({ method }) => method !== 'GET')
  const stream = await lostOf(journal, origin.url)
  return { stream, life, origin, got, at: `/api/streams/${stream}/epochs/2/restore` }
}

test('where nobody restores by himself, the service does when it is told to', async () => {
  const { journal, get, send } = await useService(database)
  const { stream, life, got, at } = await lostStream(journal)
  const newest = async () => (await get(`/api/streams/${stream}/epochs?limit=1`)).body.epochs[0]
  expect(await newest()).toMatchObject({ phase: 'restoring', holder: null })
  life.status = null
  expect(await send('POST', at, {})).toMatchObject({
    ...{ status: 202, body: { number: 2, phase: 'restoring', holder: 'service' } },
  })
  expect(await send('POST', at, {})).toMatchObject({ status: 409, body: { code: 'epoch_lost' } })
  await eventually(async () => got().length === 1 && (await newest()).run !== null)
  const { run } = await newest()
  expect((await get(`/api/runs/${run}`)).body).toMatchObject({ stream, state: 'running' })
})

test('what came of it stands in the epoch, and it is tried again', async () => {
  const { journal, send } = await useService(database)
  const { stream, life, origin, got, at } = await lostStream(journal)
  const until = (phase: string) =>
    eventually(async () => (await journal.epoch(stream))?.phase === phase)
  life.status = '500 Oops'
  expect((await send('POST', at, {})).status).toBe(202)
  await until('failed')
  life.status = '201 Made'
  expect((await send('POST', at, { target: origin.url })).status).toBe(202)
  await until('open')
  // What had failed is sent once more, and what stood behind it.
  expect(await journal.epoch(stream)).toMatchObject({ outcome: 'restored' })
  expect(got().map(({ target }) => target)).toEqual(['/1', '/1', '/2'])
  expect(await send('POST', at, {})).toMatchObject({ status: 409, body: { code: 'epoch_open' } })
  const deeds = await journal.deeds({ stream, actions: ['restore'], limit: 10 })
  expect(deeds).toHaveLength(2)
})

test('it is restored where it was recorded, and nowhere else', async () => {
  const { journal, send } = await useService(database)
  const { stream, got, at } = await lostStream(journal)
  const elsewhere = await send('POST', at, { target: 'http://127.0.0.1:9' })
  expect(elsewhere).toMatchObject({ status: 400, body: { code: 'target_not_allowed' } })
  await record(journal, stream, [{ target: '/3' }], 'http://127.0.0.1:9')
  const unsaid = await send('POST', at, {})
  expect(unsaid).toMatchObject({ status: 400, body: { code: 'input_invalid' } })
  expect(unsaid.body.detail).toContain(`${stream} was recorded in front of`)
  expect(got()).toEqual([])
  expect(await journal.epoch(stream)).toMatchObject({ phase: 'restoring', run: null })
})

test('a service that ends leaves its restore for another to go on', async () => {
  const { journal } = await useService(database)
  const waiting: (() => void)[] = []
  const origin = await startRawOrigin(({ method }, socket) => {
    if (method === 'GET') return plainAnswer('')
    waiting.push(() => void socket.write(plainAnswer('', '201 Made')))
    return undefined
  })
  const stream = await lostOf(journal, origin.url)
  const restores = new RestoreControl(journal, RESTORING)
  const actor = { who: 'tester', role: null, means: 'machine', address: null } as const
  await restores.begin(stream, 2, { target: undefined }, actor)
  await eventually(() => waiting.length === 1)
  const closing = restores.close()
  waiting[0]!()
  await closing
  expect(waiting).toHaveLength(1)
  const [life] = await journal.lives(stream, { limit: 1 })
  expect(life).toMatchObject({ phase: 'restoring', holder: null })
})

test('what stops a restore is left out, or sent, where whoever asks for it says so', async () => {
  const { journal, get, send } = await useService(database)
  const { stream, got, at } = await lostStream(journal)
  await journal.openEpoch(stream, 'not yet')
  const [, second] = await journal.list({ stream }, { order: 'order', limit: 2 })
  await query(
    database,
    `update reprise.entry set verdict = 'in_doubt', cause = 'timeout', delivery = 'whole', status = null,
       reason = null, response_headers = null, response_body = null, response_length = null,
       response_capture = null
     where id = ${second!.id}`,
  )
  await journal.loseEpoch(stream, 2, { boot: null, sign: 'lost again' })
  const newest = async () => (await get(`/api/streams/${stream}/epochs?limit=1`)).body.epochs[0]
  const anew = at.replace('/2/', '/3/')
  expect((await send('POST', anew, {})).status).toBe(202)
  await eventually(async () => (await newest()).phase === 'failed')
  expect(await newest()).toMatchObject({ outcome: 'failed', by_hand: true })
  expect(got().map(({ target }) => target)).toEqual(['/1'])
  expect((await send('POST', anew, { in_doubt: 'send', in_flight: 'skip' })).status).toBe(202)
  await eventually(async () => (await newest()).phase === 'open')
  expect(got().map(({ target }) => target)).toEqual(['/1', '/2'])
  expect((await send('POST', anew, { in_doubt: 'guess' })).body.code).toBe('input_invalid')
})

test('while the service ends it begins none, and says so', async () => {
  const { journal } = await useService(database)
  const { stream, got } = await lostStream(journal)
  const restores = new RestoreControl(journal, RESTORING)
  await restores.close()
  const actor = { who: 'tester', role: null, means: 'machine', address: null } as const
  const refused = restores.begin(stream, 2, { target: undefined }, actor)
  await expect(refused).rejects.toMatchObject({ code: 'service_ending', retryable: true })
  expect(got()).toEqual([])
})
