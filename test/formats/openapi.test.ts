import { expect, test } from 'vitest'
import { FOREIGN_WRITERS } from '../../replayer/formats/formats.ts'
import { body, type EntryChanges } from '../journal/entries.ts'
import { exported, written } from './exported.ts'

const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8']

function thing(
  id: number,
  asked: unknown,
  answered: unknown,
  changes: EntryChanges['request'] = {},
) {
  return exported(id, {
    request: {
      target: '/things',
      fields: JSON_TYPE,
      body: body(JSON.stringify(asked)),
      ...changes,
    },
    response: { fields: JSON_TYPE, body: body(JSON.stringify(answered)) },
  })
}

interface Document {
  paths: Record<string, Record<string, Record<string, unknown>>>
  components?: unknown
}

async function sketched(entries: readonly ReturnType<typeof exported>[]): Promise<Document> {
  const { text } = await written(FOREIGN_WRITERS.openapi, entries)
  return JSON.parse(text) as Document
}

test('paths, parameters and schemas are what the traffic has in common', async () => {
  const { paths } = await sketched([
    thing(1, { name: 'a', size: 1 }, { id: 'blue-box', made: '2026-01-15T12:00:00Z' }),
    thing(
      2,
      { name: 'b', tags: ['x'] },
      { id: 'red-box', made: '2026-01-15T12:00:01Z' },
      { target: '/things?dry=true' },
    ),
    thing(3, { name: null, size: 1.5 }, {}, { method: 'PUT', target: '/things/blue-box/parts/7' }),
    exported(4, {
      request: { method: 'DELETE', target: '/things/red-box', body: body('') },
      response: { status: 204, reason: '', body: body('') },
    }),
  ])
  expect(Object.keys(paths)).toEqual([
    '/things',
    '/things/{thingId}',
    '/things/{thingId}/parts/{partId}',
  ])
  expect(paths['/things']!.post).toEqual({
    operationId: 'postThings',
    parameters: [{ name: 'dry', in: 'query', required: false, schema: { type: 'boolean' } }],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            properties: {
              name: { type: 'string' },
              size: { type: 'integer' },
              tags: { type: 'array', items: { type: 'string' } },
            },
            required: ['name'],
          },
        },
      },
    },
    responses: {
      201: {
        description: 'Created',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: { id: { type: 'string' }, made: { type: 'string', format: 'date-time' } },
              required: ['id', 'made'],
            },
          },
        },
      },
    },
    'x-recorded': 2,
  })
  expect(paths['/things/{thingId}/parts/{partId}']!.put).toMatchObject({
    parameters: [
      { name: 'thingId', in: 'path' },
      { name: 'partId', in: 'path' },
    ],
  })
  expect(paths['/things/{thingId}']!.delete).toMatchObject({
    responses: { 204: { description: 'No Content' } },
  })
})

test('who asks is told by its kind, and no value of the traffic is in it', async () => {
  const secret = thing(1, { password: 'hush', by: { '17': 1, '18': 1 } }, 'plain', {
    fields: [...JSON_TYPE, 'Authorization', 'Bearer hush', 'X-Api-Key', 'hush'],
  })
  const document = await sketched([secret])
  expect(document.components).toEqual({
    securitySchemes: {
      'X-Api-Key': { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      bearer: { type: 'http', scheme: 'bearer' },
    },
  })
  expect(JSON.stringify(document)).not.toMatch(/hush|plain/)
  expect(document.paths['/things']!.post!.requestBody).toMatchObject({
    content: {
      'application/json': {
        schema: { properties: { by: { additionalProperties: { type: 'integer' } } } },
      },
    },
  })
})
