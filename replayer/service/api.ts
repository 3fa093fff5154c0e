import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { etag } from 'hono/etag'
import { getPath } from 'hono/utils/url'
import { serveStatic } from '@hono/node-server/serve-static'
import type { EntryOrder, Journal } from '../../journal/contract.ts'
import { packageFile } from '../../journal/package-file.ts'
import { reportEntry } from '../alias-report.ts'
import type { SpoolSlot } from '../audit.ts'
import { clearStream } from '../clearing.ts'
import type { TellExchanged } from '../../telemetry/exchanged.ts'
import type { Say } from '../../telemetry/log.ts'
import { answerFields } from './door/answer-fields.ts'
import { addCheckpointApi } from './checkpoint-api.ts'
import { addCompactionApi } from './compaction-api.ts'
import { actorOf, type DoorEnv } from './door/caller.ts'
import { Door, type DoorOptions } from './door/door.ts'
import { requireHost, type HostRules } from './door/hosts.ts'
import { requireSmallBody, requireTurn } from './door/limits.ts'
import { SECURITY_SCHEMES } from './door/needs.ts'
import { addSession } from './door/session-api.ts'
import { addTrail } from './door/trail-api.ts'
import { longLooks } from './door/long-looks.ts'
import { openStreams } from './events.ts'
import { addEntries } from './entry-api.ts'
import { addEpochApi } from './epoch-api.ts'
import { addLive } from './live.ts'
import { addLooking } from './looking.ts'
import { addPage, answerPage, wantsPage } from './page.ts'
import { failure, invalidInput, problem } from './problems.ts'
import { addMonitoring } from './monitoring.ts'
import { nameRequest, noteAccess, tellOf, type Access } from './request-log.ts'
import { RequestFigures } from './request-figures.ts'
import { routes } from './routes.ts'
import { addRunApi } from './run-api.ts'
import { addSecrets } from './secret-api.ts'
import { addStandingApi } from './standing-api.ts'
import { answerUnknown } from './unknown.ts'
import type { RestoreControl } from './restore-control.ts'
import type { RunControl } from './run-control.ts'
import type { ColumnName } from './entry-schemas.ts'
import { isKnown, tagOf } from './tags.ts'
import * as views from './views.ts'

/** What lists of entries show where a request does not say. */
export interface ListDefaults {
  /** Query parameters of a filter that hold where the request has not the same parameter. */
  filter: Readonly<Record<string, string>>
  order: EntryOrder
  columns: readonly ColumnName[]
}

export interface ApiOptions {
  journal: Journal
  version: string
  defaults: ListDefaults
  hosts: HostRules
  isSecret: views.IsSecret
  /** The runs that it drives. */
  control: RunControl
  /** The restores that it was asked for. */
  restores: RestoreControl
  /** Spools that are seen from here, of a stream or of all; for the proof of the sum. */
  spools: (stream?: string) => Promise<SpoolSlot[]>
  /** Of errors that nobody expected, and of requests where that is wanted. Default: nothing. */
  say?: Say
  access?: Access
  /** Told of each request when it is over; for spans. */
  tellExchanged?: TellExchanged
  /** Who may come in. */
  door: DoorOptions
}

/** The one version that there is. Whoever is at the door sees the address without it. */
const VERSION = /^\/api\/v1(?=\/|$)/

