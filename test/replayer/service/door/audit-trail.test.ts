import { expect, test } from 'vitest'
import type { Deed, DeedStore, NewDeed } from '../../../../journal/deed.ts'
import { RefusedDeeds } from '../../../../replayer/service/door/refused-deeds.ts'
import { newToken } from '../../../../replayer/service/door/tokens.ts'
import { createDatabase, query } from '../../../support/database.ts'
import { startRawOrigin } from '../../../support/raw-http.ts'
import { record } from '../../recording.ts'
import { useService, type Client } from '../client.ts'
import { people } from './people.ts'

const database = await createDatabase()
const { tokens, secretOf, bearerOf } = people()

async function trailOf(client: Client, limit = 100): Promise<Deed[]> {
  const { status, body } = await client.get(`/api/audit-trail?limit=${limit}`, bearerOf.admin)
  expect(status).toBe(200)
  return body.deeds as Deed[]
}

test('every change is there: who, in which role, from where, what', async () => {
  const client = await useService(database, {}, { tokens })
  const [id] = await record(client.journal, 'changed', [{}, {}])
  const { send } = client
  const signedIn = await send('POST', '/api/session', { token: secretOf.replay })
  const cookie = {
    Cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]!,
    'Reprise-Request': '1',
  }
  await send('PATCH', `/api/entries/${id}`, { label: 'bug-1' }, cookie)
  await send('PATCH', '/api/entries?stream=changed&path=/t*', { label: null }, bearerOf.admin)
  await send('DELETE', '/api/streams/changed/entries', { confirm: 'changed' }, bearerOf.admin)
  await fetch(`${client.url}/api/session`, { method: 'DELETE', headers: cookie })
  const byReplay = { who: 'one-replay', role: 'replay', address: '127.0.0.1' }
  const byAdmin = { who: 'one-admin', role: 'admin', means: 'token', address: '127.0.0.1' }
  expect(await trailOf(client, 5)).toMatchObject([
    { ...byReplay, means: 'session', action: 'sign_out', stream: null, detail: {} },
    { ...byAdmin, action: 'clear', stream: 'changed', detail: {} },
    {
      ...{ ...byAdmin, action: 'label', stream: 'changed' },
      detail: { label: null, filter: { stream: 'changed', paths: ['/t*'] } },
    },
    {
      ...{ ...byReplay, means: 'session', action: 'label', stream: 'changed' },
      detail: { label: 'bug-1', filter: { idFrom: id, idTo: id } },
    },
    { ...byReplay, means: 'token', action: 'sign_in', stream: null, detail: {} },
  ])
})

test('what is done to a run is there too, and what could not be done is not', async () => {
  const client = await useService(database, {}, { tokens })
  await record(client.journal, 'held', [{}])
  const silent = await startRawOrigin(() => undefined)
  const { send } = client
  const wish = { stream: 'held', target: silent.url }
  const { body: run } = await send('POST', '/api/runs', wish, bearerOf.replay)
  const told = (what: string, id: number) =>
    send('POST', `/api/runs/${id}/${what}`, {}, bearerOf.replay)
  for (const what of ['pause', 'continue', 'stop', 'pause']) await told(what, run.id as number)
  await told('stop', 999_999)
  const byReplay = { who: 'one-replay', role: 'replay', means: 'token', stream: 'held' }
  expect(await trailOf(client, 4)).toMatchObject([
    { ...byReplay, action: 'stop', detail: { run: run.id } },
    { ...byReplay, action: 'continue', detail: { run: run.id } },
    { ...byReplay, action: 'pause', detail: { run: run.id } },
    { ...byReplay, action: 'replay', detail: { target: silent.url } },
  ])
})

test('looking leaves no trail, and neither does what the role forbids', async () => {
  const client = await useService(database, {}, { tokens })
  const [id] = await record(client.journal, 'looked', [{}])
  const before = await trailOf(client)
  await client.get(`/api/entries/${id}`, bearerOf.read)
  await client.get('/api/session', bearerOf.read)
  await client.send('PATCH', `/api/entries/${id}`, { label: 'x' }, bearerOf.read)
  expect(await trailOf(client)).toStrictEqual(before)
})

