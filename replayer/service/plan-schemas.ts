import { z } from '@hono/zod-openapi'
import { EntryView } from './entry-schemas.ts'

// The shape of a plan: what a run would send, and what it would not.

const reason = z.object({
  entry: z.int(),
  because: z.enum(['value', 'end', 'answered', 'clocks']),
  value: z.string().optional(),
})

const PlanCheckpoint = z.object({
  number: z.int(),
  entry: z.int().openapi({ description: 'That it stands at: the last that is left out.' }),
  left_out: z.int().openapi({ description: 'How many that would be sent stand before it.' }),
})

const PlanCompaction = z.object({
  verified: z.boolean().openapi({ description: 'Whether a run takes these rules.' }),
  left_out: z.int(),
  rules: z.array(
    z.object({
      rule: z.string().openapi({ description: 'In its normal form.' }),
      left_out: z.int(),
    }),
  ),
  kept: z.record(z.string(), z.int()).openapi({
    description:
      'How many are sent though a rule is about them, by why: overlaps, spoken_of, value_used, makes, ' +
      'unreadable.',
  }),
  examples: z
    .array(
      z.object({
        ...{ entry: z.int(), method: z.string(), target: z.string(), rule: z.string() },
        by: z.int().openapi({ description: 'The later entry that makes it needless.' }),
      }),
    )
    .openapi({ description: 'Some of those that are left out, a hundred at most.' }),
})

const neighbour = reason.extend({
  method: z.string(),
  target: z.string(),
  why: z.string().openapi({ description: 'For people.' }),
})

const Explained = z.object({
  entry: EntryView,
  left_out: z.array(z.string()).openapi({
    description: 'Why it is not sent, for people, each by itself enough; none: it is sent.',
  }),
  stays: z.string().nullable().openapi({
    description: 'Why it is sent though a rule of compaction is about it; null: none is.',
  }),
  lane: z.string().nullable(),
  previous: z.int().nullable().openapi({ description: 'The one before it in the order.' }),
  waits_for: z.array(neighbour).openapi({ description: 'Directly; 100 at most.' }),
  waited_for_by: z.array(neighbour).openapi({ description: 'Directly; 100 at most.' }),
})

export const PlanView = z
  .object({
    stream: z.string(),
    planned: z.int(),
    context: z.int().openapi({ description: 'That may be sent besides, where an entry needs it.' }),
    left_out: z
      .record(z.string(), z.int())
      .openapi({ description: 'By verdict, and not_applied.' }),
    stops_at: z
      .int()
      .nullable()
      .openapi({ description: 'The entry in doubt before which it ends.' }),
    checkpoint: PlanCheckpoint.nullable().openapi({
      description: 'Behind which it begins; null: it begins with all that is selected.',
    }),
    compaction: PlanCompaction.nullable().openapi({
      description: 'What later requests make needless; null: no rules were given.',
    }),
    explained: Explained.nullable().openapi({ description: 'Null: no entry was named.' }),
    recorded_targets: z.array(z.string()),
    named_targets: z.array(z.string()).openapi({
      description: 'That the settings allow besides: HOST, of any port, or HOST:PORT.',
    }),
    allowed: z.enum(['loopback', 'recorded', 'named', 'no']).nullable().openapi({
      description: 'Why the target may be sent to; null where none was named.',
    }),
    order: z
      .object({
        chain: z.int().openapi({ description: 'The most that must go one after the other.' }),
        widest: z.int().openapi({ description: 'The most that may run side by side at a moment.' }),
        lanes: z.int(),
        kept: z.int().openapi({
          description: 'Dependencies between lanes, which lanes alone would have broken.',
        }),
        are: z.enum(['exact', 'least']),
      })
      .nullable()
      .openapi({ description: 'Null for a plan of more than 100,000 entries.' }),
    entries: z.array(
      z.object({
        entry: EntryView,
        lane: z.string().nullable(),
        waits_for: z.array(reason),
        waits_for_more: z.int(),
      }),
    ),
  })
  .openapi('Plan')
