import type { OpenAPIHono, z } from '@hono/zod-openapi'
import type { ApiOptions } from './api.ts'
import type { DoorEnv } from './door/caller.ts'
import { highestId } from './following.ts'
import { lookingRoutes as routes } from './looking-routes.ts'
import { problem } from './problems.ts'
import type { ColumnName, EntryView } from './entry-schemas.ts'
import * as views from './views.ts'

/** Searches, counts over time, and what became of an entry in replays. */
export function addLooking(api: OpenAPIHono<DoorEnv>, options: ApiOptions): void {
  const { journal, defaults, isSecret } = options
  api.openapi(routes.search, async (c) => {
    const { order, columns, limit, window, after, ...filter } = c.req.valid('query')
    const cursor = after === undefined ? undefined : views.cursorOf(after)
    if (cursor === null) return problem(c, 400, 'input_invalid', 'after: expected what `next` said')
    const page = { order: order ?? defaults.order, limit, window, ...(cursor && { after: cursor }) }
    const latest = cursor === undefined ? await highestId(journal, filter.stream) : null
    const { entries, scanned, next } = await journal.search(views.filterOfQuery(filter), page)
    const shown = columns ?? defaults.columns
    return c.json(
      {
        entries: entries.map((entry) => picked(views.entryView(entry, isSecret), shown)),
        scanned,
        latest_id: latest,
        reached: next && views.isoMicros(next.orderedAt),
        next: next && views.cursorWord(next),
      },
      200,
    )
  })
  api.openapi(routes.timeline, async (c) => {
    const { spans: most, after, ...filter } = c.req.valid('query')
    const cursor = after === undefined ? undefined : views.cursorOf(after)
    if (cursor === null) return problem(c, 400, 'input_invalid', 'after: expected what `next` said')
    const counted = await journal.timeline(views.filterOfQuery(filter), most, cursor)
    return c.json(views.timelineView(counted), 200)
  })
  api.openapi(routes.attemptsOfEntry, async (c) => {
    const { id } = c.req.valid('param')
    const { limit } = c.req.valid('query')
    const attempts = await journal.attemptsOf(await journal.entry(id), limit)
    return c.json(
      {
        attempts: attempts.map((one) => ({ ...views.attemptView(one, isSecret), run: one.run })),
      },
      200,
    )
  })
}

/** The columns of an entry that were asked for. */
export function picked(
  view: z.input<typeof EntryView>,
  columns: readonly ColumnName[],
): Partial<z.input<typeof EntryView>> {
  return Object.fromEntries(columns.map((name) => [name, view[name]]))
}
