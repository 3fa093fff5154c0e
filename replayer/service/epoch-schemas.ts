import { z } from '@hono/zod-openapi'
import { OUTCOMES } from './attempt-schemas.ts'
import { Target } from './run-schemas.ts'
import { timestamp } from './schemas.ts'

// The shapes of a backend's lives.

const seconds = z.number().nullable()
const policy = z.enum(['stop', 'skip', 'send'])

const Findings = z
  .object({
    entries: z
      .array(
        z.object({
          id: z.int(),
          outcome: z.enum(OUTCOMES),
          detail: z.string().nullable(),
        }),
      )
      .openapi({ description: 'The first that were not answered as recorded, or not at all.' }),
    unlisted: z.int().openapi({ description: 'How many more of them there are.' }),
    probes: z.array(
      z.object({
        probe: z.string(),
        outcome: z.enum(['restored', 'differs', 'unknown']),
        detail: z.string().nullable(),
      }),
    ),
  })
  .openapi('EpochFindings')

export const EpochView = z
  .object({
    stream: z.string(),
    number: z.int().openapi({ description: 'From 1. Hand the last one back as `before`.' }),
    phase: z.enum(['open', 'restoring', 'failed']).openapi({
      description:
        'Restoring: its state was lost, and clients are kept away. Failed: it could not be put back, and ' +
        'nobody tries again before he is told to.',
    }),
    boot: z.string().nullable().openapi({
      description: 'What tells this life from others; null: nobody knows.',
    }),
    sign: z.string().openapi({ description: 'What told that the life before was over.' }),
    began_at: timestamp,
    holder: z
      .string()
      .nullable()
      .openapi({ description: 'Which process restores it; null: none does.' }),
    by_hand: z.boolean().openapi({
      description:
        'Whether somebody had it restored, the last time that was begun: then nobody tries again by himself.',
    }),
    run: z.int().nullable().openapi({ description: 'That puts its state back, or did.' }),
    run_began_at: timestamp.nullable(),
    run_ended_at: timestamp.nullable(),
    outcome: z.enum(['restored', 'differs', 'failed', 'given_up']).nullable().openapi({
      description: 'Given up: somebody let clients in by hand.',
    }),
    detail: z.string().nullable(),
    findings: Findings.nullable().openapi({ description: 'What its restore left to look at.' }),
    ended_at: timestamp.nullable(),
    seconds: z
      .object({ shut: seconds, waited: seconds, replayed: seconds, proved: seconds })
      .openapi({
        description:
          'Shut: from the notice until clients were let in, or it failed. Of that: waited until the run ' +
          'began, replayed, and proved. Null: not over, or never begun.',
      }),
  })
  .openapi('Epoch')

export const EpochWish = z
  .strictObject({ why: z.string().min(1).max(500).openapi({ example: 'the pod was replaced' }) })
  .openapi('EpochWish', { description: 'What told that the state is lost, for people.' })

export const RestoreWish = z
  .strictObject({
    target: Target.optional().openapi({
      description:
        'Which of the upstreams that the stream was recorded in front of; needed where there are several.',
      example: 'http://127.0.0.1:3000',
    }),
    in_doubt: policy.optional().openapi({
      description:
        'What is done with entries of which it is not known whether they were applied; stop: it fails. ' +
        'Default: as the service is set (`--restore-in-doubt`).',
    }),
    in_flight: policy.optional().openapi({
      description:
        'What is done with requests that were under way when a process that restored was killed; stop: it ' +
        'fails. Default: as the service is set (`--restore-in-flight`).',
    }),
  })
  .openapi('RestoreWish')
