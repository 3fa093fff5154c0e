import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { people } from './door/people.ts'
import { useService } from './client.ts'

const database = await createDatabase()

test('each address under /api stands under its version too', async () => {
  const { get, send } = await useService(database)
  for (const path of ['streams', 'entries?limit=1', 'runs', 'schema', 'entries/999999']) {
    const [latest, first] = [await get(`/api/${path}`), await get(`/api/v1/${path}`)]
    expect([first.status, first.body]).toStrictEqual([latest.status, latest.body])
  }
  expect(await send('POST', '/api/v1/plans', { stream: 'none' })).toMatchObject({
    ...{ status: 404, body: { code: 'stream_unknown' } },
  })
  expect((await get('/api/schema')).body.info.description).toContain('/api/v1')
})

test.each(['/api/v2/streams', '/api/v1/v1/streams', '/api/v1/api/streams', '/api/v10/streams'])(
  'what is no version is nothing: %s',
  async (path) => {
    const { get } = await useService(database)
    expect(await get(path)).toMatchObject({ status: 404, body: { code: 'address_unknown' } })
  },
)

test('the door is before it as before the other', async () => {
  const { tokens, secretOf, bearerOf } = people()
  const { get, send } = await useService(database, {}, { tokens })
  expect((await get('/api/v1/streams')).status).toBe(401)
  expect((await get('/api/v1/audit-trail', bearerOf.read)).status).toBe(403)
  expect((await get('/api/v1/streams', bearerOf.read)).status).toBe(200)
  expect((await send('POST', '/api/v1/session', { token: secretOf.read })).status).toBe(200)
})
