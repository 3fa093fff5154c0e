import { afterEach, expect, test } from 'vitest'
import { createDatabase } from '../../../support/database.ts'
import { plainAnswer, startRawOrigin } from '../../../support/raw-http.ts'
import { DEFAULT_RULES } from '../../../../replayer/compare/rules.ts'
import { record, replayed } from '../../recording.ts'
import { useService } from '../client.ts'

// Names of Object's own, wherever a client or a recording may put them: they are names like others, and
// nothing that they carry is to be found on anything else.

const database = await createDatabase()
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']

const OWN = Object.getOwnPropertyNames(Object.prototype)
afterEach(() => {
  const now = Object.getOwnPropertyNames(Object.prototype)
  const added = now.filter((name) => !OWN.includes(name))
  if (added.length > 0) throw new Error(`every object has ${added.join(', ')}`)
})

test.each(NAMES)('a body of the API with %s is not as expected', async (name) => {
  const { send, journal } = await useService(database)
  const [id] = await record(journal, 'bodies', [{}])
  const carried = `"${name}":{"polluted":true,"confirm":"bodies","label":"polluted"}`
  for (const [method, path, body] of [
    ['PATCH', `/api/entries/${id}`, `{"label":"x",${carried}}`],
    ['PATCH', `/api/entries/${id}`, `{${carried}}`],
    ['DELETE', '/api/streams/bodies/entries', `{${carried}}`],
    ['POST', '/api/plans', `{"stream":"bodies",${carried}}`],
    ['POST', '/api/plans', `{"stream":"bodies","filter":{${carried}}}`],
    ['POST', '/api/session', `{"token":"x",${carried}}`],
  ] as const) {
    const { status } = await send(method, path, body)
    expect({ path, body, status }).toEqual({ path, body, status: 400 })
  }
  expect((await journal.entry(id!)).label).toBeNull()
})

test.each(NAMES)('a parameter named %s is none', async (name) => {
  const { get } = await useService(database)
  for (const query of [`${name}=1`, `${name}[polluted]=1`, `${name}.polluted=1`]) {
    expect({ query, status: (await get(`/api/entries?${query}`)).status }).toMatchObject({
      status: 400,
    })
  }
})

test.each(NAMES)('a stream, a user and a label may be called %s', async (name) => {
  const client = await useService(database)
  const [id] = await record(client.journal, name, [
    { sender: { user: name }, fields: [name, name] },
  ])
  await client.send('PATCH', `/api/entries/${id}`, { label: name })
  const query = `stream=${name}&label=${name}&user=${name}`
  const { body } = await client.get(`/api/entries?${query}`)
  expect(body.entries).toMatchObject([
    { id, stream: name, label: name, user_name: name, request_headers: [[name, name]] },
  ])
  const { body: all } = await client.get('/api/streams')
  expect(all.streams).toContainEqual(expect.objectContaining({ stream: name, entries: 1 }))
  const cleared = await client.send('DELETE', `/api/streams/${name}/entries`, { confirm: name })
  expect(cleared).toMatchObject({ status: 200, body: { removed: 1 } })
})

test.each(NAMES)('recorded JSON with %s is replayed and compared like any other', async (name) => {
  const { journal, get } = await useService(database)
  const json = (of: string) => `{"id":"one-${of}","${name}":{"polluted":"${of}"}}`
  const fields = ['Host', 'a.test', 'Content-Type', 'application/json']
  const stream = `json ${name}`
  await record(journal, stream, [
    { fields, body: json('asked'), answerFields: fields.slice(2), answerBody: json('recorded') },
    { fields, body: json('recorded'), target: '/two' },
  ])
  const origin = await startRawOrigin(({ target }) =>
    target === '/two'
      ? plainAnswer('', '201 Made')
      : plainAnswer(json('came'), '201 Made', 'Content-Type: application/json\r\n'),
  )
  const { run } = await replayed(
    journal,
    { stream },
    { target: new URL(origin.url), compare: DEFAULT_RULES },
  )
  expect(origin.requests[0]!.body.toString()).toBe(json('asked'))
  const { body } = await get(`/api/runs/${run}/attempts`)
  expect(body.attempts).toHaveLength(2)
  expect(JSON.stringify(body.attempts[0].differences)).toContain(`/${name}/polluted`)
})
