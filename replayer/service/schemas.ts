import { z } from '@hono/zod-openapi'
import { DELIVERIES, SETTLEMENTS, VERDICTS } from '../../journal/entry.ts'
import { parseStatusRange } from '../../journal/filter.ts'
import { parsePathPattern } from '../../journal/path-pattern.ts'

// The shapes that the API takes and gives. The OpenAPI document is made from them.

/** Of a filter: parts of a list, and characters of each. */
const MOST_PARTS = 50
const MOST_CHARACTERS = 500

/** A list in one parameter, separated by commas, each part parsed; parsers throw what they expect. */
export function list<T>(parse: (text: string) => T, description: string, example: string) {
  return z
    .string()
    .transform((text, context) => {
      try {
        const parts = text.split(',', MOST_PARTS + 1)
        if (parts.length > MOST_PARTS) throw new RangeError(`expected at most ${MOST_PARTS} parts`)
        if (parts.some((part) => part.length > MOST_CHARACTERS)) {
          throw new RangeError(`expected at most ${MOST_CHARACTERS} characters between the commas`)
        }
        return parts.map((part) => parse(part.trim()))
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message })
        return z.NEVER
      }
    })
    .optional()
    .openapi({ type: 'string', description: `${description} Several with commas.`, example })
}

/** Digits and nothing else: what Number() makes of `1e3` or of nothing is not what was meant. */
export function whole(from: number, to: number) {
  return z
    .string()
    .regex(/^\d+$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.number().min(from).max(to))
    .openapi({ type: 'integer', minimum: from, maximum: to })
}

const id = whole(0, Number.MAX_SAFE_INTEGER)

export const PageSize = whole(1, 1000)
  .default(100)
  .openapi({ type: 'integer', minimum: 1, maximum: 1000, default: 100 })

function moment(description: string) {
  return z.iso
    .datetime({ offset: true })
    .transform((text) => Date.parse(text) * 1000)
    .optional()
    .openapi({ type: 'string', format: 'date-time', description })
}

const word = (text: string) => {
  if (text === '') throw new RangeError('expected a word between the commas')
  return text
}

const idOf = (text: string) => {
  const parsed = id.safeParse(text)
  if (!parsed.success) throw new RangeError(`expected an id, got '${text}'`)
  return parsed.data
}

const verdict = (text: string) => {
  const found = VERDICTS.find((one) => one === text)
  if (found === undefined)
    throw new RangeError(`expected one of ${VERDICTS.join(', ')}, got '${text}'`)
  return found
}

/** As long as the recorder lets one be. */
export const StreamName = z.string().max(200)

export const FilterQuery = z.strictObject({
  stream: StreamName.optional().openapi({ description: 'Entries of this stream.' }),
  id: list(idOf, 'Entries of these ids.', '12,17'),
  id__gte: id.optional().openapi({ description: 'Entries from this id on.' }),
  id__lte: id.optional().openapi({ description: 'Entries up to this id.' }),
  method: list((text) => word(text).toUpperCase(), 'Methods.', 'POST,DELETE'),
  path: list(parsePathPattern, 'Paths: /exact, /prefix/* or a glob.', '/api/*'),
  excluded_path: list(parsePathPattern, 'Paths to leave out.', '/api/login'),
  status: list(parseStatusRange, 'Recorded answers.', '2xx,404,500-503'),
  verdict: list(verdict, 'Verdicts.', 'applied,in_doubt'),
  label: list(word, 'Labels.', 'bug-17'),
  user: list(word, 'Users, as far as requests told.', 'ada'),
  client: list(word, 'Addresses of clients.', '192.0.2.7'),
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({
      description:
        'Stands in the target or in a body of up to 4 MiB, byte for byte as on the wire, so not in ' +
        'one that is compressed. Reads every body that the rest of the filter leaves: /api/search ' +
        'does so a window at a time.',
    }),
  since: moment('Arrived at or after.'),
  until: moment('Arrived before.'),
})

export const COLUMNS = [
  ...[
    'id',
    'stream',
    'recorder',
    'number',
    'verdict',
    'cause',
    'delivery',
    'settled',
    'label',
    'arrived_at',
    'answered_at',
  ],
  ...[
    'method',
    'target',
    'http_version',
    'client_address',
    'user_agent',
    'user_name',
    'content_type',
    'trace_id',
  ],
  ...['request_headers', 'request_trailers', 'withheld', 'request_length', 'request_capture'],
  ...['status', 'reason', 'response_headers', 'response_length', 'response_capture'],
] as const

export type ColumnName = (typeof COLUMNS)[number]

