import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { plainAnswer, startRawOrigin } from '../../support/raw-http.ts'
import { record, replayed } from '../recording.ts'
import { isKnown } from '../../../replayer/service/tags.ts'
import { useService } from './client.ts'

const database = await createDatabase()

test('what a client has already is not sent again, until it changes', async () => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'tagged', [{ body: 'asked' }])
  const origin = await startRawOrigin(() => plainAnswer('', '201 Made'))
  const { run } = await replayed(
    client.journal,
    { stream: 'tagged' },
    { target: new URL(origin.url) },
  )
  const body = `/api/entries/${id}/bodies/request`
  for (const path of [
    `/api/entries/${id}`,
    `/api/runs/${run}`,
    body,
    '/api/schema',
    '/api/docs/swagger.js',
  ]) {
    const first = await client.get(path)
    const tag = first.headers.get('etag')!
    expect({ path, status: first.status, tag }).toMatchObject({
      ...{ status: 200, tag: expect.stringMatching(/^(W\/)?"[^"]+"$/) as string },
    })
    const again = await client.get(path, { 'If-None-Match': tag })
    expect({
      path,
      status: again.status,
      body: again.body,
      tag: again.headers.get('etag'),
    }).toEqual({
      ...{ path, status: 304, body: '', tag },
    })
    expect((await client.get(path, { 'If-None-Match': '"another"' })).status).toBe(200)
  }
  const before = (await client.get(`/api/entries/${id}`)).headers.get('etag')!
  await client.send('PATCH', `/api/entries/${id}`, { label: 'new' })
  const changed = await client.get(`/api/entries/${id}`, { 'If-None-Match': before })
  expect(changed).toMatchObject({ status: 200, body: { label: 'new' } })
})

test('a page that is kept keeps its policy', async () => {
  const { get } = await useService(database)
  for (const path of ['/', '/runs', '/api/docs/swagger', '/theme.js']) {
    const { headers } = await get(path)
    const again = await get(path, { 'If-None-Match': headers.get('etag')! })
    const policy = again.headers.get('content-security-policy')
    expect({ path, status: again.status, policy }).toEqual({ path, status: 304, policy: null })
    expect(again.headers.get('cache-control')).toBe('no-cache')
  }
})

test('a body has another tag for each form of it', async () => {
  const client = await useService(database)
  const [id] = await record(client.journal, 'forms', [{ body: 'asked' }])
  const path = `/api/entries/${id}/bodies`
  const tags = await Promise.all(
    ['request', 'request?coding=undone', 'response'].map(async (form) =>
      (await client.get(`${path}/${form}`)).headers.get('etag'),
    ),
  )
  expect(new Set(tags).size).toBe(3)
})

test.each([
  [undefined, false],
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['*', true],
  ['"b"', false],
  ['a', false],
  ['', false],
])('If-None-Match %s: known %s', (field, known) => {
  expect(isKnown('"a"', field)).toBe(known)
})
