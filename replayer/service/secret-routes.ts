import { createRoute, z } from '@hono/zod-openapi'
import { SIDES } from '../../journal/entry.ts'
import { needs } from './door/needs.ts'
import { json, problemsOfOne } from './responses.ts'
import { EntrySecrets } from './entry-schemas.ts'
import { IdNumber } from './filter-schemas.ts'

// What only an admin is shown. Each is a POST: it leaves a trace in the audit trail.

const ofEntry = z.object({ id: IdNumber })

export const secretRoutes = {
  showSecrets: createRoute({
    ...needs('admin'),
    operationId: 'showSecrets',
    tags: ['Entries'],
    method: 'post',
    path: '/api/entries/{id}/secrets',
    summary: 'One entry with its secrets in clear',
    description:
      'Noted in the audit trail before it is answered. What was left out, or sealed with a key that is ' +
      'not known here, stays hidden.',
    request: { params: ofEntry },
    responses: { 200: json(EntrySecrets, 'What is hidden elsewhere.'), ...problemsOfOne },
  }),
  showSecretBody: createRoute({
    ...needs('admin'),
    operationId: 'showSecretBody',
    tags: ['Entries'],
    method: 'post',
    path: '/api/entries/{id}/secrets/{side}',
    summary: 'A recorded body as bytes, of any size, with its secrets in clear',
    description: 'As it was on the wire. Noted in the audit trail before it is answered.',
    request: { params: ofEntry.extend({ side: z.enum(SIDES) }) },
    responses: {
      200: {
        description: 'The bytes.',
        headers: z.object({ 'Content-Disposition': z.string() }),
        content: {
          'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
        },
      },
      ...problemsOfOne,
    },
  }),
}
