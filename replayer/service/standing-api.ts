import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Journal } from '../../journal/contract.ts'
import { audit, type SpoolSlot } from '../audit.ts'
import type { DoorEnv } from './door/caller.ts'
import type { TakeLongLook } from './door/long-looks.ts'
import { needs } from './door/needs.ts'
import { always, json, problems } from './responses.ts'
import * as schemas from './standing-schemas.ts'
import { auditView, recorderView, sizeView } from './standing-views.ts'

export interface StandingApiOptions {
  journal: Journal
  spools: (stream?: string) => Promise<SpoolSlot[]>
}

const ofStream = { query: z.strictObject({ stream: z.string().optional() }) }

const routes = {
  recorders: createRoute({
    ...needs('read'),
    operationId: 'listRecorders',
    tags: ['Journal'],
    method: 'get',
    path: '/api/recorders',
    summary: 'Who records, and who did',
    request: ofStream,
    responses: {
      200: json(
        z.object({ recorders: z.array(schemas.RecorderView) }),
        'Those that have not ended first; a thousand at most.',
      ),
      ...problems,
    },
  }),
  size: createRoute({
    ...needs('read'),
    operationId: 'readSize',
    tags: ['Journal'],
    method: 'get',
    path: '/api/size',
    summary: 'How much the journal takes of the disk, by week',
    responses: { 200: json(schemas.SizeView, 'In bytes.'), ...always },
  }),
  audit: createRoute({
    ...needs('read'),
    operationId: 'audit',
    tags: ['Journal'],
    method: 'get',
    path: '/api/audit',
    summary: 'The sum of each recorder, which proves that nothing is missing',
    description: 'Reads every entry and holds every body against its digest: that takes its time.',
    request: ofStream,
    responses: { 200: json(schemas.AuditView, 'The sum.'), ...problems },
  }),
}

/** How things stand: who records, what is missing, how large it is. */
export function addStandingApi(
  api: OpenAPIHono<DoorEnv>,
  { journal, spools }: StandingApiOptions,
  takeLongLook: TakeLongLook,
): void {
  api.openapi(routes.recorders, async (c) => {
    const { stream } = c.req.valid('query')
    return c.json({ recorders: (await journal.standings(stream)).map(recorderView) }, 200)
  })
  api.openapi(routes.size, async (c) => {
    return c.json(sizeView(await journal.size()), 200)
  })
  api.openapi(routes.audit, async (c) => {
    const { stream } = c.req.valid('query')
    const proven = await takeLongLook(c, async () => {
      // Before the journal: what is moved to it in the meantime is found there.
      const slots = await spools(stream)
      return audit(await journal.audit(stream), slots)
    })
    return proven instanceof Response ? (proven as never) : c.json(auditView(proven), 200)
  })
}
