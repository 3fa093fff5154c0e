import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type ReceivedBody, jsonOf } from './body.ts'
import { docsPages } from './docs.ts'
import type { CommandQueue } from './queue.ts'
import * as routes from './routes.ts'
import { CommandChange, NewCommand } from './schemas.ts'

interface Env {
  /** The body comes beside the request: it was received before any fault was simulated. */
  Bindings: { readonly body: ReceivedBody }
}

export type Api = OpenAPIHono<Env>

const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Command queue simulator',
    version: '1',
    description:
      'A backend that keeps commands in memory and forgets them at each reboot. ' +
      'Every route obeys the Simulate header.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'commands', description: 'The volatile queue.' },
    { name: 'backend', description: 'The life of the backend.' },
  ],
}

/** The routes over a queue. Handlers are synchronous: no two changes ever interleave. */
export function createApi(queue: CommandQueue, assetsDir: string | undefined): Api {
  const api: Api = new OpenAPIHono<Env>()
  const mount = mounter(api)
  mountCommands(mount, queue)
  mount(routes.reboot, (c) => {
    queue.reboot()
    return c.json({ status: 'rebooted', boot_id: queue.bootId })
  })
  mount(routes.health, (c) =>
    c.json({ status: 'ok', boot_id: queue.bootId, uptime_seconds: queue.uptimeSeconds }),
  )
  mount(routes.schema, (c) => c.json(api.getOpenAPI31Document(DOCUMENT)))
  mount.refuseOtherMethods()
  api.route('/api/docs', docsPages(assetsDir))
  for (const page of routes.pages) api.openAPIRegistry.registerPath(page)
  api.notFound((c) => c.json({ error: 'Not found.' }, 404))
  api.onError((error, c) => {
    console.error(error)
    return c.json({ error: 'Internal error.' }, 500)
  })
  return api
}

function mountCommands(mount: Mount, queue: CommandQueue): void {
  mount(routes.addCommand, (c) => {
    const body = NewCommand.safeParse(jsonOf(c.env.body))
    if (!body.success) return c.json({ error: "'command' is required." }, 400)
    const command = queue.add(body.data.command)
    c.header('Location', `/api/commands/${command.id}`)
    return c.json({ status: 'queued', command, queue: queue.list() }, 201)
  })
  mount(routes.listCommands, (c) => c.json({ queue: queue.list() }))
  mount(routes.clearCommands, (c) => {
    const cleared = queue.clear()
    return c.json({ status: 'cleared', cleared, queue: queue.list() })
  })
  mount(routes.getCommand, (c) => {
    const command = queue.get(idOf(c))
    return command ? c.json(command) : unknownCommand(c)
  })
  mount(routes.changeCommand, (c) => {
    if (!queue.get(idOf(c))) return unknownCommand(c)
    const change = CommandChange.safeParse(jsonOf(c.env.body))
    if (!change.success) {
      const error =
        "Expected 'command' (text that is not blank), 'state' (queued, running or done) " +
        'or both, and nothing else.'
      return c.json({ error }, 400)
    }
    return c.json({ status: 'changed', command: queue.change(idOf(c), change.data) })
  })
  mount(routes.removeCommand, (c) =>
    queue.remove(idOf(c)) ? c.body(null, 204) : unknownCommand(c),
  )
}

interface Mount {
  (route: RouteConfig & { getRoutingPath(): string }, handler: (c: Context<Env>) => Response): void
  /** 405 with Allow on every path mounted so far. */
  refuseOtherMethods(): void
}

/**
 * Documents and serves a route in one step. Not `api.openapi`: that validates JSON only
 * under a JSON content type, and answers in its own words.
 */
function mounter(api: Api): Mount {
  const allowed = new Map<string, string[]>()
  const mount: Mount = (route, handler) => {
    const path = route.getRoutingPath()
    const methods = route.method === 'get' ? ['GET', 'HEAD'] : [route.method.toUpperCase()]
    allowed.set(path, [...(allowed.get(path) ?? []), ...methods])
    api.openAPIRegistry.registerPath(route)
    api.on(route.method.toUpperCase(), path, handler)
  }
  mount.refuseOtherMethods = () => {
    for (const [path, methods] of allowed) {
      api.all(path, (c) =>
        c.json({ error: 'Method not allowed.' }, 405, { Allow: methods.join(', ') }),
      )
    }
  }
  return mount
}

function idOf(c: Context<Env>): string {
  return c.req.param('id') ?? ''
}

function unknownCommand(c: Context<Env>): Response {
  return c.json({ error: `No command has the id '${idOf(c)}'.` }, 404)
}
