import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { EntryOrder, Journal } from '../../journal/contract.ts'
import { PROBLEMS, Problem } from '../../journal/problem.ts'
import { packageFile } from '../../journal/package-file.ts'
import { serveStatic } from '@hono/node-server/serve-static'
import * as schemas from './schemas.ts'
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
}

/** The API of the service. Every route is in its OpenAPI document, every error is a problem. */
export function createApi({ journal, version, defaults }: ApiOptions): OpenAPIHono {
  const api = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : invalidInput(c, result.error)),
  })
  addEntries(api, journal, defaults)
  addStreams(api, journal)
  addRuns(api, journal)
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
  api.get('/', (c) => c.redirect('/api/docs/swagger'))
  api.notFound((c) => problem(c, 404, 'input_invalid', `there is nothing at ${c.req.path}`))
  api.onError((error, c) => failure(c, error))
  return api
}

function addEntries(api: OpenAPIHono, journal: Journal, defaults: ListDefaults): void {
  // Defaults join as if the request had said them.
  api.use('/api/entries', async (c, next) => {
    if (c.req.method === 'GET') {
      const url = new URL(c.req.url)
      for (const [name, value] of Object.entries(defaults.filter)) {
        if (!url.searchParams.has(name)) url.searchParams.set(name, value)
      }
      c.req.raw = new Request(url, c.req.raw)
    }
    await next()
  })
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
        entries: entries.map((entry) => pick(views.entryView(entry), shown)),
        next: last === undefined ? null : views.cursorWord(last),
      },
      200,
    )
  })
  api.openapi(routes.readEntry, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(views.wholeEntryView(await journal.entry(id)), 200)
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

function addRuns(api: OpenAPIHono, journal: Journal): void {
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
    const { after, limit } = c.req.valid('query')
    const run = await journal.run(id)
    const attempts = await journal.attempts(run, { limit, ...(after !== undefined && { after }) })
    return c.json({ attempts: attempts.map(views.attemptView) }, 200)
  })
}

const ASSETS = packageFile('dist/assets')
const pageFile = (path: string) => `/${path.split('/').at(-1)}.html`
const assetFile = (path: string) => `/${path.split('/').at(-1)}`

function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

function given<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } }
}

const refused = {
  description: 'A problem (RFC 9457).',
  content: { 'application/problem+json': { schema: schemas.ProblemView } },
}
const problems = { 400: refused, 404: refused, 503: refused }
const idParam = z.object({ id: schemas.IdNumber })
const runPage = z.strictObject({
  stream: z.string().optional(),
  before: schemas.IdNumber.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})
const attemptPage = z.strictObject({
  after: schemas.IdNumber.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
})

const routes = {
  health: createRoute({
    method: 'get',
    path: '/health',
    summary: 'Whether the service answers',
    responses: {
      200: json(z.object({ status: z.literal('ok'), version: z.string() }), 'It does.'),
    },
  }),
  listStreams: createRoute({
    method: 'get',
    path: '/api/streams',
    summary: 'The streams of the journal',
    responses: {
      200: json(z.object({ streams: z.array(schemas.StreamView) }), 'By name.'),
      ...problems,
    },
  }),
  clearStream: createRoute({
    method: 'delete',
    path: '/api/streams/{stream}/entries',
    summary: 'Remove every entry, run and attempt of a stream',
    request: { params: z.object({ stream: z.string() }), body: given(schemas.Confirmation) },
    responses: { 200: json(schemas.Removed, 'How many entries went.'), ...problems },
  }),
  listEntries: createRoute({
    method: 'get',
    path: '/api/entries',
    summary: 'Entries, a page at a time',
    request: { query: schemas.PageQuery },
    responses: { 200: json(schemas.EntryPage, 'One page.'), ...problems },
  }),
  readEntry: createRoute({
    method: 'get',
    path: '/api/entries/{id}',
    summary: 'One entry with its bodies',
    request: { params: idParam },
    responses: { 200: json(schemas.WholeEntry, 'The entry.'), ...problems },
  }),
  labelEntry: createRoute({
    method: 'patch',
    path: '/api/entries/{id}',
    summary: 'Set or take away the label of an entry',
    request: { params: idParam, body: given(schemas.Label) },
    responses: { 200: json(schemas.Changed, 'Done.'), ...problems },
  }),
  labelEntries: createRoute({
    method: 'patch',
    path: '/api/entries',
    summary: 'Set or take away the label of all entries that match',
    request: { query: schemas.FilterQuery, body: given(schemas.Label) },
    responses: { 200: json(schemas.Changed, 'How many changed.'), ...problems },
  }),
  listRuns: createRoute({
    method: 'get',
    path: '/api/runs',
    summary: 'Replays, the newest first',
    request: { query: runPage },
    responses: {
      200: json(z.object({ runs: z.array(schemas.RunView) }), 'One page.'),
      ...problems,
    },
  }),
  readRun: createRoute({
    method: 'get',
    path: '/api/runs/{id}',
    summary: 'One replay',
    request: { params: idParam },
    responses: { 200: json(schemas.RunView, 'The run.'), ...problems },
  }),
  listAttempts: createRoute({
    method: 'get',
    path: '/api/runs/{id}/attempts',
    summary: 'What a replay sent, in order',
    request: { params: idParam, query: attemptPage },
    responses: {
      200: json(z.object({ attempts: z.array(schemas.AttemptView) }), 'One page.'),
      ...problems,
    },
  }),
}

function pick(
  view: z.input<typeof schemas.EntryView>,
  columns: readonly schemas.ColumnName[],
): Partial<z.input<typeof schemas.EntryView>> {
  return Object.fromEntries(columns.map((name) => [name, view[name]]))
}

/** RFC 9457, with the code of the catalogue. */
function problem(
  c: Context,
  status: 400 | 404 | 503 | 500,
  code: keyof typeof PROBLEMS | 'internal',
  detail: string,
  hint?: string,
) {
  const title = code === 'internal' ? 'something went wrong here' : PROBLEMS[code]
  const body = {
    type: 'about:blank',
    title,
    status,
    detail,
    code,
    ...(hint !== undefined && { hint }),
  }
  return c.json(body, status as 400, { 'Content-Type': 'application/problem+json' })
}

function invalidInput(c: Context, error: z.ZodError | { issues: readonly z.core.$ZodIssue[] }) {
  const detail = error.issues
    .map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`)
    .join('; ')
  return problem(c, 400, 'input_invalid', detail)
}

function failure(c: Context, error: unknown) {
  if (error instanceof Problem) {
    const status = error.code.endsWith('_unknown') ? 404 : error.retryable ? 503 : 500
    return problem(c, status, error.code, error.message, error.hint)
  }
  // What Hono throws for a body that is not JSON carries its status.
  const status = (error as { status?: unknown }).status
  if (status === 400) return problem(c, 400, 'input_invalid', (error as Error).message)
  console.error(error)
  return problem(c, 500, 'internal', 'see the log of the service')
}
