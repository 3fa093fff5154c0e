import { expect, test } from 'vitest'
import { createDatabase } from '../../support/database.ts'
import { connectRaw } from '../../support/raw-http.ts'
import { useService } from './client.ts'

const database = await createDatabase()

interface Document {
  openapi: string
  info: { version: string }
  paths: Record<string, Record<string, Operation>>
}

interface Operation {
  operationId?: string
  parameters?: { name: string; in: string; required?: boolean; schema: { type?: string } }[]
  responses: Record<string, unknown>
}

async function documentOf(): Promise<Document> {
  const { get } = await useService(database)
  const { status, body } = await get('/api/schema')
  expect(status).toBe(200)
  return body as Document
}

/** What any of them answers where it is not even looked at what is asked. */
const OF_ANY = ['403', '411', '413', '429']

function besides(responses: Operation['responses']): string[] {
  const statuses = Object.keys(responses)
  expect(statuses).toEqual(expect.arrayContaining(OF_ANY))
  return statuses.filter((status) => !OF_ANY.includes(status))
}

test('the document is OpenAPI 3.1 and names every route with its answers', async () => {
  const { openapi, info, paths } = await documentOf()
  expect({ openapi, version: info.version }).toStrictEqual({
    openapi: '3.1.0',
    version: '0.0.0-test',
  })
  const answers = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, { responses }]) => `${method} ${path}: ${besides(responses).join(' ')}`,
    ),
  )
  expect(answers.sort()).toStrictEqual([
    'delete /api/session: 204 401 503',
    'delete /api/streams/{stream}/checkpoints/{number}: 200 400 401 404 503',
    'delete /api/streams/{stream}/entries: 200 400 401 404 415 503',
    'get /api/audit-trail: 200 400 401 503',
    'get /api/audit: 200 400 401 503',
    'get /api/entries/{id}/attempts: 200 400 401 404 503',
    'get /api/entries/{id}/bodies/{side}: 200 304 400 401 404 503',
    'get /api/entries/{id}/copies/{form}: 200 400 401 404 503',
    'get /api/entries/{id}: 200 304 400 401 404 503',
    'get /api/entries: 200 400 401 503',
    'get /api/epochs/events: 200 401 503',
    'get /api/epochs: 200 401 503',
    'get /api/labels: 200 400 401 503',
    'get /api/live: 200 400 401 503',
    'get /api/recorders: 200 400 401 503',
    'get /api/runs/{id}/against/{other}: 200 400 401 404 503',
    'get /api/runs/{id}/aliases: 200 400 401 404 503',
    'get /api/runs/{id}/attempts: 200 400 401 404 503',
    'get /api/runs/{id}/entries/{entry}/values: 200 400 401 404 503',
    'get /api/runs/{id}/events: 200 400 401 404 503',
    'get /api/runs/{id}: 200 304 400 401 404 503',
    'get /api/runs: 200 400 401 503',
    'get /api/search: 200 400 401 503',
    'get /api/session: 200 401',
    'get /api/size: 200 401 503',
    'get /api/streams/{stream}/checkpoints: 200 400 401 503',
    'get /api/streams/{stream}/epochs: 200 400 401 503',
    'get /api/streams/{stream}/verified-rules: 200 400 401 503',
    'get /api/streams: 200 401 503',
    'get /api/timeline: 200 400 401 503',
    'get /health: 200',
    'get /healthz: 200',
    'get /metrics: 200 401',
    'get /problems: 200',
    'get /readyz: 200 503',
    'patch /api/entries/{id}: 200 400 401 404 415 503',
    'patch /api/entries: 200 400 401 415 503',
    'post /api/entries/{id}/secrets/{side}: 200 400 401 404 503',
    'post /api/entries/{id}/secrets: 200 400 401 404 503',
    'post /api/plans: 200 400 401 404 415 503',
    'post /api/runs/{id}/continue: 200 400 401 404 409 503',
    'post /api/runs/{id}/pause: 200 400 401 404 409 503',
    'post /api/runs/{id}/resume: 200 400 401 404 409 415 503',
    'post /api/runs/{id}/stop: 200 400 401 404 409 503',
    'post /api/runs: 201 400 401 404 409 415 503',
    'post /api/session: 200 400 401 415 503',
    'post /api/streams/{stream}/checkpoints: 201 400 401 404 415 503',
    'post /api/streams/{stream}/epochs/{number}/open: 200 400 401 404 409 503',
    'post /api/streams/{stream}/epochs/{number}/restore: 202 400 401 404 409 415 503',
    'post /api/streams/{stream}/epochs/{number}/retry: 200 400 401 404 409 503',
    'post /api/streams/{stream}/epochs: 201 400 401 404 415 503',
    'put /api/entries/{id}/settlement: 200 400 401 404 409 415 503',
    'put /api/streams/{stream}/settlement: 200 400 401 404 415 503',
  ])
})

