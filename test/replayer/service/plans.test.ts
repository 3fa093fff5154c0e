import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { record } from '../recording.ts'
import { useService } from './client.ts'

const database = await createDatabase()

test('a plan says what is sent, what is left out, and for whom each waits', async () => {
  const client = await useService(database)
  const ids = await record(
    client.journal,
    'planned',
    [
      { target: '/a', arrived: 0, answered: 1 },
      { target: '/b', arrived: 0.5, answered: 1.5 },
      { target: '/c', arrived: 2, answered: 3 },
      { target: '/d', status: 500, verdict: 'failed', arrived: 4 },
      { target: '/e', status: null, arrived: 5 },
      { target: '/f', arrived: 6 },
    ],
    'http://shop.test:3000',
  )
  const { status, body } = await client.send('POST', '/api/plans', {
    ...{ stream: 'planned', target: 'http://shop.test:3000' },
  })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    ...{ stream: 'planned', planned: 4, left_out: { failed: 1, in_doubt: 1 }, stops_at: ids[4] },
    ...{ recorded_targets: ['http://shop.test:3000'], allowed: 'recorded' },
    order: { chain: 2, widest: 2, lanes: 0, kept: 0, are: 'exact' },
  })
  // It ends before the one in doubt.
  expect(body.entries).toMatchObject([
    { entry: { id: ids[0], target: '/a' }, lane: null, waits_for: [] },
    { entry: { id: ids[1] }, waits_for: [] },
    {
      entry: { id: ids[2] },
      waits_for: [
        { entry: ids[1], because: 'answered' },
        { entry: ids[0], because: 'answered' },
      ],
    },
  ])
})

test.each([[{ id__gte: 0 }], [{ id__gte: '0' }]])(
  'ids of a filter are numbers or digits: %j',
  async (filter) => {
    const client = await useService(database)
    const stream = `ids ${JSON.stringify(filter)}`
    const ids = await record(client.journal, stream, [{}, {}])
    const wish = { stream, filter: { ...filter, id__lte: ids[0] } }
    expect((await client.send('POST', '/api/plans', wish)).body).toMatchObject({ planned: 1 })
    for (const wrong of [-1, 1.5, 'x', '', null, 1e300]) {
      const refused = await client.send('POST', '/api/plans', {
        stream,
        filter: { id__gte: wrong },
      })
      expect({ wrong, status: refused.status }).toEqual({ wrong, status: 400 })
    }
  },
)

test('lanes, and how many entries are shown, are asked for', async () => {
  const client = await useService(database)
  await record(client.journal, 'laned', [
    { target: '/devices/1' },
    { target: '/devices/2' },
    { target: '/devices/1' },
  ])
  const { body } = await client.send('POST', '/api/plans', {
    ...{ stream: 'laned', lanes: ['/devices/:id'], limit: 2 },
  })
  expect(body).toMatchObject({ allowed: null, order: { chain: 2, lanes: 2 } })
  expect(body.entries).toMatchObject([{ lane: '/devices/:id:1' }, { lane: '/devices/:id:2' }])
})

test('all is told of one entry: whether it is sent, why not, and for whom it waits', async () => {
  const { journal, send } = await useService(database)
  const said = [{ target: '/a' }, { target: '/b' }, { status: 500, verdict: 'failed' as const }]
  const ids = await record(journal, 'told', said)
  const told = async (id: number | undefined, wish = {}) => {
    const asked = { stream: 'told', limit: 0, explain: id, ...wish }
    return (await send('POST', '/api/plans', asked)).body.explained as unknown
  }
  expect(await told(ids[1])).toMatchObject({
    ...{ entry: { id: ids[1] }, left_out: [], stays: null, previous: ids[0] },
    waits_for: [{ entry: ids[0], target: '/a', because: 'answered' }],
    waited_for_by: [],
  })
  expect(await told(ids[2])).toMatchObject({
    left_out: [expect.stringContaining('its verdict is failed')],
  })
  expect(await told(ids[0], { filter: { path: '/b' } })).toMatchObject({
    left_out: ['its path is none of those that are wanted: /b'],
  })
  expect(await told(undefined)).toBe(null)
  const nobody = await send('POST', '/api/plans', { stream: 'told', explain: 999_999_999 })
  expect(nobody).toMatchObject({ status: 404, body: { code: 'entry_unknown' } })
})

test.each([
  ['no stream', {}, 'stream'],
  ['a stream that is not there', { stream: 'nobody' }, "'nobody'"],
  ['a wrong filter', { stream: 'laned', filter: { status: 'x' } }, 'filter.status'],
  ['a stream in the filter', { stream: 'laned', filter: { stream: 'b' } }, 'stream'],
  ['a wrong lane', { stream: 'laned', lanes: ['devices'] }, 'lanes.0'],
  ['no concurrency', { stream: 'laned', concurrency: 0 }, 'concurrency'],
  ['what nobody knows', { stream: 'laned', colour: 'red' }, 'colour'],
])('%s is refused', async (_, wish, said) => {
  const client = await useService(database)
  const { status, body } = await client.send('POST', '/api/plans', wish)
  expect([400, 404]).toContain(status)
  expect(body.detail).toContain(said)
})
