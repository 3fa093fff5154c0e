import { z } from '@hono/zod-openapi'
import { RUN_STATES } from '../../journal/runs.ts'
import { SETTLEMENTS } from '../../journal/entry.ts'
import { parseCompactRule } from '../compacting/rules.ts'
import { parseLanePattern } from '../order/lanes.ts'
import { DEFAULT_RULES } from '../order/schedule.ts'
import { AliasView, OUTCOMES, RunView } from './attempt-schemas.ts'
import {
  FilterQuery,
  IdNumber,
  list,
  moment,
  PageSize,
  parsed,
  StreamName,
  wordAmong,
} from './filter-schemas.ts'

// The shapes of plans and of runs that are begun here.

export const Target = z
  .string()
  .max(2_000)
  .transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null
    const isBase =
      url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === ''
    if (isBase && url.username === '' && url.password === '') return url
    context.addIssue({
      code: 'custom',
      message: `expected http(s)://HOST[:PORT][/PATH], got '${text}'`,
    })
    return z.NEVER
  })
  .openapi({
    type: 'string',
    description: 'Where the requests are sent; a path in it goes before theirs.',
    example: 'http://127.0.0.1:3000',
  })

const lanes = z
  .array(parsed(parseLanePattern, 500).openapi({ type: 'string', example: '/api/devices/:id' }))
  .max(50)
  .default([])
  .openapi({ description: 'Keep order for each value of :id only, and run them side by side.' })

/** What of a selection nothing needs any more. */
const spared = {
  begin: z.enum(['start', 'checkpoint']).default('start').openapi({
    description: '`checkpoint`: with what stands behind the furthest checkpoint of the stream.',
  }),
  compact_rules: z
    .array(
      parsed(parseCompactRule, 2_000).openapi({
        ...{ type: 'string', example: 'PUT /x/:id replaces PUT /x/:id' },
      }),
    )
    .max(50)
    .default([])
    .openapi({
      description:
        'What makes earlier requests needless, as of `reprise compact`: it is left out. A run is refused ' +
        '(`rules_unproven`) where these very rules were not verified for the stream.',
    }),
}

/** A number in JSON; in digits too, as an address has it. */
const id = z
  .union([z.int().min(0), IdNumber], { error: 'expected a whole number' })
  .optional()
  .openapi({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const selected = {
  stream: z.string().min(1).max(200),
  filter: FilterQuery.omit({ stream: true, settled: true })
    .extend({ id__gte: id, id__lte: id })
    .default({})
    .openapi({ description: 'Which entries, in the words of /api/entries.' }),
  in_doubt: z.enum(['stop', 'skip', 'send']).default('stop').openapi({
    description: 'What is done where it is not known whether an entry was applied.',
  }),
  ...spared,
}

const ordered = {
  lanes,
  concurrency: z.int().min(1).max(1_000).default(DEFAULT_RULES.concurrency).openapi({
    description: 'How many requests are out at once; 1 is serial.',
  }),
  clock_tolerance_ms: z
    .number()
    .min(0)
    .max(3_600_000)
    .default(DEFAULT_RULES.tolerance / 1000)
    .openapi({
      description: 'How far the clocks of recorders on different hosts may be apart.',
    }),
}

const sent = {
  speed: z.number().positive().max(1_000_000).nullable().default(null).openapi({
    description: 'So many times as fast as it was recorded; null: as fast as order allows.',
  }),
  rate: z.number().positive().max(1_000_000).nullable().default(null).openapi({
    description: 'Requests a second at most.',
  }),
  on_failure: z.enum(['stop', 'continue']).default('stop'),
  on_difference: z.enum(['stop', 'continue']).default('continue'),
}

export const PlanWish = z
  .strictObject({
    ...selected,
    ...ordered,
    target: Target.optional(),
    limit: z.int().min(0).max(1_000).default(100).openapi({
      description: 'How many of its entries are answered, with whom they wait for.',
    }),
    explain: z.int().min(1).optional().openapi({
      description:
        'An entry of which all is told: whether it is sent, why not, and for whom it waits.',
    }),
  })
  .openapi('PlanWish')

export const RunWish = z
  .strictObject({ ...selected, ...ordered, ...sent, target: Target })
  .openapi('RunWish')

export const ResumeWish = z
  .strictObject({
    ...ordered,
    ...sent,
    in_flight: z
      .enum(['stop', 'skip', 'send'])
      .default('stop')
      .openapi({
        description:
          'What is done with requests that may have been under way when its process died; stop: ' +
          'nothing is sent, they are listed.',
      }),
  })
  .openapi('ResumeWish')

export const DrivenRun = RunView.extend({
  driven: z
    .enum(['running', 'pausing', 'paused', 'stopping', 'nobody'])
    .nullable()
    .openapi({
      description:
        'Of a run that is running, whoever drives it: whether it stands still, or is about to stand still ' +
        'or to end. Nobody: its process died, and it can be resumed.',
    }),
}).openapi('DrivenRun')

const contrastSide = z.object({
  position: z.int(),
  outcome: z.enum(OUTCOMES),
  status: z.int().nullable(),
})

export const ContrastView = z
  .object({
    entry: z.int().openapi({ description: 'Hand the last one back as `after`.' }),
    one: contrastSide.nullable(),
    other: contrastSide.nullable(),
    answers: z.enum(['same', 'different']),
  })
  .openapi('Contrast', { description: 'Null: that run has no attempt of the entry.' })

export const Settlement = z
  .strictObject({ settlement: z.enum(SETTLEMENTS).nullable() })
  .openapi('Settlement', { description: 'Null takes it back.' })

export const RunQuery = z.strictObject({
  stream: StreamName.optional(),
  state: list(wordAmong(RUN_STATES), 'States.', 'running,stopped'),
  text: z.string().min(1).max(200).optional().openapi({
    description: 'Stands in the target or in the selection, in upper or lower case.',
  }),
  since: moment('Begun at or after.'),
  until: moment('Begun before.'),
  before: IdNumber.optional(),
  limit: PageSize,
})

export const ValuesView = z
  .object({
    made: z
      .array(
        AliasView.extend({
          uses: z
            .array(z.object({ entry: z.number().int(), place: z.string() }))
            .openapi({ description: 'Where it was put in, in the order of sending; 100 at most.' }),
          more_uses: z.number().int(),
        }),
      )
      .openapi({ description: 'What the backend made anew in its answer.' }),
    used: z.array(
      z.object({
        place: z.string(),
        producer: z.number().int(),
        from: z.string(),
        value: z.string().nullable(),
      }),
    ),
    left_alone: z.array(
      z.object({ place: z.string(), why: z.string(), value: z.string().nullable() }),
    ),
  })
  .openapi('Values', { description: 'Values of an entry in a run; those of secrets are null.' })
