import type { Attempt, Attempted, AttemptOutcome, KeptAlias, Run } from '../contract.ts'
import type { Secrets, StoredValue } from '../secrets.ts'
import type { Queryable } from './database.ts'
import { openedFields, type StoredFields } from './headers.ts'
import { micros, numberOrNull } from './moment.ts'
import { lookupOf } from './run-notes.ts'
import { openText } from '../sealed-text.ts'

export async function listAttempts(
  db: Queryable,
  secrets: Secrets,
  run: Run,
  page: { after?: number; limit: number },
): Promise<Attempt[]> {
  const { rows } = await db.query<AttemptRow>(
    `select position, entry, outcome, status, response_headers,
       length(response_body) as response_length, detail, differences, uses,
       ${micros('sent_at')}, ${micros('ended_at')}
     from reprise.attempt where stream = $1 and run = $2 and position > $3
     order by position limit $4`,
    [run.stream, run.id, page.after ?? -1, page.limit],
  )
  return rows.map((row) => ({
    stream: run.stream,
    run: run.id,
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
  }))
}

interface AttemptRow {
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
  run: Run,
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

export async function listAliases(
  db: Queryable,
  secrets: Secrets,
  run: Pick<Run, 'stream' | 'id'>,
  which: { old: readonly string[] } | { after?: number; limit: number },
): Promise<(KeptAlias & { number: number })[]> {
  const [where, values] =
    'old' in which
      ? ['lookup = any($3::bytea[]) order by number', [which.old.map(lookupOf)]]
      : ['number > $3 order by number limit $4', [which.after ?? -1, which.limit]]
  const { rows } = await db.query<AliasRow>(
    `select number, producer, place, old, new, kind from reprise.alias
     where stream = $1 and run = $2 and ${where}`,
    [run.stream, run.id, ...values],
  )
  return rows.map(({ number, producer, place, old, new: now, kind }) => ({
    ...{ number, producer: Number(producer), place, kind },
    old: openText(secrets, old),
    new: openText(secrets, now),
    secrecy: typeof old === 'string' ? 'plain' : 'secret',
  }))
}

interface AliasRow {
  number: number
  producer: string
  place: string
  old: StoredValue
  new: StoredValue
  kind: unknown
}
