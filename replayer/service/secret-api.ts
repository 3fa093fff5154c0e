import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Journal } from '../../journal/contract.ts'
import type { Entry } from '../../journal/entry.ts'
import { actorOf, type DoorEnv } from './door/caller.ts'
import { recordedBytes } from './responses.ts'
import { secretRoutes as routes } from './secret-routes.ts'
import { secretsView } from './views.ts'

/** Shows secrets to whoever may see them, and says so in the audit trail first. */
export function addSecrets(api: OpenAPIHono<DoorEnv>, journal: Journal): void {
  const noted = async (caller: DoorEnv['Variables']['caller'], entry: Entry, what: string) => {
    const { id, stream } = entry
    const detail = { entry: id, what }
    await journal.noteDeed({ ...actorOf(caller), action: 'show_secrets', stream, detail })
    return entry
  }
  api.openapi(routes.showSecrets, async (c) => {
    const { id } = c.req.valid('param')
    const entry = await noted(c.get('caller'), await journal.entry(id, 'opened'), 'entry')
    return c.json(secretsView(entry), 200)
  })
  api.openapi(routes.showSecretBody, async (c) => {
    const { id, side } = c.req.valid('param')
    const entry = await noted(c.get('caller'), await journal.entry(id, 'opened'), `${side} body`)
    const pieces = journal.body(entry, side, 'opened')
    return c.body(ReadableStream.from(pieces) as ReadableStream, 200, recordedBytes(id, side))
  })
}
