import { z } from '@hono/zod-openapi'
import { DELIVERIES, SETTLEMENTS, SIDES, VERDICTS } from '../../journal/entry.ts'
import { FilterQuery, list, PageSize } from './filter-schemas.ts'
import { headers, timestamp } from './schemas.ts'

// Entries, whole and in lists.

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
      description:
        'Secret request fields of which this service has no value; `(query)` and `(body)` where that is ' +
        'so of secrets in them.',
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

const maskedSecret = z.object({
  in: z.enum(['target', ...SIDES]),
  offset: z.number().int(),
  length: z.number().int(),
})

const clientForm = z
  .object({
    target: z.string().nullable().openapi({ description: 'Null: as recorded.' }),
    fields: z.array(
      z.object({ at: z.number().int(), name: z.string(), value: z.string().nullable() }),
    ),
    body: z.array(
      z.object({
        offset: z.number().int(),
        length: z.number().int(),
        text: z.string().nullable(),
      }),
    ),
    omitted: z.number().int().optional().openapi({
      description:
        'Pieces of the body that were not kept, behind those that are. Without it: none.',
    }),
  })
  .openapi('ClientForm', {
    description:
      'What its client had said where live aliases told the backend something else. Fields by their place ' +
      'among those of the client; pieces of the body by the bytes in whose place they stood, content codings ' +
      'undone, as latin-1. Null as value or text: a secret.',
  })

export const WholeEntry = EntryView.extend({
  client_form: clientForm.nullable(),
  masked: z.array(maskedSecret).openapi({
    description: 'Secrets in the target and in bodies, by bytes; others stand in their place.',
  }),
  masked_pieces: z.array(z.enum(SIDES)).openapi({
    description: 'Bodies in pieces that have some.',
  }),
  request_digest: digest,
  request_body: body.nullable(),
  response_digest: digest,
  response_body: body.nullable(),
}).openapi('WholeEntry')

/** An entry's secrets, for those who may see them. */
export const EntrySecrets = z
  .object({
    target: z.string(),
    client_form: clientForm.nullable(),
    request_headers: headers,
    request_trailers: headers,
    withheld: z.array(z.string()),
    request_body: body.nullable(),
    response_headers: headers.nullable(),
    response_body: body.nullable(),
  })
  .openapi('EntrySecrets')

export const EntryPage = z
  .object({
    entries: z.array(EntryView.partial()),
    next: z.string().nullable().openapi({ description: 'Hand it back as `after`; null: no more.' }),
  })
  .openapi('EntryPage')
