import http from 'node:http'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createDatabase } from '../../../support/database.ts'
import { record } from '../../recording.ts'
import { useService, type Client } from '../client.ts'
import { people } from './people.ts'

// What a page of another site can make a browser send: it brings the cookie, or runs on this machine.

const database = await createDatabase()
const { tokens, secretOf, bearerOf } = people()

/** With fields that fetch would not let a test set. */
async function send(client: Client, method: string, path: string, headers: object, body: string) {
  const request = http.request(`${client.url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
  })
  request.end(body)
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
  answer.setEncoding('utf8')
  let text = ''
  for await (const part of answer) text += part
  return { status: answer.statusCode, text }
}

async function signedIn() {
  const client = await useService(database, {}, { tokens })
  const answer = await client.send('POST', '/api/session', { token: secretOf.admin })
  const cookie = { Cookie: answer.headers.getSetCookie()[0]!.split(';')[0]! }
  const [id] = await record(client.journal, 'forged', [{}])
  const label = (headers: object) =>
    send(client, 'PATCH', `/api/entries/${id}`, headers, '{"label": "forged"}')
  return { client, cookie, label }
}

const FOREIGN = [
  { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' },
  { 'Sec-Fetch-Site': 'same-site', Origin: 'http://127.0.0.1:3000' },
  { Origin: 'https://evil.example' },
  { Origin: 'http://127.0.0.1:1' },
  { Origin: 'null' },
  { Origin: '' },
  { Origin: 'https://evil.example', 'Reprise-Request': '1' },
]

test.each(FOREIGN)('is refused with the cookie of a session: %j', async (headers) => {
  const { label, cookie } = await signedIn()
  const { status, text } = await label({ ...cookie, ...headers })
  expect({ status, code: JSON.parse(text).code }).toStrictEqual({
    status: 403,
    code: 'origin_refused',
  })
})

test('is refused too where the request does not tell where it is from', async () => {
  const { label, cookie } = await signedIn()
  expect((await label(cookie)).status).toBe(403)
})

test('what comes from a page of this service is done', async () => {
  const { client, label, cookie } = await signedIn()
  const own = [
    { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://public.example' },
    { Origin: client.url },
    { 'Reprise-Request': '1' },
  ]
  for (const headers of own) {
    expect({ headers, ...(await label({ ...cookie, ...headers })) }).toMatchObject({ status: 200 })
  }
})

test('a token is no browser’s doing, wherever the page is from', async () => {
  const { label } = await signedIn()
  for (const headers of FOREIGN) {
    expect((await label({ ...bearerOf.admin, ...headers })).status).toBe(200)
  }
})

// No other site could read the answer, but how long it takes tells whether a search finds something.
test.each(FOREIGN)('another site does not look either: %j', async (headers) => {
  const { client, cookie } = await signedIn()
  const open = await useService(database)
  for (const path of ['/api/search?text=secret', '/api/live', '/metrics']) {
    const withSession = await send(client, 'GET', path, { ...cookie, ...headers }, '')
    const onThisMachine = await send(open, 'GET', path, headers, '')
    expect([withSession.status, onThisMachine.status]).toStrictEqual([403, 403])
  }
})

test('looking needs no word of where it is from, and its answer is for no other site', async () => {
  const { client, cookie } = await signedIn()
  const answer = await client.get('/api/streams', cookie)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
})

test('pages and documentation may be linked to from anywhere', async () => {
  const { client } = await signedIn()
  const link = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' }
  for (const path of ['/', '/entries/1', '/api/docs/swagger', '/api/schema', '/healthz']) {
    expect(await send(client, 'GET', path, link, '')).toMatchObject({ status: 200 })
  }
})

test('nobody is signed in by another site, as somebody else', async () => {
  const { client } = await signedIn()
  for (const headers of FOREIGN) {
    const body = JSON.stringify({ token: secretOf.read })
    expect((await send(client, 'POST', '/api/session', headers, body)).status).toBe(403)
  }
})

test.each(FOREIGN)('is refused where no credentials are set, too: %j', async (headers) => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'open', [{}])
  const path = `/api/entries/${id}`
  expect((await send(client, 'PATCH', path, headers, '{"label": "x"}')).status).toBe(403)
  expect((await send(client, 'PATCH', path, {}, '{"label": "x"}')).status).toBe(200)
})
