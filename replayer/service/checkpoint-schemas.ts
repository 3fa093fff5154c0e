import { z } from '@hono/zod-openapi'
import type { CheckpointAt } from '../checkpoints.ts'
import { moment } from './filter-schemas.ts'
import { timestamp } from './schemas.ts'

// The shapes of checkpoints: places in the order of a stream before which nothing is needed any more.

export const CheckpointView = z
  .object({
    stream: z.string(),
    number: z.int().openapi({ description: 'Within the stream, from 1; none is given twice.' }),
    entry: z.int().openapi({ description: 'That it stands at: the last that is left out.' }),
    ordered_at: timestamp.openapi({ description: 'Where that entry stands in the order.' }),
    set_at: timestamp,
    set_by: z.string().nullable().openapi({ description: 'Null: nobody that is known.' }),
    note: z.string().nullable(),
  })
  .openapi('Checkpoint')

export const CheckpointSet = z
  .object({
    checkpoint: CheckpointView,
    in_doubt: z.int().openapi({
      description:
        'Entries in doubt before it that nobody settled: whether the backend has what they did is not ' +
        'asked by a restore any more.',
    }),
  })
  .openapi('CheckpointSet')

const entry = z
  .int()
  .min(1)
  .transform((id): CheckpointAt => ({ entry: id }))
const time = moment('').transform((by): CheckpointAt => (by === undefined ? 'now' : { moment: by }))
const EXPECTED = 'expected the id of an entry, or a moment such as 2026-01-31T12:00:00Z'

export const CheckpointWish = z
  .strictObject({
    at: z
      .union([entry, time], { error: EXPECTED })
      .optional()
      .openapi({
        ...{ type: ['integer', 'string'], minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
        format: 'date-time',
        description:
          'The id of the entry that is the last to be left out, or a moment: the last entry by then. ' +
          'Default: the newest entry.',
      }),
    note: z.string().min(1).max(500).optional().openapi({ description: 'Why, for people.' }),
  })
  .openapi('CheckpointWish')
