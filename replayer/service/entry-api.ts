import type { Context } from 'hono'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { messageOf } from '../../journal/problem.ts'
import type { Say } from '../../telemetry/log.ts'
import { nameOf } from './request-log.ts'
import { copyAs } from '../copies.ts'
import { labelEntries } from '../labelling.ts'
import type { ApiOptions } from './api.ts'
import { bodyOf } from './body.ts'
import { actorOf, type DoorEnv } from './door/caller.ts'
import type { TakeLongLook } from './door/long-looks.ts'
import { picked } from './looking.ts'
import { problem } from './problems.ts'
import { recordedBytes } from './responses.ts'
import { routes } from './routes.ts'
import { isKnown, tagOf } from './tags.ts'
import * as views from './views.ts'

/** Entries: in lists, one by one, their bodies, their labels. */
export function addEntries(
  api: OpenAPIHono<DoorEnv>,
  { journal, defaults, isSecret, say = () => {} }: ApiOptions,
  takeLongLook: TakeLongLook,
): void {
  api.openapi(routes.listEntries, async (c) => {
    const { order, columns, limit, after, ...filter } = c.req.valid('query')
    const cursor = after === undefined ? undefined : views.cursorOf(after)
    if (cursor === null) return problem(c, 400, 'input_invalid', 'after: expected what `next` said')
    const page = { order: order ?? defaults.order, limit, ...(cursor && { after: cursor }) }
    const look = () => journal.list(views.filterOfQuery(filter), page)
    const entries = filter.text === undefined ? await look() : await takeLongLook(c, look)
    if (entries instanceof Response) return entries as never
    const shown = columns ?? defaults.columns
    const last = entries.length < limit ? undefined : entries.at(-1)
    return c.json(
      {
        entries: entries.map((entry) => picked(views.entryView(entry, isSecret), shown)),
        next: last === undefined ? null : views.cursorWord(last),
      },
      200,
    )
  })
  api.openapi(routes.readEntry, async (c) => {
    const { id } = c.req.valid('param')
    const entry = views.wholeEntryView(await journal.entry(id), isSecret)
    const tag = tagOf(entry)
    if (isKnown(tag, c.req.header('if-none-match'))) return c.body(null, 304, { ETag: tag })
    return c.json(entry, 200, { ETag: tag })
  })
  api.openapi(routes.readBody, async (c) => {
    const { id, side } = c.req.valid('param')
    const { coding } = c.req.valid('query')
    const entry = await journal.entry(id)
    const digest = side === 'request' ? entry.requestDigest : entry.responseDigest
    const tag = `"${digest ?? 'nothing'}-${coding}"`
    if (isKnown(tag, c.req.header('if-none-match'))) return c.body(null, 304, { ETag: tag })
    const pieces = broken(c, say, id, bodyOf(journal, entry, side, coding))
    return c.body(ReadableStream.from(pieces) as ReadableStream, 200, {
      ...recordedBytes(id, side),
      ETag: tag,
    })
  })
  api.openapi(routes.copyEntry, async (c) => {
    const { id, form } = c.req.valid('param')
    const entry = views.wholeEntryView(await journal.entry(id), isSecret)
    return c.text(copyAs(form, entry), 200)
  })
  api.openapi(routes.listLabels, async (c) => {
    const filter = views.filterOfQuery(c.req.valid('query'))
    const look = () => journal.labels(filter)
    const labels = filter.text === undefined ? await look() : await takeLongLook(c, look)
    return labels instanceof Response ? (labels as never) : c.json({ labels }, 200)
  })
  api.openapi(routes.labelEntry, async (c) => {
    const { id } = c.req.valid('param')
    const { label } = c.req.valid('json')
    const { stream } = await journal.entry(id)
    const actor = actorOf(c.get('caller'))
    const only = { idFrom: id, idTo: id }
    return c.json(await labelEntries(journal, only, label, { actor, stream }), 200)
  })
  api.openapi(routes.labelEntries, async (c) => {
    const filter = views.filterOfQuery(c.req.valid('query'))
    if (Object.keys(filter).length === 0) {
      return problem(
        c,
        400,
        'input_invalid',
        'expected a filter: this would label every entry there is',
      )
    }
    const { label } = c.req.valid('json')
    const by = { actor: actorOf(c.get('caller')), stream: filter.stream ?? null }
    const change = () => labelEntries(journal, filter, label, by)
    const labelled = filter.text === undefined ? await change() : await takeLongLook(c, change)
    return labelled instanceof Response ? (labelled as never) : c.json(labelled, 200)
  })
}

/** The head has gone when it shows that a body is damaged: all that is left is to break the connection. */
async function* broken(
  c: Context<DoorEnv>,
  say: Say,
  entry: number,
  pieces: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    yield* pieces
  } catch (error) {
    say(`a body of entry ${entry} broke off: ${messageOf(error)}`, 'warn', { request: nameOf(c) })
    c.env.outgoing.destroy()
  }
}
