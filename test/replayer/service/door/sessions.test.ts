import { expect, onTestFinished, test } from 'vitest'
import { Sessions } from '../../../../replayer/service/door/sessions.ts'
import { newToken } from '../../../../replayer/service/door/tokens.ts'
import { createDatabase } from '../../../support/database.ts'
import { useService, type Client } from '../client.ts'
import { people } from './people.ts'

const database = await createDatabase()
const { tokens, secretOf, bearerOf } = people()

async function signIn(client: Client, role: 'read' | 'replay' | 'admin') {
  const answer = await client.send('POST', '/api/session', { token: secretOf[role] })
  expect(answer.status).toBe(200)
  const [set = ''] = answer.headers.getSetCookie()
  return { ...answer, set, cookie: { Cookie: set.split(';')[0]! } }
}

test('a token is exchanged for a cookie that no script and no other site gets', async () => {
  const client = await useService(database, {}, { tokens })
  const { body, set, cookie } = await signIn(client, 'replay')
  expect(body).toMatchObject({ name: 'one-replay', role: 'replay', by: 'session' })
  expect(set).toMatch(/^reprise=[\w-]{43}; Max-Age=43200; Path=\/api; HttpOnly; SameSite=Strict$/)
  expect(set).not.toContain(secretOf.replay)
  const who = await client.get('/api/session', cookie)
  expect(who).toMatchObject({ status: 200, body: { name: 'one-replay', role: 'replay' } })
  expect((await client.get('/api/streams', cookie)).status).toBe(200)
})

test('no id that somebody chose becomes a session, and none that was is taken over', async () => {
  const client = await useService(database, {}, { tokens })
  const chosen = { Cookie: `reprise=${'a'.repeat(43)}` }
  const first = await client.send('POST', '/api/session', { token: secretOf.read }, chosen)
  expect(first.headers.getSetCookie()[0]).not.toContain('a'.repeat(43))
  expect((await client.get('/api/session', chosen)).status).toBe(401)
  const { cookie } = await signIn(client, 'read')
  const again = await client.send('POST', '/api/session', { token: secretOf.admin }, cookie)
  expect(again.headers.getSetCookie()[0]).not.toContain(cookie.Cookie)
  expect((await client.get('/api/session', cookie)).body).toMatchObject({ role: 'read' })
})

test('a session has the role of its token, and no other', async () => {
  const client = await useService(database, {}, { tokens })
  const { cookie } = await signIn(client, 'read')
  const answer = await client.send(
    ...(['DELETE', '/api/streams/x/entries', { confirm: 'x' }] as const),
    { ...cookie, 'Reprise-Request': '1' },
  )
  expect(answer).toMatchObject({ status: 403, body: { code: 'role_insufficient' } })
  expect(answer.headers.get('www-authenticate')).toBeNull()
})

test('signing out ends the session for good, and takes the cookie away', async () => {
  const client = await useService(database, {}, { tokens })
  const { cookie } = await signIn(client, 'read')
  const end = { method: 'DELETE', headers: { ...cookie, 'Reprise-Request': '1' } }
  const ended = await fetch(`${client.url}/api/session`, end)
  expect(ended.status).toBe(204)
  expect(ended.headers.getSetCookie()[0]).toMatch(/^reprise=; Max-Age=0; Path=\/api/)
  expect((await client.get('/api/session', cookie)).status).toBe(401)
})

test('no wrong token begins a session, and guesses there are counted too', async () => {
  const client = await useService(database, {}, { tokens })
  for (let i = 0; i < 10; i++) {
    const answer = await client.send('POST', '/api/session', { token: newToken() })
    expect(answer).toMatchObject({ status: 401, body: { code: 'credentials_wrong' } })
    expect(answer.headers.getSetCookie()).toStrictEqual([])
  }
  const right = await client.send('POST', '/api/session', { token: secretOf.admin })
  expect(right).toMatchObject({ status: 429, body: { code: 'failures_exceeded' } })
  expect((await client.get('/api/streams', bearerOf.admin)).status).toBe(429)
})

test.each(['{}', '{"token": 1}', '{"token": ', '', `{"token": "${'a'.repeat(201)}"}`])(
  'what is no sign-in is the sender’s fault: %s',
  async (body) => {
    const client = await useService(database, {}, { tokens })
    expect(await client.send('POST', '/api/session', body)).toMatchObject({
      status: 400,
      body: { code: 'input_invalid' },
    })
  },
)

test('an id that nobody was given opens nothing, as often as it is shown', async () => {
  const client = await useService(database, {}, { tokens })
  for (let i = 0; i < 12; i++) {
    const cookie = { Cookie: `reprise=${newToken().slice(8)}` }
    expect((await client.get('/api/streams', cookie)).status).toBe(401)
  }
  // A browser that comes back with what has ended must still be able to sign in.
  await signIn(client, 'read')
})

test('a stream ends with the session that it was opened in', async () => {
  const client = await useService(database, {}, { tokens })
  const { cookie } = await signIn(client, 'read')
  const listening = new AbortController()
  onTestFinished(() => listening.abort())
  const answer = await fetch(`${client.url}/api/live`, {
    headers: cookie,
    signal: listening.signal,
  })
  expect(answer.status).toBe(200)
  await fetch(`${client.url}/api/session`, {
    ...{ method: 'DELETE', headers: { ...cookie, 'Reprise-Request': '1' } },
  })
  // It comes to its end, or this never does.
  expect(await answer.text()).toContain('event: ready')
})

test('where no credentials are set, whoever asks is told so', async () => {
  const client = await useService(database)
  expect((await client.get('/api/session')).body).toStrictEqual({
    ...{ name: 'local', role: 'admin', by: 'machine', ends_at: null },
  })
})

test('a session ends after half a day, and after two hours in which nobody used it', () => {
  let now = 0
  const sessions = new Sessions(() => now)
  const { id } = sessions.begin('alice', 'read')
  const idle = sessions.begin('alice', 'read')
  const hours = 3600_000
  for (now = hours; now < 12 * hours; now += hours) expect(sessions.find(id)).not.toBeNull()
  expect(sessions.find(id)).toBeNull()
  expect(sessions.find(idle.id)).toBeNull()
  now = 0
  const third = sessions.begin('alice', 'read')
  now = 2 * hours - 1
  expect(sessions.find(third.id)).not.toBeNull()
  now += 2 * hours
  expect(sessions.find(third.id)).toBeNull()
})

test('sessions of a name are bounded: the one that was used longest ago ends, and nobody else’s', () => {
  const sessions = new Sessions(() => 0)
  const other = sessions.begin('bob', 'read')
  const first = sessions.begin('alice', 'read')
  const second = sessions.begin('alice', 'read')
  sessions.find(first.id)
  for (let i = 0; i < 19; i++) sessions.begin('alice', 'read')
  expect(sessions.size).toBe(21)
  expect(sessions.find(second.id)).toBeNull()
  expect(sessions.find(first.id)).not.toBeNull()
  expect(sessions.find(other.id)).not.toBeNull()
})

test('ended sessions take no room', () => {
  let now = 0
  const sessions = new Sessions(() => now)
  for (let i = 0; i < 30; i++) {
    sessions.begin(`user-${i}`, 'read')
    now += 3 * 3600_000
  }
  expect(sessions.size).toBe(1)
})