test('each operation has an id of its own, and no reference is loose', async () => {
  const document = await documentOf()
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  const ids = operations.map((operation) => operation.operationId)
  expect(ids).not.toContain(undefined)
  expect(new Set(ids).size).toBe(operations.length)
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)]
  expect(references.length).toBeGreaterThan(0)
  for (const [, pointer] of references) {
    const found = pointer!
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document)
    expect({ pointer, found }).toMatchObject({ found: expect.anything() as unknown })
  }
})

test('every parameter says its type, and whether it must be there', async () => {
  const { paths } = await documentOf()
  const parameters = Object.values(paths)
    .flatMap((operations) => Object.values(operations))
    .flatMap((operation) => operation.parameters ?? [])
  for (const { name, in: place, required, schema } of parameters) {
    expect({ name, type: schema.type }).toMatchObject({ type: expect.any(String) as string })
    // A search without a text is none.
    expect({ name, required: required ?? false }).toStrictEqual({
      name,
      required: place === 'path' || (name === 'text' && required === true),
    })
  }
  const types = new Map(
    parameters.map(({ name, in: place, schema }) => [
      place === 'path' ? `{${name}}` : name,
      schema.type,
    ]),
  )
  expect(Object.fromEntries(types)).toMatchObject({
    '{id}': 'integer',
    id__gte: 'integer',
    limit: 'integer',
    method: 'string',
    since: 'string',
  })
})

test('both pages and what they load are served from the package alone', async () => {
  const { get } = await useService(database)
  for (const page of ['swagger', 'redoc']) {
    const { status, type, body } = await get(`/api/docs/${page}`)
    expect({ status, type }).toMatchObject({
      status: 200,
      type: expect.stringMatching('text/html'),
    })
    const loaded = [...(body as string).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url!)
    const files = loaded.filter((url) => !url.startsWith('data:'))
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) {
      expect(file).toMatch(/^[a-z-]+(\.[a-z]+)+$/)
      expect(await get(`/api/docs/${file}`)).toMatchObject({ status: 200 })
    }
  }
})

test('/api/docs leads to one of them', async () => {
  const { url } = await useService(database)
  const answer = await fetch(`${url}/api/docs`)
  await answer.text()
  expect(answer).toMatchObject({ status: 200, url: `${url}/api/docs/swagger` })
})

test.each([
  '/api/docs/../../package.json',
  '/api/docs/%2e%2e%2fpackage.json',
  '/api/docs/%2e%2e%2f%2e%2e%2fpackage.json',
  '/api/docs/..%2f..%2fpackage.json',
  '/api/docs/..%5c..%5cpackage.json',
  '/api/docs/%252e%252e%252fpackage.json',
  '/api/docs/....//package.json',
  '/api/docs//etc/passwd',
  '/api/docs/%2fetc%2fpasswd',
  '/api/docs/..',
  '/api/docs/%2e%2e',
  '/api/docs/.',
  '/api/docs/%00',
  '/api/docs/swagger.html%00.js',
  '/api/docs/package.json',
])('no path leads out of the folder: %s', async (path) => {
  const { url } = await useService(database)
  const client = await connectRaw(url)
  client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  const { text } = await client.closed()
  expect(text).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(text).not.toMatch(/"name": "reprise"|root:/)
})
