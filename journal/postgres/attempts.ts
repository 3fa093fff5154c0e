import type {
  Answered,
  AnsweredPage,
  Attempt,
  Attempted,
  AttemptNote,
  AttemptOutcome,
  Run,
} from '../runs.ts'
import { unmasked } from '../masking/masked.ts'
import type { Secrets } from '../secrets.ts'
import type { Queryable } from './database.ts'
import { openedFields, type StoredFields } from './headers.ts'
import { micros, numberOrNull } from './moment.ts'
import { readParts, type StoredPart } from './parts.ts'
import { placeOfAttempt } from './run-notes.ts'

export async function listAttempts(
  db: Queryable,
  secrets: Secrets,
  run: Run,
  page: { after?: number; limit: number; outcomes?: readonly AttemptOutcome[] },
): Promise<Attempt[]> {
  const { rows } = await db.query<AttemptRow>(
    `select ${ATTEMPT} from reprise.attempt where stream = $1 and run = $2 and position > $3
       and ($5::text[] is null or outcome = any($5))
     order by position limit $4`,
    [run.stream, run.id, page.after ?? -1, page.limit, page.outcomes ?? null],
  )
  return rows.map((row) => toAttempt(row, secrets))
}

export async function listAttemptsOf(
  db: Queryable,
  secrets: Secrets,
  entry: { stream: string; id: number },
  limit: number,
): Promise<Attempt[]> {
  const { rows } = await db.query<AttemptRow>(
    `select ${ATTEMPT} from reprise.attempt where stream = $1 and entry = $2
     order by run desc limit $3`,
    [entry.stream, entry.id, limit],
  )
  return rows.map((row) => toAttempt(row, secrets))
}

const ATTEMPT = `
  stream, run, position, entry, outcome, status, response_headers,
  length(response_body) as response_length, detail, differences, uses,
  ${micros('sent_at')}, ${micros('ended_at')}`

function toAttempt(row: AttemptRow, secrets: Secrets): Attempt {
  return {
    stream: row.stream,
    run: Number(row.run),
    position: row.position,
    entry: Number(row.entry),
    outcome: row.outcome,
    status: row.status,
    responseHeaders: row.response_headers && openedFields(row.response_headers, secrets).fields,
    responseLength: row.response_length,
    detail: row.detail,
    differences: row.differences,
    uses: row.uses,
    sentAt: Number(row.sent_at),
    endedAt: numberOrNull(row.ended_at),
  }
}

interface AttemptRow {
  stream: string
  run: string
  position: number
  entry: string
  outcome: AttemptOutcome
  status: number | null
  response_headers: StoredFields | null
  response_length: number | null
  detail: string | null
  differences: unknown
  uses: unknown
  sent_at: string
  ended_at: string | null
}

export async function listAttempted(
  db: Queryable,
  run: Pick<Run, 'stream' | 'id'>,
  entries: readonly number[] | 'sending',
): Promise<Attempted[]> {
  const which = entries === 'sending' ? `outcome = 'sending'` : 'entry = any($3::bigint[])'
  const { rows } = await db.query<{ position: number; entry: string; outcome: AttemptOutcome }>(
    `select position, entry, outcome from reprise.attempt
     where stream = $1 and run = $2 and ${which} order by position`,
    entries === 'sending' ? [run.stream, run.id] : [run.stream, run.id, entries],
  )
  return rows.map(({ entry, ...row }) => ({ ...row, entry: Number(entry) }))
}

type RunId = Pick<Run, 'stream' | 'id'>

export async function listUses(
  db: Queryable,
  run: RunId,
  which: { entry: number } | { after?: number; limit: number },
): Promise<AttemptNote[]> {
  const [where, values] =
    'entry' in which
      ? ['entry = $3 order by position', [which.entry]]
      : ['position > $3 order by position limit $4', [which.after ?? -1, which.limit]]
  const { rows } = await db.query<{ position: number; entry: string; uses: unknown }>(
    `select position, entry, uses from reprise.attempt
     where stream = $1 and run = $2 and uses is not null and ${where}`,
    [run.stream, run.id, ...values],
  )
  return rows.map(({ entry, ...row }) => ({ ...row, entry: Number(entry) }))
}

export async function listAnswered(
  db: Queryable,
  secrets: Secrets,
  run: RunId,
  { after, limit, bytes }: AnsweredPage,
): Promise<Answered[]> {
  const { rows } = await db.query<AnsweredRow>(ANSWERED, [
    ...[run.stream, run.id, after ?? -1, limit, bytes],
  ])
  return rows.map(({ position, entry, outcome, status, response_headers: headers, ...row }) => {
    const fields = headers === null ? [] : openedFields(headers, secrets).fields
    const parts = readParts(row.sealed, placeOfAttempt(run.id, position), secrets, 'opened')
    const body = unmasked(row.body ?? Buffer.alloc(0), parts.masked)
    const answer = status === null ? null : { status, fields, body }
    return { position, entry: Number(entry), outcome, answer }
  })
}

// Lengths are known without the bodies being read; only those of the page are.
const ANSWERED = `
select position, entry, outcome, status, response_headers, response_body as body, sealed
from reprise.attempt where stream = $1 and run = $2 and position in (
  select position from (
    select position, sum(coalesce(length(response_body), 0)) over (order by position)
      - coalesce(length(response_body), 0) as before
    from (
      select position, response_body from reprise.attempt
      where stream = $1 and run = $2 and position > $3 order by position limit $4) page) sized
  where before < $5)
order by position`

interface AnsweredRow {
  position: number
  entry: string
  outcome: AttemptOutcome
  status: number | null
  response_headers: StoredFields | null
  body: Buffer | null
  sealed: StoredPart[] | null
}
