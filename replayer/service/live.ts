import type { OpenAPIHono } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import { Problem } from '../../journal/problem.ts'
import type { ApiOptions } from './api.ts'
import type { DoorEnv } from './door/caller.ts'
import { follow, highestId } from './following.ts'
import { picked } from './looking.ts'
import { lookingRoutes as routes } from './looking-routes.ts'
import { problem } from './problems.ts'
import * as views from './views.ts'

/** How often the journal is asked for what is new, in ms. */
const PACE = 500

/** How long nothing may be said, in ms: whoever stands between ends what is quiet for long. */
const QUIET = 15_000

/** How many may follow at once, each of which asks the journal by itself. */
const MOST_FOLLOWERS = 64

/** New entries as server-sent events, for as long as the client listens. */
export function addLive(
  api: OpenAPIHono<DoorEnv>,
  { journal, defaults, isSecret }: ApiOptions,
): void {
  let followers = 0
  api.openapi(routes.live, async (c) => {
    const { columns, after_id: afterId, ...query } = c.req.valid('query')
    if (followers >= MOST_FOLLOWERS) {
      return problem(c, 429, 'input_invalid', `${MOST_FOLLOWERS} clients follow already`)
    }
    const filter = views.filterOfQuery(query)
    const resumed = /^\d{1,15}$/.exec(c.req.header('Last-Event-ID') ?? '')?.[0]
    const start = Number(resumed ?? afterId ?? (await highestId(journal, filter.stream)))
    const following = follow(journal, filter, start)
    const shown = columns ?? defaults.columns
    return streamSSE(c, async (stream) => {
      followers++
      try {
        let id = start
        await stream.writeSSE({ event: 'ready', data: String(start), id: String(id) })
        let said = Date.now()
        while (!stream.aborted) {
          const fresh = await following.next()
          if (fresh.length > 0) {
            id = Math.max(id, ...fresh.map((entry) => entry.id))
            const told = fresh.map((entry) => picked(views.entryView(entry, isSecret), shown))
            await stream.writeSSE({ event: 'entries', data: JSON.stringify(told), id: String(id) })
          } else if (Date.now() - said >= QUIET) await stream.write(': nothing new\n\n')
          else {
            await stream.sleep(PACE)
            continue
          }
          said = Date.now()
        }
      } catch (error) {
        // The client sees the end, comes back, and is told there why.
        if (!(error instanceof Problem)) throw error
      } finally {
        followers--
      }
    })
  })
}
