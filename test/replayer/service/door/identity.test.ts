import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { identityOf, parseRoleOfGroup } from '../../../../replayer/service/door/identity.ts'
import { createDatabase } from '../../../support/database.ts'
import { connectRaw } from '../../../support/raw-http.ts'
import { addTrustedProxy } from '../../../../wire/client-address.ts'
import { useService } from '../client.ts'
import { people } from './people.ts'

const database = await createDatabase()

const identity = {
  userField: 'x-forwarded-user',
  groupsField: 'x-forwarded-groups',
  roles: ['qa=read', 'dev=replay', 'cn=ops=admin'].map(parseRoleOfGroup),
}

function trusting(...addresses: string[]): BlockList {
  const list = new BlockList()
  for (const one of addresses) addTrustedProxy(list, one)
  return list
}

const behind = { identity, trustedProxies: trusting('127.0.0.0/8') }

test.each([
  ['qa', 'read'],
  ['dev, qa', 'replay'],
  ['other,cn=ops', 'admin'],
])('the groups %s make the role %s', async (groups, role) => {
  const { get } = await useService(database, {}, behind)
  const headers = { 'X-Forwarded-User': 'müller@example.com', 'X-Forwarded-Groups': groups }
  expect(await get('/api/session', headers)).toMatchObject({
    status: 200,
    body: { role, by: 'identity', ends_at: null },
  })
})

test('whoever is in no group that has a role is known, and may do nothing', async () => {
  const { get } = await useService(database, {}, behind)
  for (const groups of ['', 'other', 'QA', 'qa=read', '*']) {
    const headers = { 'X-Forwarded-User': 'eve', 'X-Forwarded-Groups': groups }
    const { status, body } = await get('/api/streams', headers)
    expect({ groups, status, code: body.code }).toStrictEqual({
      ...{ groups, status: 403, code: 'role_insufficient' },
    })
  }
})

test('* is everybody whom the proxy lets through, and nobody whom it does not name', async () => {
  const roles = [parseRoleOfGroup('*=read')]
  const rules = { ...identity, groupsField: null, roles }
  const { get } = await useService(database, {}, { ...behind, identity: rules })
  expect((await get('/api/streams', { 'X-Forwarded-User': 'anna' })).status).toBe(200)
  expect((await get('/api/streams', { 'X-Forwarded-User': '' })).status).toBe(401)
  expect((await get('/api/streams')).status).toBe(401)
})

test('nobody is believed who is not the proxy', async () => {
  const door = { identity, trustedProxies: trusting('192.0.2.1') }
  const { get } = await useService(database, {}, door)
  const headers = {
    ...{ 'X-Forwarded-User': 'eve', 'X-Forwarded-Groups': 'cn=ops' },
    ...{ 'X-Forwarded-For': '192.0.2.1', Forwarded: 'for=192.0.2.1' },
  }
  expect((await get('/api/streams', headers)).status).toBe(401)
})

test('a field that comes twice says nothing: one may be the client’s own', async () => {
  const { url } = await useService(database, {}, behind)
  const ask = async (...fields: string[]) => {
    const client = await connectRaw(url)
    const lines = ['GET /api/session HTTP/1.1', 'Host: localhost', 'Connection: close', ...fields]
    client.write(`${lines.join('\r\n')}\r\n\r\n`)
    return (await client.closed()).text.slice(9, 12)
  }
  const [user, groups] = ['X-Forwarded-User: anna', 'X-Forwarded-Groups: qa']
  expect(await ask(user, groups)).toBe('200')
  expect(await ask('x-forwarded-user: eve', user, groups)).toBe('401')
  expect(await ask(user, 'x-forwarded-groups: cn=ops', groups)).toBe('403')
})

test('what an identity may change is held against forgery, as a cookie is', async () => {
  const { send } = await useService(database, {}, behind)
  const user = { 'X-Forwarded-User': 'anna', 'X-Forwarded-Groups': 'cn=ops' }
  const clear = (headers: Record<string, string>) =>
    send('DELETE', '/api/streams/none/entries', { confirm: 'none' }, { ...user, ...headers })
  expect(await clear({ Origin: 'https://evil.example' })).toMatchObject({
    status: 403,
    body: { code: 'origin_refused' },
  })
  expect((await clear({})).status).toBe(403)
  expect(await clear({ 'Reprise-Request': '1' })).toMatchObject({
    status: 404,
    body: { code: 'stream_unknown' },
  })
})

test('a token is asked for where the proxy names nobody, and then counts', async () => {
  const { tokens, bearerOf } = people()
  const { get } = await useService(database, {}, { ...behind, tokens })
  expect((await get('/api/session')).status).toBe(401)
  const user = { 'X-Forwarded-User': 'anna', 'X-Forwarded-Groups': 'cn=ops' }
  const who = await get('/api/session', { ...bearerOf.read, ...user })
  expect(who.body).toMatchObject({ name: 'one-read', role: 'read', by: 'token' })
})

test('wrong tokens are counted by client, not by the proxy that they came through', async () => {
  const { tokens, bearerOf } = people()
  const { get } = await useService(database, {}, { tokens, trustedProxies: trusting('127.0.0.1') })
  const from = (address: string) => ({ 'X-Forwarded-For': address })
  const wrong = { Authorization: 'Bearer wrong' }
  for (let i = 0; i < 11; i++) await get('/api/streams', { ...wrong, ...from('192.0.2.7') })
  expect((await get('/api/streams', { ...bearerOf.read, ...from('192.0.2.7') })).status).toBe(429)
  expect((await get('/api/streams', { ...bearerOf.read, ...from('192.0.2.8') })).status).toBe(200)
  const invented = from('192.0.2.8, 192.0.2.7')
  expect((await get('/api/streams', { ...bearerOf.read, ...invented })).status).toBe(429)
})

test('with https before the proxy the cookie is for that host alone, and never without it', async () => {
  const { tokens, secretOf } = people()
  const { get, send } = await useService(database, {}, { ...behind, tokens })
  const https = { 'X-Forwarded-Proto': 'https' }
  const answer = await send('POST', '/api/session', { token: secretOf.read }, https)
  const [set = ''] = answer.headers.getSetCookie()
  expect(set).toMatch(
    /^__Host-reprise=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  const cookie = { Cookie: set.split(';')[0]! }
  expect((await get('/api/streams', { ...https, ...cookie })).status).toBe(200)
  const renamed = { Cookie: cookie.Cookie.replace('__Host-', '') }
  expect((await get('/api/streams', { ...https, ...renamed })).status).toBe(401)
})

test('names that no trail could hold are nobody’s', () => {
  const name = (value: string) => identityOf(identity, ['X-Forwarded-User', value])?.name
  expect(name('x'.repeat(201))).toBeUndefined()
  expect(name(Buffer.from('jörg').toString('latin1'))).toBe('jörg')
})
