import type { Attempt, AttemptOutcome, AttemptResult, Run, RunState } from '../contract.ts'
import { Problem } from '../problem.ts'
import type { Secrets } from '../secrets.ts'
import { openedFields, storedFields, type StoredFields } from './headers.ts'
import { micros, numberOrNull } from './moment.ts'
import { isStorable, storable, storableOrNull } from './text.ts'
import type { Queryable } from './database.ts'

export async function startRun(
  db: Queryable,
  run: { stream: string; target: string; selection: unknown; planned: number },
): Promise<number> {
  const { rows } = await db.query<{ id: string }>(
    `insert into reprise.run (stream, target, selection, state, planned)
     values ($1, $2, $3, 'running', $4) returning id`,
    [run.stream, storable(run.target), JSON.stringify(run.selection ?? null), run.planned],
  )
  return Number(rows[0]!.id)
}

export async function endRun(
  db: Queryable,
  stream: string,
  run: number,
  state: RunState,
): Promise<void> {
  const { rowCount } = await db.query(
    `update reprise.run set state = $3, ended_at = clock_timestamp() where stream = $1 and id = $2`,
    [stream, run, state],
  )
  if (rowCount === 0) throw unknownRun(run)
}

export async function startAttempt(
  db: Queryable,
  stream: string,
  run: number,
  position: number,
  entry: number,
): Promise<void> {
  const { rowCount } = await db.query(
    `insert into reprise.attempt (stream, run, position, entry, outcome)
     select stream, id, $3, $4, 'sending' from reprise.run where stream = $1 and id = $2`,
    [stream, run, position, entry],
  )
  if (rowCount === 0) throw unknownRun(run)
}

export async function endAttempt(
  db: Queryable,
  secrets: Secrets,
  stream: string,
  run: number,
  position: number,
  result: AttemptResult,
): Promise<void> {
  const { answer } = result
  const { rowCount } = await db.query(
    `update reprise.attempt set outcome = $4, detail = $5, status = $6, response_headers = $7,
       response_body = $8, ended_at = clock_timestamp()
     where stream = $1 and run = $2 and position = $3`,
    [
      stream,
      run,
      position,
      result.outcome,
      storableOrNull(result.detail),
      answer?.status ?? null,
      answer === null ? null : JSON.stringify(storedFields(answer.fields, secrets)),
      answer?.body ?? null,
    ],
  )
  if (rowCount === 0) throw unknownRun(run)
}

export async function listRuns(
  db: Queryable,
  filter: { stream?: string; id?: number; before?: number; limit: number },
): Promise<Run[]> {
  if (filter.stream !== undefined && !isStorable(filter.stream)) return []
  const { rows } = await db.query<RunRow>(RUNS, [
    filter.stream ?? null,
    filter.id ?? null,
    filter.before ?? null,
    filter.limit,
  ])
  return rows.map((row) => ({
    stream: row.stream,
    id: Number(row.id),
    target: row.target,
    selection: row.selection,
    state: row.state,
    planned: row.planned,
    startedAt: Number(row.started_at),
    endedAt: numberOrNull(row.ended_at),
    outcomes: row.outcomes ?? {},
  }))
}

export async function readRun(db: Queryable, id: number): Promise<Run> {
  if (!Number.isSafeInteger(id)) throw unknownRun(id)
  const [run] = await listRuns(db, { id, limit: 1 })
  if (run === undefined) throw unknownRun(id)
  return run
}

function unknownRun(id: number): Problem {
  return new Problem('run_unknown', `there is no run ${id}`, { source: 'user' })
}

interface RunRow {
  stream: string
  id: string
  target: string
  selection: unknown
  state: RunState
  planned: number
  started_at: string
  ended_at: string | null
  outcomes: Partial<Record<AttemptOutcome, number>> | null
}

const RUNS = `
select stream, id, target, selection, state, planned, ${micros('started_at')}, ${micros('ended_at')},
  (select json_object_agg(outcome, n) from (
     select outcome, count(*) as n from reprise.attempt
     where attempt.stream = run.stream and attempt.run = run.id group by outcome) o) as outcomes
from reprise.run
where ($1::text is null or stream = $1) and ($2::bigint is null or id = $2)
  and ($3::bigint is null or id < $3)
order by id desc limit $4`

export async function listAttempts(
  db: Queryable,
  secrets: Secrets,
  run: Run,
  page: { after?: number; limit: number },
): Promise<Attempt[]> {
  const { rows } = await db.query<AttemptRow>(
    `select position, entry, outcome, status, response_headers,
       length(response_body) as response_length, detail, ${micros('sent_at')}, ${micros('ended_at')}
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
  sent_at: string
  ended_at: string | null
}
