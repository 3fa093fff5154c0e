import { z } from '@hono/zod-openapi'
import { CODES } from '../../journal/problem.ts'
import { StreamName } from './filter-schemas.ts'

// The shapes that the API takes and gives; the OpenAPI document is made from them. Here is what
// belongs to no subject alone: filters, entries, attempts, runs and how things stand have their own.

export const headers = z
  .array(z.tuple([z.string(), z.string().nullable()]))
  .openapi({ description: 'Ordered pairs as on the wire; the value of a secret is null.' })
export const timestamp = z.string().openapi({ format: 'date-time' })

export const StreamView = z
  .object({
    stream: z.string(),
    targets: z.array(z.string()),
    entries: z.number().int(),
    by_verdict: z.record(z.string(), z.number().int()),
    unsettled: z.number().int().openapi({
      description: 'Of those in doubt, the ones that nobody settled.',
    }),
    body_bytes: z.number().int().nullable().openapi({
      description:
        'Of requests and answers together, as they passed; null: there are too many to add them up.',
    }),
    first_at: timestamp.nullable(),
    last_at: timestamp.nullable(),
  })
  .openapi('Stream')

export const Label = z
  .strictObject({ label: z.string().min(1).max(200).nullable() })
  .openapi('Label')
export const Confirmation = z
  .strictObject({
    confirm: StreamName.openapi({ description: 'The name of the stream, once more.' }),
  })
  .openapi('Confirmation')
export const Changed = z.object({ changed: z.number().int() }).openapi('Changed')

export const Labelled = Changed.extend({
  overwritten: z.int().openapi({ description: 'How many of them bore another label before.' }),
}).openapi('Labelled')

export const LabelCounts = z
  .object({ labels: z.array(z.object({ label: z.string(), count: z.int() })) })
  .openapi('LabelCounts')
export const Removed = z.object({ removed: z.number().int() }).openapi('Removed')

export const Readiness = z
  .object({
    ready: z.boolean(),
    checks: z.array(
      z.object({
        name: z.enum(['journal', 'migration']),
        state: z.enum(['ready', 'not_ready']),
        detail: z.string().optional(),
      }),
    ),
  })
  .openapi('Readiness')

export const ProblemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum([...CODES, 'internal']),
    hint: z.string().optional(),
  })
  .openapi('Problem')

export const ProblemTypes = z
  .object({ problems: z.array(ProblemView.pick({ type: true, title: true, code: true })) })
  .openapi('ProblemTypes')
