import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { record, type Said } from '../recording.ts'
import { useService } from './client.ts'
import { people } from './door/people.ts'

const database = await createDatabase()

async function recorded(said: readonly Said[] = [{}, {}, {}]) {
  const client = await useService(database)
  const stream = randomUUID()
  const ids = await record(client.journal, stream, said)
  return { ...client, stream, ids, at: `/api/streams/${stream}/checkpoints` }
}

test('one is set at the newest entry, at any other, or at a moment; it is listed, and removed', async () => {
  const { journal, stream, ids, at, get, send } = await recorded()
  expect((await get(at)).body).toEqual({ checkpoints: [] })
  expect(await send('POST', at, { note: 'on its disk' })).toMatchObject({
    status: 201,
    body: {
      checkpoint: {
        ...{ stream, number: 1, entry: ids[2], note: 'on its disk', set_by: 'local' },
        ordered_at: expect.stringMatching(/^2026-01-15T12:00:0\d\.\d{6}Z$/) as string,
      },
      in_doubt: 0,
    },
  })
  const byEntry = await send('POST', at, { at: ids[0] })
  expect(byEntry.body).toMatchObject({ checkpoint: { number: 2, entry: ids[0], note: null } })
  const { orderedAt } = await journal.entry(ids[1]!)
  const byThen = new Date(orderedAt / 1000 + 1).toISOString()
  const byMoment = await send('POST', at, { at: byThen })
  expect(byMoment.body).toMatchObject({ checkpoint: { number: 3, entry: ids[1] } })
  const listed = (await get(at)).body.checkpoints as { number: number }[]
  expect(listed.map(({ number }) => number)).toEqual([1, 3, 2])
  const removed = await send('DELETE', `${at}/1`, '')
  expect(removed).toMatchObject({ status: 200, body: { number: 1, entry: ids[2] } })
  expect((await journal.checkpoints(stream)).map(({ number }) => number)).toEqual([3, 2])
  const deeds = await journal.deeds({ stream, limit: 10 })
  expect(deeds.map(({ action, detail }) => [action, detail['entry']])).toEqual([
    ['remove_checkpoint', ids[2]],
    ...[ids[1], ids[0], ids[2]].map((entry) => ['set_checkpoint', entry]),
  ])
})

test('entries in doubt before one are told of', async () => {
  const { at, send } = await recorded([{ status: null }, {}])
  expect((await send('POST', at, {})).body).toMatchObject({ in_doubt: 1 })
})

test.each([
  ['a moment before all', { at: '2001-01-01T00:00:00Z' }, 404, 'checkpoint_unknown'],
  ['no such entry', { at: 999_999_999 }, 404, 'entry_unknown'],
  ['a word', { at: 'now' }, 400, 'input_invalid'],
  ['no entry at all', { at: 0 }, 400, 'input_invalid'],
  ['another member', { entry: 1 }, 400, 'input_invalid'],
  ['an empty note', { note: '' }, 400, 'input_invalid'],
])('%s is refused, and nothing is noted', async (_, wish, status, code) => {
  const { journal, stream, at, send } = await recorded()
  expect(await send('POST', at, wish)).toMatchObject({ status, body: { code } })
  expect(await journal.deeds({ stream, limit: 10 })).toEqual([])
})

test('what is not there is said', async () => {
  const [one, other] = [await recorded(), await recorded()]
  expect(await one.send('POST', one.at, { at: other.ids[0] })).toMatchObject({
    ...{ status: 404, body: { code: 'checkpoint_unknown' } },
  })
  expect(await one.send('DELETE', `${one.at}/1`, '')).toMatchObject({
    ...{ status: 404, body: { code: 'checkpoint_unknown' } },
  })
  const nowhere = '/api/streams/none/checkpoints'
  expect(await one.send('POST', nowhere, {})).toMatchObject({
    ...{ status: 404, body: { code: 'stream_unknown' } },
  })
  expect((await one.send('DELETE', `${nowhere}/1`, '')).status).toBe(404)
})

test('whoever reads sees them, and only an admin sets and removes them, under his name', async () => {
  const { tokens, bearerOf } = people()
  const { journal, get, send } = await useService(database, {}, { tokens })
  const stream = randomUUID()
  await record(journal, stream, [{}])
  const at = `/api/streams/${stream}/checkpoints`
  expect((await send('POST', at, {}, bearerOf.replay)).status).toBe(403)
  expect((await send('POST', at, {}, bearerOf.admin)).status).toBe(201)
  const { body } = await get(at, bearerOf.read)
  const [deed] = await journal.deeds({ stream, limit: 1 })
  expect(deed).toMatchObject({ action: 'set_checkpoint', role: 'admin' })
  expect(body.checkpoints).toMatchObject([{ number: 1, set_by: deed!.who }])
  expect((await send('DELETE', `${at}/1`, '', bearerOf.replay)).status).toBe(403)
  expect(await journal.checkpoints(stream)).toHaveLength(1)
})
