import { z } from 'zod'
import { CAPTURES, DELIVERIES, SETTLEMENTS, VERDICTS } from '../../entry.ts'

// The lines of a journal file, version 1. Each is a JSON object whose first member says what it is; all but the
// first end with `sha256`, of the line without it. What has the usual value is left out. Nothing unknown is
// passed over: whoever adds a member raises the version, for an older reader would lose it.

export const VERSION = 1

/** From 2000 to 2100: others would have PostgreSQL make a partition for each of their weeks. */
const moment = z.int().min(946_684_800_000_000).max(4_102_444_800_000_000)
const count = z.int().min(0)
const latin1 = z.string().regex(/^[\u0000-\u00ff]*$/, 'expected characters below U+0100')
/** Without halves of characters, which PostgreSQL does not take. */
const text = z.string().regex(/^\P{Cs}*$/u, 'expected whole characters')
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hex')
const base64 = z.base64()

/** Null: left out. */
const secret = z.union([z.null(), z.strictObject({ sealed: z.string() })])
const field = z.tuple([latin1, z.union([latin1, secret])])
/** Offset and length of a mask in bytes; without a third it was left out. */
const part = z.union([z.tuple([count, count]), z.tuple([count, count, z.string()])])

const kept = {
  /** Where it is UTF-8. */
  text: z.string().optional(),
  base64: base64.optional(),
  secrets: z.array(part).optional(),
}

const body = z.strictObject({
  ...kept,
  /** It follows in so many lines. */
  pieces: count.max(1_000_000).optional(),
  /** Where there are secrets in those. */
  secretPieces: z.enum(['sealed', 'left out']).optional(),
  /** Of the bytes that passed; usual: as many as were kept. */
  length: count.optional(),
  capture: z.enum(CAPTURES).optional(),
  /** Usual: that of what was kept; null: it is not known. */
  sha256: digest.nullable().optional(),
})

const message = {
  fields: z.array(field),
  body: body.optional(),
  trailers: z.array(field).optional(),
}

export const header = z.strictObject({
  reprise: z.literal('journal'),
  version: z.literal(VERSION),
  /** `sealed`: the id of the key. */
  secrets: z.union([z.literal('left out'), z.strictObject({ sealed: z.string() })]),
})

export const recorderLine = z.strictObject({
  recorder: z.strictObject({ no: z.int().min(1), id: z.uuid(), host: z.int().min(1) }),
})

export const entryLine = z.strictObject({
  entry: z.strictObject({
    recorder: z.int().min(1),
    number: z.int().min(1),
    verdict: z.enum(VERDICTS),
    cause: text.optional(),
    delivery: z.enum(DELIVERIES).optional(),
    settled: z
      .strictObject({
        as: z.enum(SETTLEMENTS),
        at: moment.optional(),
        by: text.optional(),
      })
      .optional(),
    label: text.optional(),
    arrived: moment,
    answered: moment.optional(),
    address: text.optional(),
    agent: text.optional(),
    user: text.optional(),
  }),
  request: z.strictObject({
    method: latin1,
    target: latin1,
    secrets: z.array(part).optional(),
    version: latin1.optional(),
    ...message,
  }),
  client: z
    .strictObject({
      form: z.strictObject({
        target: latin1.nullable(),
        fields: z.array(z.strictObject({ at: count, name: latin1, value: latin1.nullable() })),
        body: z.array(z.strictObject({ offset: count, length: count, text: text.nullable() })),
        omitted: count.optional(),
      }),
      sealed: z.string().optional(),
    })
    .optional(),
  response: z
    .strictObject({
      status: z.int().min(100).max(999),
      reason: latin1.optional(),
      ...message,
    })
    .optional(),
})

export const pieceLine = z.strictObject({
  piece: z.strictObject({ of: z.enum(['request', 'response']), at: count, ...kept }),
})

export const shotLine = z.strictObject({
  shot: z.strictObject({
    probe: latin1,
    probeSecrets: z.array(part).optional(),
    taken: moment,
    target: z.url().optional(),
    status: z.int().min(100).max(999),
    fields: z.array(field),
    body,
  }),
})

export const endLine = z.strictObject({
  end: z.strictObject({ entries: count, sha256: digest }),
})

export type FieldShape = z.infer<typeof field>
export type PartShape = z.infer<typeof part>
export type BodyShape = z.infer<typeof body>
export type EntryShape = z.infer<typeof entryLine>
export type PieceShape = z.infer<typeof pieceLine>['piece']
export type ShotShape = z.infer<typeof shotLine>['shot']
