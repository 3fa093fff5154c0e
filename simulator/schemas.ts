import { z } from '@hono/zod-openapi'
import { SIMULATE_EXPECTED } from './simulate-header.ts'

const text = z.string().regex(/\S/).openapi({
  description: 'Any text that is not blank. Kept as it is sent.',
  example: 'restart wifi',
})

const state = z.enum(['queued', 'running', 'done'])

export const NewCommand = z.object({ command: text }).openapi('NewCommand')

export const CommandChange = z
  .strictObject({ command: text.optional(), state: state.optional() })
  .refine((change) => Object.keys(change).length > 0)
  .openapi('CommandChange', { minProperties: 1 })

export const Command = z
  .object({
    id: z.string().openapi({
      description: 'Made by the server: "1", "2", "3" or a UUID, as the simulator was started.',
      example: '1',
    }),
    command: text,
    state,
  })
  .openapi('Command')

export const Queue = z
  .object({ queue: z.array(Command).openapi({ description: 'In the order of arrival.' }) })
  .openapi('Queue')

export const Queued = z
  .object({ status: z.literal('queued'), command: Command, queue: z.array(Command) })
  .openapi('Queued')

export const Changed = z
  .object({ status: z.literal('changed'), command: Command })
  .openapi('Changed')

export const Cleared = z
  .object({
    status: z.literal('cleared'),
    cleared: z.int().min(0).openapi({ description: 'How many commands there were.' }),
    queue: z.array(Command).max(0),
  })
  .openapi('Cleared')

const bootId = z.uuid().openapi({ description: 'New at each start and at each reboot.' })

export const Rebooted = z
  .object({ status: z.literal('rebooted'), boot_id: bootId })
  .openapi('Rebooted')

export const Health = z
  .object({
    status: z.literal('ok'),
    boot_id: bootId,
    uptime_seconds: z.int().min(0).openapi({ description: 'Since the start or last reboot.' }),
  })
  .openapi('Health')

export const ErrorBody = z.object({ error: z.string() }).openapi('Error')

export const CommandId = z.object({ id: z.string().openapi({ example: '1' }) })

export const SimulateHeader = z.object({
  Simulate: z
    .string()
    .optional()
    .openapi({
      description: [
        `Orders a delay or a failure: ${SIMULATE_EXPECTED}.`,
        '',
        '- `delay=250`: waits 250 ms, then carries the request out and answers.',
        '- `status=503`: answers 503 with a JSON error.',
        '- `hang`: never answers; the connection stays open until the client leaves.',
        '- `cut`: sends a head with a Content-Length, half of the body, and closes. ' +
          'An answer without a body is not sent at all.',
        '- `reset`: resets the connection before any answer.',
        '',
        'A failure alone changes nothing (a `cut` answer is then a made-up 200). ' +
          'With `applied`, the request is carried out first, then come the delay and the failure: ' +
          '`cut, applied` or `delay=250, applied`. ' +
          'In every case the request is received to its end before.',
      ].join('\n'),
      // No example: Swagger UI would fill it in, and every request tried there would be delayed.
    }),
})
