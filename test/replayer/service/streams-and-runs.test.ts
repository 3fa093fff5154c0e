import { expect, test } from 'vitest'
import { parsePathPattern } from '../../../journal/path-pattern.ts'
import { createDatabase } from '../../support/database.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { record, replayed } from '../recording.ts'
import { useService } from './client.ts'

const database = await createDatabase()

test('streams are listed with their counts, upstreams and span', async () => {
  const client = await useService(database)
  await record(
    ...[client.journal, 'listed'],
    [{ body: 'four' }, { status: 500, verdict: 'failed', answerBody: 'bad' }],
    'http://a:1',
  )
  const { body } = await client.get('/api/streams')
  expect(body.streams).toContainEqual({
    stream: 'listed',
    targets: ['http://a:1'],
    entries: 2,
    by_verdict: { applied: 1, failed: 1 },
    unsettled: 0,
    body_bytes: 7,
    first_at: '2026-01-15T12:00:00.000000Z',
    last_at: '2026-01-15T12:00:01.000000Z',
  })
})

test('a stream is cleared when its name is said twice, and no other with it', async () => {
  const client = await useService(database)
  await record(client.journal, 'cleared', [{}, {}])
  await record(client.journal, 'kept', [{}])
  const cleared = await client.send('DELETE', '/api/streams/cleared/entries', {
    confirm: 'cleared',
  })
  expect(cleared).toMatchObject({ status: 200, body: { removed: 2 } })
  expect((await client.get('/api/entries?stream=cleared')).body.entries).toStrictEqual([])
  expect((await client.get('/api/entries?stream=kept')).body.entries).toHaveLength(1)
})

test.each([
  ['no body', ''],
  ['an empty object', {}],
  ['another name', { confirm: 'other' }],
  ['true', { confirm: true }],
])('a stream is not cleared with %s', async (_, body) => {
  const client = await useService(database)
  await record(client.journal, 'safe', [{}])
  const { journal } = client
  const { entries: before } = (await journal.streams()).find((one) => one.stream === 'safe')!
  const answer = await client.send('DELETE', '/api/streams/safe/entries', body)
  expect(answer).toMatchObject({ status: 400, body: { code: 'input_invalid' } })
  const after = (await journal.streams()).find((one) => one.stream === 'safe')
  expect(after!.entries).toBe(before)
})

test('a stream that is not there cannot be cleared', async () => {
  const client = await useService(database)
  const answer = await client.send('DELETE', '/api/streams/none/entries', { confirm: 'none' })
  expect(answer).toMatchObject({ status: 404, body: { code: 'stream_unknown' } })
})

test('runs and their attempts are read, the newest run first, a page at a time', async () => {
  const client = await useService(database)
  const ids = await record(client.journal, 'replayed', [{ target: '/1' }, { target: '/2' }])
  const origin = await startRawOrigin(({ target }) =>
    target === '/1' ? plainAnswer('made', '201 Made') : plainAnswer('', '404 Not Found'),
  )
  const options = { target: new URL(origin.url) }
  const first = await replayed(client.journal, { stream: 'replayed' }, options)
  const second = await replayed(client.journal, { stream: 'replayed' }, options)
  const list = await client.get('/api/runs?stream=replayed')
  expect(list.body.runs).toMatchObject([{ id: second.run }, { id: first.run }])
  const older = await client.get(`/api/runs?stream=replayed&before=${second.run}&limit=1`)
  expect(older.body.runs).toMatchObject([{ id: first.run }])
  expect((await client.get(`/api/runs/${first.run}`)).body).toMatchObject({
    stream: 'replayed',
    target: origin.url,
    state: 'stopped',
    planned: 2,
    outcomes: { same: 1, failed: 1 },
    selection: { stream: 'replayed', verdicts: ['applied'] },
  })
  const attempts = await client.get(`/api/runs/${first.run}/attempts`)
  expect(attempts.body.attempts).toMatchObject([
    { position: 0, entry: ids[0], outcome: 'same', status: 201, response_length: 4 },
    { position: 1, entry: ids[1], outcome: 'failed', status: 404 },
  ])
  const rest = await client.get(`/api/runs/${first.run}/attempts?after=0&limit=1`)
  expect(rest.body.attempts).toMatchObject([{ position: 1 }])
  const failed = await client.get(`/api/runs/${first.run}/attempts?outcome=failed,differs`)
  expect(failed.body.attempts).toMatchObject([{ position: 1 }])
  const wrong = await client.get(`/api/runs/${first.run}/attempts?outcome=good`)
  expect(wrong).toMatchObject({ status: 400, body: { code: 'input_invalid' } })
})