export const column = (text: string): ColumnName => {
  const found = COLUMNS.find((one) => one === text)
  if (found === undefined)
    throw new RangeError(`expected columns among ${COLUMNS.join(', ')}, got '${text}'`)
  return found
}

export const PageQuery = FilterQuery.extend({
  order: z.enum(['order', '-order', 'id', '-id']).optional().openapi({
    description: "By place in the stream's order, or by id; with - the latest first.",
  }),
  columns: list(
    column,
    `Columns to answer, among ${COLUMNS.join(', ')}.`,
    'id,method,target,status',
  ),
  limit: PageSize,
  after: z
    .string()
    .max(100)
    .optional()
    .openapi({ description: 'What `next` of the page before said.' }),
})

const headers = z
  .array(z.tuple([z.string(), z.string().nullable()]))
  .openapi({ description: 'Ordered pairs as on the wire; the value of a secret is null.' })
export const timestamp = z.string().openapi({ format: 'date-time' })
const capture = z.enum(['complete', 'truncated', 'aborted'])

export const EntryView = z
  .object({
    id: z.number().int(),
    stream: z.string(),
    recorder: z.uuid(),
    number: z.number().int(),
    verdict: z.enum(VERDICTS),
    cause: z.string().nullable(),
    delivery: z.enum(DELIVERIES).nullable().openapi({
      description: 'What the upstream may have had of a request in doubt.',
    }),
    settled: z.enum(SETTLEMENTS).nullable().openapi({
      description: 'What became known of an entry that was in doubt.',
    }),
    label: z.string().nullable(),
    arrived_at: timestamp,
    answered_at: timestamp.nullable(),
    method: z.string(),
    target: z.string(),
    http_version: z.string(),
    client_address: z.string().nullable(),
    user_agent: z.string().nullable(),
    user_name: z.string().nullable(),
    content_type: z.string().nullable(),
    trace_id: z.string().nullable().openapi({
      description: 'Of the W3C Trace Context that the request came with.',
    }),
    request_headers: headers,
    request_trailers: headers,
    withheld: z.array(z.string()).openapi({
      description: 'Secret request fields of which this service has no value.',
    }),
    request_length: z.number().int(),
    request_capture: capture,
    status: z.number().int().nullable(),
    reason: z.string().nullable(),
    response_headers: headers.nullable(),
    response_length: z.number().int().nullable(),
    response_capture: capture.nullable(),
  })
  .openapi('Entry')

const body = z.object({ encoding: z.enum(['utf8', 'base64']), data: z.string() }).openapi('Body', {
  description:
    'UTF-8 where the bytes are that, base64 otherwise. Null where there is none, and for a body ' +
    'that is kept in pieces: /api/entries/{id}/bodies/{side} has any.',
})

const digest = z.string().nullable().openapi({
  description: 'SHA-256 of what was kept of the body, in hex; null where that is nothing.',
})

export const WholeEntry = EntryView.extend({
  request_digest: digest,
  request_body: body.nullable(),
  response_digest: digest,
  response_body: body.nullable(),
}).openapi('WholeEntry')

export const EntryPage = z
  .object({
    entries: z.array(EntryView.partial()),
    next: z.string().nullable().openapi({ description: 'Hand it back as `after`; null: no more.' }),
  })
  .openapi('EntryPage')

export const StreamView = z
  .object({
    stream: z.string(),
    targets: z.array(z.string()),
    entries: z.number().int(),
    by_verdict: z.record(z.string(), z.number().int()),
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
export const Removed = z.object({ removed: z.number().int() }).openapi('Removed')

export const RunView = z
  .object({
    id: z.number().int(),
    stream: z.string(),
    target: z.string(),
    selection: z.unknown().openapi({ description: 'What it sends, in words of the filter.' }),
    plan: z.unknown().openapi({
      description: 'What it was made of, so that it can be resumed; null of an older run.',
    }),
    state: z.enum(['running', 'done', 'stopped', 'interrupted']),
    planned: z.number().int(),
    outcomes: z.record(z.string(), z.number().int()),
    started_at: timestamp,
    ended_at: timestamp.nullable(),
  })
  .openapi('Run')

export const OUTCOMES = ['sending', 'same', 'differs', 'failed', 'skipped', 'in_doubt'] as const

export const outcome = (text: string) => {
  const found = OUTCOMES.find((one) => one === text)
  if (found !== undefined) return found
  throw new RangeError(`expected one of ${OUTCOMES.join(', ')}, got '${text}'`)
}

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
    code: z.string(),
    hint: z.string().optional(),
  })
  .openapi('Problem')

export { id as IdNumber }
