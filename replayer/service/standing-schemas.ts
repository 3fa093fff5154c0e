import { z } from '@hono/zod-openapi'

// The shapes of how things stand: recorders, the sum that proves the journal, its size.

const moment = z.string().openapi({ format: 'date-time' })
const count = z.int()

export const RecorderView = z
  .object({
    stream: z.string(),
    id: z.uuid(),
    target: z.string(),
    durability: z.enum(['async', 'commit', 'intent']),
    when_unrecordable: z.enum(['refuse', 'pass']),
    host: z.string(),
    pid: count,
    version: z.string(),
    state: z.enum(['alive', 'silent', 'stopped', 'closed']).openapi({
      description: 'Silent: its lease has run out, and nobody has closed it yet.',
    }),
    started_at: moment,
    lease_until: moment.nullable(),
    ended_at: moment.nullable(),
    latest_at: moment.nullable().openapi({
      description: 'When the latest of its entries arrived that is in the journal.',
    }),
    last_number: count.openapi({ description: 'The highest that it said to have given.' }),
    spooled_records: count.openapi({ description: 'What it said to have in its spool.' }),
    spooled_bytes: count,
  })
  .openapi('Recorder')

export const SizeView = z
  .object({
    bytes: count,
    weeks: z.array(z.object({ since: moment, bytes: count })),
  })
  .openapi('Size', { description: 'Of the journal on the disk, indexes included.' })

const gap = z.object({
  first: count,
  last: count,
  after: moment.nullable(),
  before: moment.nullable(),
})

const sum = z.object({
  stream: z.string(),
  recorder: z.uuid(),
  host: z.string(),
  presence: z.enum(['running', 'ended']),
  forwarded: count,
  recorded: count,
  excluded: z.record(z.string(), count).openapi({ description: 'By reason.' }),
  in_doubt: count,
  unsettled: count,
  lost: count,
  open: count,
  waiting: count.openapi({ description: 'In a spool that a dead process left on this machine.' }),
  under_way: count,
  missing: z.array(gap),
  total: count.openapi({ description: 'Where the sum holds, as many as were forwarded.' }),
  duplicates: z.array(count),
  damaged: z.array(z.object({ entry: count, side: z.enum(['request', 'response']) })),
})

const spool = z.object({
  stream: z.string(),
  state: z.enum(['running', 'left']),
  records: count.nullable().openapi({ description: 'Null of one that is in use.' }),
  bytes: count.nullable(),
  damaged: count,
})

export const AuditView = z
  .object({
    verdict: z.enum(['whole', 'counted', 'broken']).openapi({
      description:
        'Broken: something is missing, in two places or damaged. Counted: something was lost and ' +
        'counted, or waits in a spool.',
    }),
    recorders: z.array(sum),
    spools: z.array(spool),
  })
  .openapi('Audit')
