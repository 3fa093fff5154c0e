import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { record } from '../recording.ts'
import { useService } from './client.ts'

const database = await createDatabase()

test('an entry in doubt is settled, and that is taken back', async () => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'doubtful', [{ status: null }])
  const settle = (settlement: string | null) =>
    client.send('PUT', `/api/entries/${id}/settlement`, { settlement })
  const settled = async () => {
    const { verdict, settled: as } = (await client.get(`/api/entries/${id}`)).body
    return { verdict, as }
  }
  expect(await settle('not_applied')).toMatchObject({ status: 200, body: { changed: 1 } })
  expect(await settled()).toEqual({ verdict: 'in_doubt', as: 'not_applied' })
  expect((await settle('applied')).body).toEqual({ changed: 1 })
  expect(await settled()).toEqual({ verdict: 'applied', as: 'applied' })
  expect((await settle(null)).body).toEqual({ changed: 1 })
  expect(await settled()).toEqual({ verdict: 'in_doubt', as: null })
})

test('what never was in doubt is not settled', async () => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'certain', [{}])
  const answer = await client.send('PUT', `/api/entries/${id}/settlement`, {
    settlement: 'applied',
  })
  expect(answer).toMatchObject({ status: 409, body: { code: 'doubt_none' } })
  const unknown = await client.send('PUT', '/api/entries/999999/settlement', { settlement: null })
  expect(unknown).toMatchObject({ status: 404, body: { code: 'entry_unknown' } })
})

test('what has to be settled, and what is settled, are listed apart', async () => {
  const client = await useService(database)
  const [applied, not, open] = await record(client.journal, 'apart', [
    ...[{ status: null }, { status: null }, { status: null }],
    {},
  ])
  await client.send('PUT', `/api/entries/${applied}/settlement`, { settlement: 'applied' })
  await client.send('PUT', `/api/entries/${not}/settlement`, { settlement: 'not_applied' })
  const found = async (query: string) => {
    const { body } = await client.get(`/api/entries?stream=apart&order=id&columns=id&${query}`)
    return (body.entries as { id: number }[]).map(({ id }) => id)
  }
  expect(await found('verdict=in_doubt&settled=no')).toEqual([open])
  expect(await found('settled=yes')).toEqual([applied, not])
  expect((await client.get('/api/entries?settled=perhaps')).status).toBe(400)
})

test('all that match are settled, and no others', async () => {
  const client = await useService(database)
  await record(client.journal, 'several', [
    { target: '/a', status: null },
    { target: '/a', status: null },
    { target: '/b', status: null },
    { target: '/a' },
  ])
  const settle = (query: string, settlement: string | null) =>
    client.send('PUT', `/api/streams/several/settlement?${query}`, { settlement })
  expect((await settle('path=/a', 'applied')).body).toEqual({ changed: 2 })
  const left = await client.get('/api/entries?stream=several&verdict=in_doubt')
  expect(left.body.entries).toMatchObject([{ target: '/b' }])
  expect((await settle('path=/a', null)).body).toEqual({ changed: 2 })
  const unknown = await client.send('PUT', '/api/streams/none/settlement', { settlement: null })
  expect(unknown).toMatchObject({ status: 404, body: { code: 'stream_unknown' } })
  expect((await settle('path=/a', 'perhaps')).status).toBe(400)
})
