import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { connectRaw } from '../../support/raw-http.ts'
import { record } from '../recording.ts'
import { useService } from './client.ts'

const database = await createDatabase()

test.each([
  ['id__gte=', 'id__gte: expected a whole number'],
  ['id__gte=1e3', 'id__gte: expected a whole number'],
  ['id__gte=-1', 'id__gte: expected a whole number'],
  ['id__gte=99999999999999999999', 'id__gte: '],
  ['limit=0', 'limit: '],
  ['limit=1001', 'limit: '],
  ['limit=all', 'limit: expected a whole number'],
  ['order=best', 'order: '],
  ['columns=id,password', "got 'password'"],
  ['columns=', "got ''"],
  ['method=POST,', 'method: expected a word between the commas'],
  ['status=200-100', 'status: expected a status such as'],
  ['status=banana', 'status: expected a status such as'],
  ['verdict=guilty', 'verdict: expected one of'],
  ['path=nowhere', 'path: expected a path that begins with /'],
  ['since=yesterday', 'since: '],
  ['since=2026-13-45T00:00:00Z', 'since: '],
  ['after=garbage', 'after: expected what `next` said'],
  ['after=%00', 'after: expected what `next` said'],
  ['colour=red', 'colour'],
])('%s is refused with what was expected', async (query, expected) => {
  const { get } = await useService(database)
  const { status, type, body } = await get(`/api/entries?${query}`)
  expect({ status, type }).toStrictEqual({ status: 400, type: 'application/problem+json' })
  expect(body).toMatchObject({
    status: 400,
    code: 'input_invalid',
    title: expect.any(String) as string,
  })
  expect(body.detail).toContain(expected)
})

test('every wrong parameter is named in one answer', async () => {
  const { get } = await useService(database)
  const { body } = await get('/api/entries?limit=0&order=best&status=x')
  expect(body.detail).toMatch(/limit.*order|order.*limit/)
  expect(body.detail).toContain('status')
})

test.each([
  ['PATCH', '/api/entries/1', '{"label": 1}'],
  ['PATCH', '/api/entries/1', '{"label": ""}'],
  ['PATCH', '/api/entries/1', '{"label": "x", "extra": 1}'],
  ['PATCH', '/api/entries/1', '{"label": '],
  ['PATCH', '/api/entries/1', ''],
  ['PATCH', '/api/entries/1', 'null'],
  ['PATCH', '/api/entries/1', '[]'],
  ['PATCH', '/api/entries/1', JSON.stringify({ label: 'x'.repeat(201) })],
  ['PATCH', '/api/entries/abc', '{"label": "x"}'],
  ['PATCH', '/api/entries?stream=garbage', '{"label": "a\\u0000b"}'],
  ['DELETE', '/api/streams/%00/entries', '{"confirm": "\\u0000"}'],
  ['DELETE', '/api/streams/%zz/entries', '{"confirm": "%zz"}'],
])('%s %s with %s is the sender’s fault, not ours', async (method, path, body) => {
  const { send, journal } = await useService(database)
  await record(journal, 'garbage', [{}])
  const answer = await send(method, path, body)
  expect(answer.type).toBe('application/problem+json')
  expect([400, 404]).toContain(answer.status)
})

test.each(['stream=%00', 'label=a%00b', 'path=/%00', 'method=%00'])(
  'what no text of PostgreSQL can be matches nothing: %s',
  async (query) => {
    const { get } = await useService(database)
    expect(await get(`/api/entries?${query}`)).toMatchObject({ status: 200, body: { entries: [] } })
  },
)

test('a body of another type than JSON is refused', async () => {
  const { url } = await useService(database)
  const answer = await fetch(`${url}/api/entries/1`, { method: 'PATCH', body: 'label=x' })
  expect(answer.status).toBe(415)
  expect(await answer.json()).toMatchObject({ code: 'input_invalid' })
})

test('a path pattern that PostgreSQL cannot take is refused, not an error of ours', async () => {
  const { get } = await useService(database)
  const { status } = await get(`/api/entries?path=/${'*a?'.repeat(4_000)}`)
  expect([200, 400]).toContain(status)
})

test('what is at no address is a problem too', async () => {
  const { get, send } = await useService(database)
  for (const answer of [await get('/nothing'), await send('POST', '/api/nothing', {})]) {
    expect(answer).toMatchObject({
      ...{ status: 404, type: 'application/problem+json', body: { code: 'address_unknown' } },
    })
  }
})

test('an address says which methods it takes, a page and its files too', async () => {
  const { send } = await useService(database)
  for (const [path, allow] of [
    ['/api/entries', 'GET, PATCH, HEAD, OPTIONS'],
    ['/', 'GET, HEAD, OPTIONS'],
    ['/assets/none.js', 'GET, HEAD, OPTIONS'],
  ] as const) {
    const answer = await send('DELETE', path, {})
    expect(answer).toMatchObject({ status: 405, body: { code: 'method_refused' } })
    expect(answer.headers.get('allow')).toBe(allow)
  }
})

test.each(['attempts', 'aliases'])('a place in a run has a bound of its own: %s', async (what) => {
  const { get } = await useService(database)
  expect(await get(`/api/runs/1/${what}?after=2147483648`)).toMatchObject({
    ...{ status: 400, body: { detail: expect.stringMatching(/^after: .*2147483647/) as string } },
  })
})

test('PostgreSQL away is a problem of status 503', async () => {
  const { get } = await useService('postgres://nobody@127.0.0.1:1/none')
  expect(await get('/api/entries')).toMatchObject({
    status: 503,
    type: 'application/problem+json',
    body: { code: 'journal_unreachable' },
  })
  expect((await get('/health')).status).toBe(200)
})

test.each([
  'GET /api/entries HTTP/1.1\r\nHost: a b\r\n\r\n',
  'GET //[ HTTP/1.1\r\nHost: ::\r\n\r\n',
])('a head that makes no URL is refused: %j', async (head) => {
  const { url } = await useService(database)
  const client = await connectRaw(url)
  client.write(head)
  expect(await client.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 4\d\d /)
})
