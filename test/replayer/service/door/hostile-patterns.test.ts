import { expect, test } from 'vitest'
import { createDatabase } from '../../../support/database.ts'
import { record } from '../../recording.ts'
import { useService, type Client } from '../client.ts'

// Patterns and fields that would keep a matcher busy which tries again and again (ReDoS): each is
// answered about as soon as any other.

const database = await createDatabase()

/** In ms; what tries again takes hours of the processor. */
const SOON = 30_000

async function soon(what: () => Promise<unknown>) {
  const began = performance.now()
  await what()
  expect(performance.now() - began).toBeLessThan(SOON)
}

async function withLongTargets(stream: string): Promise<Client> {
  const client = await useService(database)
  const long = `/${'a'.repeat(8_000)}`
  await record(client.journal, stream, [{ target: `${long}!` }, { target: long, body: long }])
  return client
}

const STARS = `/${'*a'.repeat(16)}b`

test.each([
  ['path', STARS],
  ['excluded_path', STARS],
  ['path', `/${'**'.repeat(8)}${'a'.repeat(400)}b`],
  ['path', `/${'?'.repeat(490)}b`],
  ['path', Array.from({ length: 19 }, () => STARS).join()],
  ['text', '%_'.repeat(100)],
  ['text', `${'a'.repeat(199)}b`],
  ['text', '\\'.repeat(200)],
  ['status', Array.from({ length: 50 }, () => '100-599').join()],
])('a filter by %s %j', async (name, value) => {
  const { get } = await withLongTargets('filtered')
  const query = `stream=filtered&${name}=${encodeURIComponent(value)}`
  for (const path of ['/api/entries', '/api/timeline']) {
    await soon(async () => expect([200, 400]).toContain((await get(`${path}?${query}`)).status))
  }
})

test('lanes', async () => {
  const { send } = await withLongTargets('laned')
  const lanes = Array.from(
    { length: 50 },
    (_, i) => `/${'*'.repeat(1 + (i % 3))}:id/${'a'.repeat(i)}`,
  )
  const wish = { stream: 'laned', lanes, filter: { path: STARS.slice(0, -1) } }
  await soon(async () =>
    expect([200, 400]).toContain((await send('POST', '/api/plans', wish)).status),
  )
  const named = { stream: 'laned', lanes: [`/${':a'.repeat(200)}`, `/${'a'.repeat(400)}:id`] }
  await soon(async () =>
    expect([200, 400]).toContain((await send('POST', '/api/plans', named)).status),
  )
})

const LONG = 14_000

test.each([
  ['Authorization', `Bearer${' '.repeat(LONG)}a b`],
  ['Authorization', `Bearer ${'a '.repeat(LONG / 2)}`],
  ['Cookie', 'reprise='.repeat(LONG / 8)],
  ['Cookie', 'a=b; '.repeat(LONG / 5)],
  ['If-None-Match', 'W/,'.repeat(LONG / 3)],
  ['If-None-Match', `${' '.repeat(LONG)}"`],
  ['Accept', 'text/plain;q=0.1,'.repeat(LONG / 17)],
  ['traceparent', `00-${'a'.repeat(LONG)}`],
  ['X-Request-Id', `${'a'.repeat(LONG)}!`],
  ['Origin', `http://${'a.'.repeat(LONG / 2)}`],
  ['X-Forwarded-For', '1,'.repeat(LONG / 2)],
  ['Accept-Encoding', 'gzip;q=0.1,'.repeat(LONG / 11)],
])('a field %s of many characters', async (name, value) => {
  const { get } = await useService(database)
  for (const path of ['/api/entries/1', '/metrics', '/api/schema', '/']) {
    await soon(async () => expect((await get(path, { [name]: value })).status).toBeLessThan(500))
  }
})
