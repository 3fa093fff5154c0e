import { OpenAPIHono } from '@hono/zod-openapi'
import { serveStatic } from '@hono/node-server/serve-static'
import type { EntryOrder, Journal } from '../../journal/contract.ts'
import { packageFile } from '../../journal/package-file.ts'
import { isLoopback } from '../target.ts'
import { bodyOf } from './body.ts'
import { addLive } from './live.ts'
import { addLooking, picked } from './looking.ts'
import { addPage } from './page.ts'
import { failure, invalidInput, problem } from './problems.ts'
import { routes } from './routes.ts'
import type * as schemas from './schemas.ts'
import * as views from './views.ts'

/** What lists of entries show where a request does not say. */
export interface ListDefaults {
  /** Query parameters of a filter that hold where the request has not the same parameter. */
  filter: Readonly<Record<string, string>>
  order: EntryOrder
  columns: readonly schemas.ColumnName[]
}

export interface ApiOptions {
  journal: Journal
  version: string
  defaults: ListDefaults
  /**
   * Which Host a request may name. `loopback`: only this machine, so that a web page whose name
   * was made to lead here (DNS rebinding) cannot read the journal through somebody's browser.
   */
  hosts: 'loopback' | 'any'
  isSecret: views.IsSecret
}

/** The API of the service. Every route is in its OpenAPI document, every error is a problem. */
export function createApi(options: ApiOptions): OpenAPIHono {
  const { journal, version, hosts } = options
  const api = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : invalidInput(c, result.error)),
  })
  if (hosts === 'loopback') requireLoopbackHost(api)
  addDefaults(api, options.defaults)
  addEntries(api, options)
  addLooking(api, options)
  addLive(api, options)
  addStreams(api, journal)
  addRuns(api, options)
  api.openapi(routes.health, (c) => c.json({ status: 'ok', version }, 200))
  api.doc31('/api/schema', {
    openapi: '3.1.0',
    info: { title: 'reprise', version, description: 'The journal, and the replays of it.' },
  })
  api.get(
    '/api/docs/:name{swagger|redoc}',
    serveStatic({ root: ASSETS, rewriteRequestPath: pageFile }),
  )
  api.get('/api/docs/:file', serveStatic({ root: ASSETS, rewriteRequestPath: assetFile }))
  api.get('/api/docs', (c) => c.redirect('/api/docs/swagger'))
  addPage(api)
  api.notFound((c) => problem(c, 404, 'input_invalid', `there is nothing at ${c.req.path}`))
  api.onError((error, c) => failure(c, error))
  return api
}

function requireLoopbackHost(api: OpenAPIHono): void {
  api.use(async (c, next) => {
    const { hostname } = new URL(c.req.url)
    if (isLoopback(hostname)) return next()
    return problem(c, 403, 'host_refused', `Host: expected a name of this machine, got ${hostname}`)
  })
}

/** Defaults join as if the request had said them. */
function addDefaults(api: OpenAPIHono, { filter }: ListDefaults): void {
  for (const path of ['/api/entries', '/api/search', '/api/timeline', '/api/live']) {
    api.use(path, async (c, next) => {
      if (c.req.method === 'GET') {
        const url = new URL(c.req.url)
        for (const [name, value] of Object.entries(filter)) {
          if (!url.searchParams.has(name)) url.searchParams.set(name, value)
        }
        c.req.raw = new Request(url, c.req.raw)
      }
      await next()
    })
  }
}

function addEntries(api: OpenAPIHono, { journal, defaults, isSecret }: ApiOptions): void {
  api.openapi(routes.listEntries, async (c) => {
    const { order, columns, limit, after, ...filter } = c.req.valid('query')
    const cursor = after === undefined ? undefined : views.cursorOf(after)
    if (cursor === null) return problem(c, 400, 'input_invalid', 'after: expected what `next` said')
    const page = { order: order ?? defaults.order, limit, ...(cursor && { after: cursor }) }
    const entries = await journal.list(views.filterOfQuery(filter), page)
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
    return c.json(views.wholeEntryView(await journal.entry(id), isSecret), 200)
  })
  api.openapi(routes.readBody, async (c) => {
    const { id, side } = c.req.valid('param')
    const { coding } = c.req.valid('query')
    const pieces = bodyOf(journal, await journal.entry(id), side, coding)
    // Whatever was recorded, nobody's browser may take it for a page of this service.
    return c.body(ReadableStream.from(pieces) as ReadableStream, 200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="entry-${id}-${side}"`,
      'X-Content-Type-Options': 'nosniff',
    })
  })
  api.openapi(routes.labelEntry, async (c) => {
    const { id } = c.req.valid('param')
    await journal.entry(id)
    const changed = await journal.label({ idFrom: id, idTo: id }, c.req.valid('json').label)
    return c.json({ changed }, 200)
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
    return c.json({ changed: await journal.label(filter, c.req.valid('json').label) }, 200)
  })
}

function addStreams(api: OpenAPIHono, journal: Journal): void {
  api.openapi(routes.listStreams, async (c) => {
    const streams = await journal.streams()
    return c.json({ streams: streams.map(views.streamView) }, 200)
  })
  api.openapi(routes.clearStream, async (c) => {
    const { stream } = c.req.valid('param')
    const { confirm } = c.req.valid('json')
    if (confirm !== stream) {
      return problem(
        c,
        400,
        'input_invalid',
        `confirm: expected the name of the stream, '${stream}'`,
      )
    }
    const known = await journal.streams()
    if (!known.some((one) => one.stream === stream)) {
      return problem(c, 404, 'stream_unknown', `there is no stream '${stream}'`)
    }
    return c.json({ removed: await journal.clear(stream) }, 200)
  })
}

function addRuns(api: OpenAPIHono, { journal, isSecret }: ApiOptions): void {
  api.openapi(routes.listRuns, async (c) => {
    const { stream, before, limit } = c.req.valid('query')
    const filter = {
      limit,
      ...(stream !== undefined && { stream }),
      ...(before !== undefined && { before }),
    }
    const runs = await journal.runs(filter)
    return c.json({ runs: runs.map(views.runView) }, 200)
  })
  api.openapi(routes.readRun, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(views.runView(await journal.run(id)), 200)
  })
  api.openapi(routes.listAttempts, async (c) => {
    const { id } = c.req.valid('param')
    const { outcome: outcomes, after, limit } = c.req.valid('query')
    const run = await journal.run(id)
    const attempts = await journal.attempts(run, {
      limit,
      ...(after !== undefined && { after }),
      ...(outcomes && { outcomes }),
    })
    return c.json({ attempts: attempts.map((one) => views.attemptView(one, isSecret)) }, 200)
  })
  api.openapi(routes.listAliases, async (c) => {
    const { id } = c.req.valid('param')
    const { after, limit } = c.req.valid('query')
    const run = await journal.run(id)
    const aliases = await journal.aliases(run, { limit, ...(after !== undefined && { after }) })
    return c.json({ aliases: aliases.map(views.aliasView) }, 200)
  })
}

const ASSETS = packageFile('dist/assets')
const pageFile = (path: string) => `/${path.split('/').at(-1)}.html`
const assetFile = (path: string) => `/${path.split('/').at(-1)}`
