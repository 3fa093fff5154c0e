import { expect, test } from 'vitest'
import { ROLES, type Role } from '../../../../replayer/service/door/role.ts'
import { createDatabase } from '../../../support/database.ts'
import { record } from '../../recording.ts'
import { useService } from '../client.ts'
import { people } from './people.ts'

const database = await createDatabase()

interface Operation {
  security?: Record<string, Role[]>[]
}

/** Every operation of the document, with what its path takes filled in. */
async function operations(get: (path: string) => Promise<{ body: unknown }>) {
  const { paths } = (await get('/api/schema')).body as {
    paths: Record<string, Record<string, Operation>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({
      method: method.toUpperCase(),
      path: path.replace('{side}', 'request').replaceAll(/\{\w+\}/g, '1'),
      needed: security?.[0]?.['token']?.[0],
      security,
    })),
  )
}

test('the document says of every operation which role it needs, but of those that need none', async () => {
  const { get } = await useService(database)
  const { body } = await get('/api/schema')
  expect(body.components.securitySchemes).toMatchObject({
    token: { type: 'http', scheme: 'bearer' },
    session: { type: 'apiKey', in: 'cookie', name: 'reprise' },
  })
  const open = (await operations(get)).filter(({ needed }) => needed === undefined)
  expect(open.map(({ method, path }) => `${method} ${path}`)).toStrictEqual([
    'POST /api/session',
    'GET /health',
    'GET /healthz',
    'GET /problems',
    'GET /readyz',
  ])
})

test('nothing of the API is done for whoever shows no token, whatever the route', async () => {
  const { get, send } = await useService(database, {}, people())
  for (const { method, path } of (await operations(get)).filter(({ needed }) => needed)) {
    const answer = method === 'GET' ? await get(path) : await send(method, path, {})
    expect({ method, path, ...answer }).toMatchObject({
      status: 401,
      type: 'application/problem+json',
      body: { code: 'credentials_missing' },
    })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="reprise"')
  }
  for (const path of ['/api/nothing', '/api', '/api/', '/api/entries/', '/api/schema/x']) {
    expect({ path, status: (await get(path)).status }).not.toMatchObject({ status: 200 })
  }
})

test('each route is refused to the roles below the one it names, and to no other', async () => {
  const { tokens, bearerOf } = people()
  const { get, send, url } = await useService(database, {}, { tokens })
  /** Of what goes on for as long as somebody listens. */
  const opened = async (path: string, headers: Record<string, string>) => {
    const listening = new AbortController()
    const answer = await fetch(url + path, { headers, signal: listening.signal })
    listening.abort()
    return { status: answer.status, headers: answer.headers, body: null }
  }
  for (const { method, path, needed } of await operations(get)) {
    if (needed === undefined) continue
    for (const role of ROLES) {
      const answer =
        method === 'GET'
          ? await (/live$|events$/.test(path) ? opened : get)(path, bearerOf[role])
          : await send(method, path, '', bearerOf[role])
      const isAllowed = ROLES.indexOf(role) >= ROLES.indexOf(needed)
      expect({ method, path, role, refused: answer.status === 403 }).toStrictEqual({
        ...{ method, path, role, refused: !isAllowed },
      })
      if (isAllowed) continue
      expect(answer.body).toMatchObject({ code: 'role_insufficient' })
      expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope')
    }
  }
})

test('who may only look cannot change anything', async () => {
  const { tokens, bearerOf } = people()
  const { journal, send } = await useService(database, {}, { tokens })
  const [id] = await record(journal, 'kept', [{}])
  await send('PATCH', `/api/entries/${id}`, { label: 'x' }, bearerOf.read)
  await send('DELETE', '/api/streams/kept/entries', { confirm: 'kept' }, bearerOf.replay)
  expect(await journal.entry(id!)).toMatchObject({ label: null })
  expect(await send('PATCH', `/api/entries/${id}`, { label: 'x' }, bearerOf.replay)).toMatchObject({
    status: 200,
  })
  const cleared = await send(
    'DELETE',
    '/api/streams/kept/entries',
    { confirm: 'kept' },
    bearerOf.admin,
  )
  expect(cleared).toMatchObject({ status: 200, body: { removed: 1 } })
})

test('where no credentials are set, this machine may do everything', async () => {
  const { journal, get, send } = await useService(database)
  await record(journal, 'open', [{}])
  expect((await get('/api/streams')).status).toBe(200)
  const cleared = await send('DELETE', '/api/streams/open/entries', { confirm: 'open' })
  expect(cleared).toMatchObject({ status: 200, body: { removed: 1 } })
})

test('health and the documentation need no credentials, and hold nothing of the journal', async () => {
  const { journal, get } = await useService(database, {}, people())
  await record(journal, 'planted-stream', [{ target: '/planted' }])
  for (const path of ['/health', '/api/schema', '/api/docs/swagger', '/api/docs/swagger.js']) {
    const { status, body } = await get(path)
    expect({ path, status }).toStrictEqual({ path, status: 200 })
    expect(JSON.stringify(body)).not.toContain('planted')
  }
})
