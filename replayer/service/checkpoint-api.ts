import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Checkpoint } from '../../journal/checkpoints.ts'
import type { Journal } from '../../journal/contract.ts'
import { removeCheckpoint, setCheckpoint } from '../checkpoints.ts'
import { checkpointRoutes as routes } from './checkpoint-routes.ts'
import type { CheckpointView } from './checkpoint-schemas.ts'
import { actorOf, type DoorEnv } from './door/caller.ts'
import { isoMicros } from './views.ts'

/** Checkpoints, by the same functions as `reprise checkpoint`. */
export function addCheckpointApi(api: OpenAPIHono<DoorEnv>, journal: Journal): void {
  api.openapi(routes.list, async (c) => {
    const { stream } = c.req.valid('param')
    return c.json({ checkpoints: (await journal.checkpoints(stream)).map(checkpointView) }, 200)
  })
  api.openapi(routes.set, async (c) => {
    const { stream } = c.req.valid('param')
    const { at = 'now', note = null } = c.req.valid('json')
    const actor = actorOf(c.get('caller'))
    const { checkpoint, inDoubt } = await setCheckpoint(journal, stream, at, note, actor)
    return c.json({ checkpoint: checkpointView(checkpoint), in_doubt: inDoubt }, 201)
  })
  api.openapi(routes.remove, async (c) => {
    const { stream, number } = c.req.valid('param')
    const removed = await removeCheckpoint(journal, stream, number, actorOf(c.get('caller')))
    return c.json(checkpointView(removed), 200)
  })
}

function checkpointView({
  orderedAt,
  setAt,
  setBy,
  ...rest
}: Checkpoint): z.input<typeof CheckpointView> {
  return { ...rest, ordered_at: isoMicros(orderedAt), set_at: isoMicros(setAt), set_by: setBy }
}
