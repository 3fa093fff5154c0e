import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Journal } from '../../journal/contract.ts'
import { showSecrets } from '../showing-secrets.ts'
import { actorOf, type DoorEnv } from './door/caller.ts'
import { recordedBytes } from './responses.ts'
import { secretRoutes as routes } from './secret-routes.ts'
import { secretsView } from './views.ts'

/** Shows secrets to whoever may see them, and says so in the audit trail first. */
export function addSecrets(api: OpenAPIHono<DoorEnv>, journal: Journal): void {
  api.openapi(routes.showSecrets, async (c) => {
    const { id } = c.req.valid('param')
    const entry = await showSecrets(journal, id, 'entry', actorOf(c.get('caller')))
    return c.json(secretsView(entry), 200)
  })
  api.openapi(routes.showSecretBody, async (c) => {
    const { id, side } = c.req.valid('param')
    const entry = await showSecrets(journal, id, `${side} body`, actorOf(c.get('caller')))
    const pieces = journal.body(entry, side, 'opened')
    return c.body(ReadableStream.from(pieces) as ReadableStream, 200, recordedBytes(id, side))
  })
}
