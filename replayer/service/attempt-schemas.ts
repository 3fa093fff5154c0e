import { z } from '@hono/zod-openapi'
import { RUN_STATES } from '../../journal/runs.ts'
import { headers, timestamp } from './schemas.ts'

// Runs, their attempts, and the values that were made anew in them.

const Manner = z
  .object({
    lanes: z.array(z.string()),
    concurrency: z.int(),
    clock_tolerance_ms: z.number(),
    speed: z.number().nullable(),
    rate: z.number().nullable(),
    on_failure: z.enum(['stop', 'continue']),
    on_difference: z.enum(['stop', 'continue']),
  })
  .openapi('Manner')

export const RunView = z
  .object({
    id: z.number().int(),
    stream: z.string(),
    target: z.string(),
    selection: z.unknown().openapi({ description: 'What it sends, in words of the filter.' }),
    plan: z.unknown().openapi({
      description: 'What it was made of, so that it can be resumed; null of an older run.',
    }),
    manner: Manner.nullable().openapi({
      description: 'How it was begun, for whoever resumes it; null of an older run.',
    }),
    checkpoint: z.int().nullable().openapi({
      description: 'The checkpoint of its stream behind which it begins; null: none was asked for.',
    }),
    compact_rules: z.array(z.string()).openapi({
      description: 'By which it leaves out what later requests make needless; none: it does not.',
      example: ['PUT /x/:id replaces PUT /x/:id'],
    }),
    state: z.enum(RUN_STATES),
    planned: z.number().int(),
    outcomes: z.record(z.string(), z.number().int()),
    started_at: timestamp,
    ended_at: timestamp.nullable(),
  })
  .openapi('Run')

export const OUTCOMES = ['sending', 'same', 'differs', 'failed', 'skipped', 'in_doubt'] as const

const difference = z
  .object({
    where: z.string().openapi({ example: 'body /items/0/name' }),
    recorded: z.string().nullable(),
    came: z.string().nullable(),
  })
  .openapi('Difference', { description: 'Null: there is nothing at that place.' })

const found = z
  .object({
    differences: z.array(difference),
    unlisted: z.number().int().openapi({ description: 'Differences beyond those.' }),
    explained: z.record(z.string(), z.number().int()).openapi({
      description: 'Other values that are no differences, counted by why.',
    }),
    uncompared: z.array(z.string()),
  })
  .openapi('Found')

const value = z.string().optional().openapi({ description: 'As recorded; none of a secret.' })

const uses = z
  .object({
    replaced: z.array(
      z.object({
        place: z.string(),
        producer: z.number().int().openapi({ description: 'Entry; 0: a rule fixed the value.' }),
        from: z.string(),
        value,
      }),
    ),
    leftAlone: z.array(z.object({ place: z.string(), why: z.string(), value })),
  })
  .openapi('Uses', { description: 'Recorded values of the request: replaced, and left alone.' })

export const AliasView = z
  .object({
    number: z.number().int().openapi({ description: 'Hand the last one back as `after`.' }),
    secret: z.boolean(),
    recorded: z.string().nullable().openapi({ description: 'Null of a secret.' }),
    came: z.string().nullable().openapi({ description: 'Null of a secret.' }),
    producer: z.object({
      entry: z.number().int(),
      method: z.string(),
      path: z.string(),
      place: z.string(),
    }),
  })
  .openapi('Alias', {
    description: 'A value that the backend made anew, in the order of learning.',
  })

export const AttemptView = z
  .object({
    position: z.number().int(),
    entry: z.number().int(),
    outcome: z.enum(OUTCOMES),
    status: z.number().int().nullable(),
    response_headers: headers.nullable(),
    response_length: z.number().int().nullable(),
    detail: z.string().nullable(),
    differences: found.nullable(),
    uses: uses.nullable(),
    sent_at: timestamp,
    ended_at: timestamp.nullable(),
  })
  .openapi('Attempt')
