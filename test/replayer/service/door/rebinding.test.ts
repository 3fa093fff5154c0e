import http from 'node:http'
import { once } from 'node:events'
import { onTestFinished, expect, test } from 'vitest'
import { openJournal } from '../../../../journal/postgres/journal.ts'
import { COLUMNS } from '../../../../replayer/service/entry-schemas.ts'
import { startService } from '../../../../replayer/service/service.ts'
import { createDatabase } from '../../../support/database.ts'
import { testSecrets } from '../../../support/secrets.ts'
import { NOTHING_SPECIAL, useService } from '../client.ts'
import { people } from './people.ts'

// A page of a name that was made to lead here is of this service's origin to a browser.

const database = await createDatabase()
const { tokens, bearerOf } = people()

async function statusFor(url: string, host: string, path = '/api/streams') {
  const request = http.get(`${url}${path}`, { headers: { Host: host, ...bearerOf.read } })
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  answer.resume()
  return answer.statusCode
}

const REBOUND = [
  'rebound.example.com',
  '127.0.0.1.example.com:8081',
  'localhost.example.com',
  'notlocalhost',
  'reprise.internal.example.com',
]

test.each(REBOUND)('on loopback nothing is served as %s', async (host) => {
  const { url } = await useService(database)
  for (const path of ['/api/streams', '/api/session', '/api/schema', '/health', '/']) {
    expect({ path, status: await statusFor(url, host, path) }).toStrictEqual({ path, status: 403 })
  }
})

test.each(['localhost:8081', '[::1]:8081', '127.0.0.1', 'LOCALHOST', 'reprise.internal:8081'])(
  'on loopback it is called %s',
  async (host) => {
    const { url } = await useService(database)
    expect(await statusFor(url, host)).toBe(200)
  },
)

test.each(['192.0.2.1', '[2001:db8::1]', 'example.com'])(
  'on loopback it has no other address: %s',
  async (host) => {
    const { url } = await useService(database)
    expect(await statusFor(url, host)).toBe(403)
  },
)

test('where others reach it, it is called by its addresses and the names that were named', async () => {
  const journal = openJournal({ url: database, secrets: testSecrets })
  const service = await startService({
    ...NOTHING_SPECIAL,
    ...{ host: '0.0.0.0', port: 0, version: '0', journal, isSecret: testSecrets.isSecret },
    allowedHosts: ['reprise.internal'],
    door: { tokens, identity: null, trustedProxies: null },
    defaults: { filter: {}, order: '-order', columns: COLUMNS },
  })
  onTestFinished(async () => {
    await service.close()
    await journal.close()
  })
  const url = `http://127.0.0.1:${new URL(service.url).port}`
  for (const host of ['192.0.2.1:8081', '[2001:db8::1]', 'localhost', 'Reprise.Internal:443']) {
    expect({ host, status: await statusFor(url, host) }).toStrictEqual({ host, status: 200 })
  }
  for (const host of REBOUND) {
    expect({ host, status: await statusFor(url, host) }).toStrictEqual({ host, status: 403 })
  }
})

test('whoever is refused is told how the name is allowed', async () => {
  const { url } = await useService(database)
  const request = http.get(`${url}/api/streams`, { headers: { Host: 'reprise.example.com' } })
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  let text = ''
  for await (const part of answer.setEncoding('utf8')) text += part
  expect(JSON.parse(text)).toMatchObject({
    code: 'host_refused',
    hint: 'if that is what it is called, name it: --allowed-hosts reprise.example.com',
  })
})
