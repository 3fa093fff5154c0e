import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { ACTIONS, MEANS, type DeedStore } from '../../../journal/deed.ts'
import { IdNumber, list, PageSize, StreamName, wordAmong } from '../filter-schemas.ts'
import { problems } from '../responses.ts'
import { deedView, withoutAbsent } from '../views.ts'
import type { DoorEnv } from './caller.ts'
import { needs } from './needs.ts'

export const DeedView = z
  .object({
    id: z.number().int().openapi({ description: 'Hand the last one back as `before`.' }),
    at: z.string().openapi({ format: 'date-time' }),
    who: z.string().nullable(),
    role: z.string().nullable(),
    means: z.enum(MEANS).openapi({ description: 'How it is known who it was.' }),
    address: z.string().nullable(),
    action: z.enum(ACTIONS),
    stream: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
  })
  .openapi('Deed', { description: 'Noted before it was done: it may have failed.' })

const listDeeds = createRoute({
  ...needs('admin'),
  operationId: 'listDeeds',
  tags: ['Audit trail'],
  method: 'get',
  path: '/api/audit-trail',
  summary: 'Who changed what, when and from where, the newest first',
  request: {
    query: z.strictObject({
      who: z.string().max(200).optional().openapi({ description: 'Whoever is called exactly so.' }),
      action: list(wordAmong(ACTIONS), 'Deeds.', 'settle,replay'),
      stream: StreamName.optional(),
      before: IdNumber.optional(),
      limit: PageSize,
    }),
  },
  responses: {
    200: {
      description: 'One page.',
      content: { 'application/json': { schema: z.object({ deeds: z.array(DeedView) }) } },
    },
    ...problems,
  },
})

export function addTrail(api: OpenAPIHono<DoorEnv>, store: DeedStore): void {
  api.openapi(listDeeds, async (c) => {
    const { who, action, stream, before, limit } = c.req.valid('query')
    const filter = { who, actions: action, stream, before }
    const deeds = await store.deeds({ limit, ...withoutAbsent(filter) })
    return c.json({ deeds: deeds.map(deedView) }, 200)
  })
}
