import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { VerifiedRules } from '../../journal/compactions.ts'
import type { Journal } from '../../journal/contract.ts'
import type { DoorEnv } from './door/caller.ts'
import { needs } from './door/needs.ts'
import { StreamName } from './filter-schemas.ts'
import { json, problems } from './responses.ts'
import { timestamp } from './schemas.ts'
import { isoMicros } from './views.ts'

const VerifiedRulesView = z
  .object({
    stream: z.string(),
    digest: z.string().openapi({ description: 'SHA-256 of their normal form, in hex.' }),
    rules: z.array(z.string()).openapi({ description: 'In their normal form.' }),
    entry: z.int().openapi({ description: 'The newest entry of the plans that showed it.' }),
    planned: z.int().openapi({ description: 'Entries of the whole plan.' }),
    left_out: z.int().openapi({ description: 'How many of them the other plan left out.' }),
    whole_run: z.int(),
    compact_run: z.int(),
    verified_at: timestamp,
    verified_by: z.string().nullable().openapi({ description: 'Null: nobody that is known.' }),
  })
  .openapi('VerifiedRules')

const listRoute = createRoute({
  ...needs('read'),
  operationId: 'listVerifiedRules',
  tags: ['Checkpoints'],
  method: 'get',
  path: '/api/streams/{stream}/verified-rules',
  summary: 'Rules of compaction that make no difference to the state, the latest verified first',
  description:
    'As `reprise compact --verify` has shown with two backends. Runs, and restores, leave out what such ' +
    'rules make needless, and by no others.',
  request: { params: z.object({ stream: StreamName }) },
  responses: {
    200: json(z.object({ verified: z.array(VerifiedRulesView) }), 'All of them.'),
    ...problems,
  },
})

/** What `reprise compact STREAM` lists. */
export function addCompactionApi(api: OpenAPIHono<DoorEnv>, journal: Journal): void {
  api.openapi(listRoute, async (c) => {
    const { stream } = c.req.valid('param')
    return c.json({ verified: (await journal.verifiedRules(stream)).map(verifiedView) }, 200)
  })
}

function verifiedView({
  leftOut,
  wholeRun,
  compactRun,
  verifiedAt,
  verifiedBy,
  rules,
  ...rest
}: VerifiedRules): z.input<typeof VerifiedRulesView> {
  return {
    ...rest,
    rules: [...rules],
    ...{ left_out: leftOut, whole_run: wholeRun, compact_run: compactRun },
    ...{ verified_at: isoMicros(verifiedAt), verified_by: verifiedBy },
  }
}
