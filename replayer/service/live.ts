import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiOptions } from './api.ts'
import type { DoorEnv } from './door/caller.ts'
import type { Places } from './door/places.ts'
import { answerEvents } from './events.ts'
import { follow, highestId } from './following.ts'
import { picked } from './looking.ts'
import { lookingRoutes as routes } from './looking-routes.ts'
import * as views from './views.ts'

/** How often the journal is asked for what is new, in ms. */
const PACE = 500

/** New entries as server-sent events, for as long as the client listens. */
export function addLive(
  api: OpenAPIHono<DoorEnv>,
  { journal, defaults, isSecret }: ApiOptions,
  streams: Places,
): void {
  api.openapi(routes.live, async (c) => {
    const { columns, after_id: afterId, ...query } = c.req.valid('query')
    const filter = views.filterOfQuery(query)
    const resumed = /^\d{1,15}$/.exec(c.req.header('Last-Event-ID') ?? '')?.[0]
    const start = Number(resumed ?? afterId ?? (await highestId(journal, filter.stream)))
    const following = follow(journal, filter, start)
    const shown = columns ?? defaults.columns
    return answerEvents(c, streams, async (events) => {
      let id = start
      await events.write({ event: 'ready', data: String(start), id: String(id) })
      while (events.isHeard) {
        const fresh = await following.next()
        if (fresh.length === 0) {
          await events.pause(PACE)
          continue
        }
        id = Math.max(id, ...fresh.map((entry) => entry.id))
        const told = fresh.map((entry) => picked(views.entryView(entry, isSecret), shown))
        await events.write({ event: 'entries', data: JSON.stringify(told), id: String(id) })
      }
    })
  })
}
