import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { isoMicros } from '../views.ts'
import { always, ofAny, ofBody, problems } from '../responses.ts'
import type { Caller, DoorEnv } from './caller.ts'
import type { Door } from './door.ts'
import { needs } from './needs.ts'
import { ROLES } from './role.ts'

const Who = z
  .object({
    name: z.string(),
    role: z.enum(ROLES).nullable(),
    by: z.enum(['machine', 'token', 'session', 'identity']).openapi({
      description: '`machine`: whoever is on this machine, where no credentials are set.',
    }),
    ends_at: z.string().nullable().openapi({ format: 'date-time' }),
  })
  .openapi('Who')

const one = {
  description: 'Who asks.',
  content: { 'application/json': { schema: Who } },
}

const cookie = z.object({ 'Set-Cookie': z.string() })

const SignIn = z.strictObject({ token: z.string().max(200) }).openapi('SignIn')

const begin = createRoute({
  operationId: 'signIn',
  tags: ['Session'],
  method: 'post',
  path: '/api/session',
  summary: 'Sign in with a token: the answer sets the cookie of a session',
  request: { body: { required: true, content: { 'application/json': { schema: SignIn } } } },
  responses: {
    200: { ...one, headers: cookie },
    ...problems,
    ...ofBody,
  },
})

const read = createRoute({
  ...needs('read'),
  operationId: 'readSession',
  tags: ['Session'],
  method: 'get',
  path: '/api/session',
  summary: 'Who asks, and in which role',
  responses: { 200: one, ...ofAny, 401: always[401] },
})

const end = createRoute({
  ...needs('read'),
  operationId: 'signOut',
  tags: ['Session'],
  method: 'delete',
  path: '/api/session',
  summary: 'End the session',
  responses: {
    204: { description: 'It has ended.', headers: cookie },
    ...always,
    503: { ...always[503], headers: cookie },
  },
})

export function addSession(api: OpenAPIHono<DoorEnv>, door: Door): void {
  api.openapi(begin, async (c) => {
    const caller = await door.signIn(c, c.req.valid('json').token)
    return caller instanceof Response ? (caller as never) : c.json(whoView(caller), 200)
  })
  api.openapi(read, (c) => c.json(whoView(c.get('caller')), 200))
  api.openapi(end, async (c) => {
    await door.signOut(c)
    return c.body(null, 204)
  })
}

function whoView({ name, role, by, endsAt }: Caller): z.input<typeof Who> {
  return { name, role, by, ends_at: endsAt === null ? null : isoMicros(endsAt * 1000) }
}