/** The API of the service. Every route is in its OpenAPI document, every error is a problem. */
export function createApi(options: ApiOptions): OpenAPIHono<DoorEnv> {
  const { journal, version, hosts, say = () => {}, access = 'off' } = options
  const api = new OpenAPIHono<DoorEnv>({
    getPath: (request) => getPath(request).replace(VERSION, '/api'),
    defaultHook: (result, c) => (result.success ? undefined : invalidInput(c, result.error)),
  })
  const requests = new RequestFigures()
  api.use(nameRequest)
  if (options.tellExchanged !== undefined) api.use(tellOf(options.tellExchanged))
  if (access !== 'off') api.use(noteAccess(say, access))
  api.use(requests.watch)
  api.use(answerFields)
  api.use(requireHost(hosts))
  api.use(requireTurn(options.door.trustedProxies))
  api.use(requireSmallBody)
  const door = new Door(options.door, journal, say)
  api.use('/api/*', door.guard)
  api.use('/metrics', door.guard)
  const streams = openStreams()
  const takeLongLook = longLooks()
  addSession(api, door)
  addTrail(api, journal)
  addDefaults(api, options.defaults)
  addEntries(api, options, takeLongLook)
  addSecrets(api, journal)
  addLooking(api, options)
  addLive(api, options, streams)
  addStreams(api, journal)
  addRuns(api, options)
  addRunApi(api, options, streams, takeLongLook)
  addEpochApi(api, options, streams)
  addCheckpointApi(api, journal)
  addCompactionApi(api, journal)
  addStandingApi(api, options, takeLongLook)
  addMonitoring(api, { journal, version, requests })
  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES)) {
    api.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  }
  // They hold nothing of the journal, and are long: a browser may keep them, and asks whether they changed.
  for (const path of ['/api/schema', '/api/docs/*']) api.use(path, kept, etag())
  api.doc31('/api/schema', {
    openapi: '3.1.0',
    info: {
      ...{ title: 'reprise', version },
      description:
        'The journal, and the replays of it. Each address under /api stands under /api/v1 too, where ' +
        'it keeps its meaning: what would break a client comes under another number, and /api is ' +
        'always the latest.',
    },
  })
  api.get(
    '/api/docs/:name{swagger|redoc}',
    serveStatic({ root: ASSETS, rewriteRequestPath: pageFile }),
  )
  api.get('/api/docs/:file', serveStatic({ root: ASSETS, rewriteRequestPath: assetFile }))
  api.get('/api/docs', (c) => c.redirect('/api/docs/swagger'))
  addPage(api)
  api.notFound((c) => (wantsPage(c) ? answerPage(c) : answerUnknown(c, api.router)))
  api.onError((error, c) => failure(c, error, say))
  return api
}

/** Defaults join as if the request had said them. */
function addDefaults(api: OpenAPIHono<DoorEnv>, { filter }: ListDefaults): void {
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

function addStreams(api: OpenAPIHono<DoorEnv>, journal: Journal): void {
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
    const removed = await clearStream(journal, stream, actorOf(c.get('caller')))
    return c.json({ removed }, 200)
  })
}

function addRuns(api: OpenAPIHono<DoorEnv>, { journal, isSecret }: ApiOptions): void {
  api.openapi(routes.listRuns, async (c) => {
    const runs = await journal.runs(views.runFilterOfQuery(c.req.valid('query')))
    return c.json({ runs: runs.map(views.runView) }, 200)
  })
  api.openapi(routes.readRun, async (c) => {
    const { id } = c.req.valid('param')
    const run = views.drivenView(await journal.run(id))
    const tag = tagOf(run)
    if (isKnown(tag, c.req.header('if-none-match'))) return c.body(null, 304, { ETag: tag })
    return c.json(run, 200, { ETag: tag })
  })
  api.openapi(routes.listAttempts, async (c) => {
    const { id } = c.req.valid('param')
    const { after, limit, outcome: outcomes } = c.req.valid('query')
    const run = await journal.run(id)
    const attempts = await journal.attempts(run, {
      limit,
      ...(after !== undefined && { after }),
      ...(outcomes !== undefined && { outcomes }),
    })
    return c.json({ attempts: attempts.map((one) => views.attemptView(one, isSecret)) }, 200)
  })
  api.openapi(routes.listAliases, async (c) => {
    const { id } = c.req.valid('param')
    const { entry, after, limit } = c.req.valid('query')
    const run = await journal.run(id)
    const page = { limit, ...(after !== undefined && { after }) }
    const aliases = await journal.aliases(run, entry === undefined ? page : { producer: entry })
    return c.json({ aliases: aliases.map(views.aliasView) }, 200)
  })
  api.openapi(routes.explainEntry, async (c) => {
    const { id, entry } = c.req.valid('param')
    const report = await reportEntry(journal, await journal.run(id), entry)
    return c.json(await views.valuesView(report), 200)
  })
}

const kept: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('Cache-Control', 'no-cache')
}

const ASSETS = packageFile('dist/assets')
const pageFile = (path: string) => `/${path.split('/').at(-1)}.html`
const assetFile = (path: string) => `/${path.split('/').at(-1)}`
