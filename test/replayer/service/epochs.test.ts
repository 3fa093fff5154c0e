import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Journal } from '../../../journal/contract.ts'
import { createDatabase } from '../../support/database.ts'
import { useService } from './client.ts'

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
