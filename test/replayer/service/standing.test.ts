import { expect, test } from 'vitest'
import { eventually } from '../../support/between.ts'
import { createDatabase } from '../../support/database.ts'
import { record } from '../recording.ts'
import { useService } from './client.ts'

const database = await createDatabase()

test('recorders, the sum of each, and the size of the journal', async () => {
  const client = await useService(database)
  await record(client.journal, 'standing', [{}, { status: 500, verdict: 'failed' }], 'http://a:1')
  const { body: recorders } = await client.get('/api/recorders?stream=standing')
  expect(recorders.recorders).toMatchObject([
    {
      ...{ stream: 'standing', target: 'http://a:1', durability: 'commit', host: 'test' },
      ...{ state: 'alive', when_unrecordable: 'refuse', ended_at: null, spooled_records: 0 },
      started_at: '2026-01-15T12:00:00.000000Z',
    },
  ])
  const { body: audit } = await client.get('/api/audit?stream=standing')
  expect(audit).toMatchObject({
    verdict: 'whole',
    recorders: [
      {
        ...{ recorder: recorders.recorders[0].id, presence: 'running', forwarded: 2, recorded: 2 },
        ...{ in_doubt: 0, lost: 0, excluded: {}, missing: [], damaged: [], total: 2 },
      },
    ],
    spools: [],
  })
  const { body: size } = await client.get('/api/size')
  expect(size.bytes).toBeGreaterThan(0)
  expect(size.weeks.length).toBeGreaterThan(0)
})

test('attempts of some outcomes only', async () => {
  const client = await useService(database)
  await record(client.journal, 'chosen', [{ target: '/a' }])
  const { body: run } = await client.send('POST', '/api/runs', {
    ...{ stream: 'chosen', target: 'http://127.0.0.1:1' },
  })
  await eventually(async () => (await client.get(`/api/runs/${run.id}`)).body.state !== 'running')
  const of = async (outcome: string) =>
    (await client.get(`/api/runs/${run.id}/attempts?outcome=${outcome}`)).body
  expect((await of('failed,differs')).attempts).toMatchObject([{ outcome: 'failed' }])
  expect((await of('same')).attempts).toEqual([])
  expect((await of('good')).detail).toContain("got 'good'")
})