test('wrong credentials are there without the credentials', async () => {
  const client = await useService(database, {}, { tokens })
  const wrong = newToken()
  const last = async () => (await trailOf(client, 1))[0]
  const refused = { who: null, action: 'refused', address: '127.0.0.1' }
  await client.get('/api/runs?stream=x', { Authorization: `Bearer ${wrong}` })
  await expect.poll(last).toMatchObject({ ...refused, detail: { asked: 'GET /api/runs' } })
  await client.send('POST', '/api/session', { token: wrong })
  await expect.poll(last).toMatchObject({ ...refused, detail: { asked: 'POST /api/session' } })
  const rows = await query<{ text: string }>(database, 'select d::text as text from reprise.deed d')
  expect(JSON.stringify(rows)).not.toContain(wrong)
})

test('a change that cannot be noted is not made', async () => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'unnoted', [{}])
  await query(database, 'alter table reprise.deed rename to deed_away')
  try {
    const label = await client.send('PATCH', `/api/entries/${id}`, { label: 'x' })
    const path = '/api/streams/unnoted/entries'
    const clear = await client.send('DELETE', path, { confirm: 'unnoted' })
    expect([label.status, clear.status]).toStrictEqual([500, 500])
  } finally {
    await query(database, 'alter table reprise.deed_away rename to deed')
  }
  expect(await client.journal.entry(id!)).toMatchObject({ label: null })
})

test.each([
  'update reprise.deed set who = null',
  'delete from reprise.deed',
  'truncate reprise.deed',
  'delete from reprise.deed where false',
  "insert into reprise.deed (id, means, action, detail) values (1, 'x', 'x', '{}')",
])('nothing that was done can be undone in the trail: %s', async (sql) => {
  await expect(query(database, sql)).rejects.toThrow(/only added to|non-DEFAULT value/)
})

test('pages of it are bounded, and only whole numbers are taken', async () => {
  const { get } = await useService(database)
  for (const wrong of ['limit=0', 'limit=1001', 'before=x', 'before=-1', 'after=1']) {
    expect({ wrong, ...(await get(`/api/audit-trail?${wrong}`)) }).toMatchObject({ status: 400 })
  }
  const first = await get('/api/audit-trail?limit=1')
  const second = await get(`/api/audit-trail?limit=1&before=${first.body.deeds[0].id}`)
  expect(second.body.deeds[0].id).toBeLessThan(first.body.deeds[0].id)
})

test('is searched by who did what', async () => {
  const client = await useService(database, {}, { tokens })
  const [id] = await record(client.journal, 'searched', [{}])
  await client.send('PATCH', `/api/entries/${id}`, { label: 'x' }, bearerOf.replay)
  await client.send('PATCH', `/api/entries/${id}`, { label: null }, bearerOf.admin)
  const found = async (query: string) => {
    const { body } = await client.get(`/api/audit-trail?stream=searched&${query}`, bearerOf.admin)
    return (body.deeds as Deed[]).map(({ who }) => who)
  }
  expect(await found('action=label,clear')).toEqual(['one-admin', 'one-replay'])
  expect(await found('who=one-replay')).toEqual(['one-replay'])
  expect(await found('action=clear')).toEqual([])
  const wrong = await client.get('/api/audit-trail?action=steal', bearerOf.admin)
  expect(wrong).toMatchObject({ status: 400, body: { code: 'input_invalid' } })
})

test('whoever tries and tries does not fill the trail, and how often is counted', async () => {
  const noted: NewDeed[] = []
  const store: DeedStore = {
    noteDeed: async (deed) => void noted.push(deed),
    deeds: async () => [],
  }
  let now = 0
  const refused = new RefusedDeeds(
    store,
    () => {},
    () => now,
  )
  for (let i = 0; i < 100_000; i++) refused.note('192.0.2.1', { asked: 'GET /' })
  expect(noted).toHaveLength(60)
  now = 60_000
  refused.note('192.0.2.2', { asked: 'GET /' })
  expect(noted.at(-1)).toMatchObject({
    ...{ address: '192.0.2.2', detail: { asked: 'GET /', unnoted_before: 99_940 } },
  })
})
