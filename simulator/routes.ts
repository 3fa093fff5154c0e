import { createRoute } from '@hono/zod-openapi'
import {
  Changed,
  Cleared,
  Command,
  CommandChange,
  CommandId,
  ErrorBody,
  Health,
  NewCommand,
  Queue,
  Queued,
  Rebooted,
  SimulateHeader,
} from './schemas.ts'

const answer = <Schema>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const headers = SimulateHeader
const commands = '/api/commands'
const command = '/api/commands/{id}'
const unknownCommand = answer(ErrorBody, 'No command has this id.')
const anyRoute = {
  400: answer(ErrorBody, 'The Simulate header is malformed: the error says what is expected.'),
  default: answer(ErrorBody, 'The failure that the Simulate header ordered.'),
}

export const addCommand = createRoute({
  method: 'post',
  path: commands,
  operationId: 'addCommand',
  tags: ['commands'],
  summary: 'Queue a command',
  description: 'The body is read as JSON whatever its content type. Other members are ignored.',
  request: {
    headers,
    body: { required: true, content: { 'application/json': { schema: NewCommand } } },
  },
  responses: {
    ...anyRoute,
    201: {
      ...answer(Queued, 'The command with its new id, and the queue it is now the last of.'),
      headers: {
        Location: {
          description: 'The path of the new command.',
          required: true,
          schema: { type: 'string', example: '/api/commands/1' },
        },
      },
    },
    400: {
      description:
        'The body is not a JSON object with a non-blank command, or is too large; ' +
        'or the Simulate header is malformed.',
      content: {
        'application/json': { schema: ErrorBody, example: { error: "'command' is required." } },
      },
    },
  },
})

export const listCommands = createRoute({
  method: 'get',
  path: commands,
  operationId: 'listCommands',
  tags: ['commands'],
  summary: 'Show the queue',
  request: { headers },
  responses: { ...anyRoute, 200: answer(Queue, 'The queue.') },
})

export const clearCommands = createRoute({
  method: 'delete',
  path: commands,
  operationId: 'clearCommands',
  tags: ['commands'],
  summary: 'Clear the queue',
  description: 'Ids go on from where they are: only a reboot starts them again.',
  request: { headers },
  responses: { ...anyRoute, 200: answer(Cleared, 'The queue is empty.') },
})

export const getCommand = createRoute({
  method: 'get',
  path: command,
  operationId: 'getCommand',
  tags: ['commands'],
  summary: 'Show a command',
  request: { headers, params: CommandId },
  responses: { ...anyRoute, 200: answer(Command, 'The command.'), 404: unknownCommand },
})

export const changeCommand = createRoute({
  method: 'patch',
  path: command,
  operationId: 'changeCommand',
  tags: ['commands'],
  summary: 'Change a command',
  description: 'The body is read as JSON whatever its content type.',
  request: {
    headers,
    params: CommandId,
    body: { required: true, content: { 'application/json': { schema: CommandChange } } },
  },
  responses: {
    ...anyRoute,
    200: answer(Changed, 'The command as it is now, at its old place in the queue.'),
    400: answer(ErrorBody, 'The body is anything else; or the Simulate header is malformed.'),
    404: unknownCommand,
  },
})

export const removeCommand = createRoute({
  method: 'delete',
  path: command,
  operationId: 'removeCommand',
  tags: ['commands'],
  summary: 'Remove a command',
  request: { headers, params: CommandId },
  responses: { ...anyRoute, 204: { description: 'Removed.' }, 404: unknownCommand },
})

export const reboot = createRoute({
  method: 'post',
  path: '/api/reboot',
  operationId: 'reboot',
  tags: ['backend'],
  summary: 'Lose everything',
  description: 'Empties the queue, starts a new boot id, and sequential ids at 1. Takes no body.',
  request: { headers },
  responses: { ...anyRoute, 200: answer(Rebooted, 'Everything is lost.') },
})

export const health = createRoute({
  method: 'get',
  path: '/health',
  operationId: 'health',
  tags: ['backend'],
  summary: 'Show that the backend is up, and since when',
  request: { headers },
  responses: { ...anyRoute, 200: answer(Health, 'Up.') },
})

export const schema = createRoute({
  method: 'get',
  path: '/api/schema',
  operationId: 'schema',
  tags: ['backend'],
  summary: 'Show this document',
  request: { headers },
  responses: {
    ...anyRoute,
    200: answer({ type: 'object' as const }, 'An OpenAPI 3.1 document.'),
  },
})

/** Served by `docs.ts`; here for the document. */
export const pages = (['swagger', 'redoc'] as const).map((name) =>
  createRoute({
    method: 'get',
    path: `/api/docs/${name}`,
    operationId: name,
    tags: ['backend'],
    summary: `Show this document as a page of ${name === 'swagger' ? 'Swagger UI' : 'Redoc'}`,
    request: { headers },
    responses: {
      ...anyRoute,
      200: {
        description: 'The page.',
        content: { 'text/html': { schema: { type: 'string' as const } } },
      },
      503: answer(ErrorBody, 'The pages are not built.'),
    },
  }),
)