test('runs are searched by state, text and time', async () => {
  const client = await useService(database)
  await record(client.journal, 'searched', [{ target: '/1' }, { target: '/2' }])
  const origin = await startRawOrigin(() => plainAnswer('', '201 Made'))
  const options = { target: new URL(origin.url) }
  const filter = { paths: [parsePathPattern('/2')] }
  const { run: narrow } = await replayed(client.journal, { stream: 'searched', filter }, options)
  const { run: whole } = await replayed(client.journal, { stream: 'searched' }, options)
  const found = async (query: string) => {
    const { body } = await client.get(`/api/runs?stream=searched&${query}`)
    return (body.runs as { id: number }[]).map(({ id }) => id)
  }
  expect(await found('state=done,running')).toEqual([whole, narrow])
  expect(await found('state=stopped')).toEqual([])
  expect(await found(`text=${encodeURIComponent('"/2"')}`)).toEqual([narrow])
  expect(await found(`text=${new URL(origin.url).host}`)).toEqual([whole, narrow])
  const { started_at: since } = (await client.get(`/api/runs/${whole}`)).body
  const next = new Date(Date.parse(since) + 1).toISOString()
  expect(await found(`until=${next}`)).toEqual([whole, narrow])
  expect(await found(`since=${new Date(Date.parse(since) + 60_000).toISOString()}`)).toEqual([])
  expect(await found('until=2999-01-31T12:00Z')).toEqual([whole, narrow])
  const wrong = await client.get('/api/runs?since=yesterday')
  expect(wrong.body.detail).toContain(
    "expected a moment such as 2026-01-31T12:00:00Z, got 'yesterday'",
  )
  expect((await client.get('/api/runs?state=good')).status).toBe(400)
})

test('attempts tell what was replaced and what differs, and aliases are read a page at a time', async () => {
  const client = await useService(database)
  const type = ['Content-Type', 'application/json']
  const token = 'rEc0rdEd9sKq3Zt7Bw5Yx1L'
  const things = { answerFields: type, answerBody: JSON.stringify({ id: 17, token }) }
  const ids = await record(client.journal, 'renamed', [
    things,
    { target: '/things/17', fields: ['X-Token', token] },
  ])
  const origin = await startRawOrigin(({ target }) =>
    target === '/things'
      ? plainAnswer(
          '{"id":23,"token":"cAm3Ag41nH8v2Qm6Jd4Pn0R"}',
          '201 Made',
          `${type.join(': ')}\r\n`,
        )
      : plainAnswer('', '202 Later'),
  )
  const { run } = await replayed(
    client.journal,
    { stream: 'renamed' },
    { target: new URL(origin.url) },
  )
  const { body: told } = await client.get(`/api/runs/${run}`)
  expect(told.plan).toMatchObject({ filter: { idTo: ids[1] }, inDoubt: 'stop' })
  const { body: attempts } = await client.get(`/api/runs/${run}/attempts`)
  expect(attempts.attempts).toMatchObject([
    { differences: null, uses: null },
    {
      differences: { differences: [{ where: 'status', recorded: '201', came: '202' }] },
      uses: {
        replaced: [
          { place: 'path 2', producer: ids[0], from: 'json /id', value: '17' },
          { place: 'header x-token', producer: ids[0], from: 'json /token' },
        ],
        leftAlone: [],
      },
    },
  ])
  expect(JSON.stringify(attempts)).not.toMatch(/rEc0|cAm3/)
  const producer = { entry: ids[0], method: 'POST', path: '/things', place: 'json /id' }
  const first = await client.get(`/api/runs/${run}/aliases?limit=1`)
  expect(first.body.aliases).toStrictEqual([
    { number: 0, secret: false, recorded: '17', came: '23', producer },
  ])
  const made = await client.get(`/api/runs/${run}/aliases?entry=${ids[0]}`)
  expect(made.body.aliases).toMatchObject([{ number: 0 }, { number: 1 }])
  expect((await client.get(`/api/runs/${run}/aliases?entry=${ids[1]}`)).body.aliases).toEqual([])
  const { body: values } = await client.get(`/api/runs/${run}/entries/${ids[0]}/values`)
  const uses = (place: string) => ({ uses: [{ entry: ids[1], place }], more_uses: 0 })
  expect(values).toMatchObject({
    made: [
      { number: 0, recorded: '17', came: '23', ...uses('path 2') },
      { number: 1, secret: true, recorded: null, came: null, ...uses('header x-token') },
    ],
    ...{ used: [], left_alone: [] },
  })
  const { body: user } = await client.get(`/api/runs/${run}/entries/${ids[1]}/values`)
  expect(user.used).toMatchObject([
    { place: 'path 2', producer: ids[0], from: 'json /id', value: '17' },
    { place: 'header x-token', producer: ids[0], from: 'json /token', value: null },
  ])
  const rest = await client.get(`/api/runs/${run}/aliases?after=0`)
  expect(rest.body.aliases).toMatchObject([{ number: 1, secret: true, recorded: null, came: null }])
})

test.each(['entries/999999', 'runs/999999', 'runs/999999/attempts', 'runs/999999/aliases'])(
  'what is not there is a problem of status 404: %s',
  async (path) => {
    const { get } = await useService(database)
    expect(await get(`/api/${path}`)).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      body: { status: 404, code: expect.stringMatching(/^(entry|run)_unknown$/) as string },
    })
  },
)

test('a run says behind which checkpoint it begins, and by which rules it leaves entries out', async () => {
  const { journal, get } = await useService(database)
  const stream = 'spared'
  await record(journal, stream, [{}])
  const origin = await startRawOrigin(() => plainAnswer('', '201 Made'))
  const target = new URL(origin.url)
  const compact = ['PUT /things/:1 replaces PUT /things/:1']
  const spared = await replayed(journal, { stream, checkpoint: 3, compact }, { target })
  const whole = await replayed(journal, { stream }, { target })
  const { body } = await get(`/api/runs?stream=${stream}`)
  expect(body.runs).toMatchObject([
    { id: whole.run, checkpoint: null, compact_rules: [] },
    { id: spared.run, checkpoint: 3, compact_rules: compact },
  ])
  expect((await get(`/api/runs/${spared.run}`)).body).toMatchObject({ checkpoint: 3 })
})
