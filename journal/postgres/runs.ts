import { randomUUID } from 'node:crypto'
import type {
  AttemptOutcome,
  DrivenHow,
  Driving,
  Run,
  RunFilter,
  RunState,
  RunTally,
  Taken,
  Wanted,
} from '../runs.ts'
import { Problem } from '../problem.ts'
import type { Queryable } from './database.ts'
import { micros, numberOrNull, timestamp } from './moment.ts'
import { isStorable, storable } from './text.ts'

export async function startRun(
  db: Queryable,
  run: { stream: string; target: string; selection: unknown; planned: number; plan?: unknown },
  lease: number,
): Promise<Driving> {
  const driver = randomUUID()
  const { rows } = await db.query<{ id: string }>(
    `insert into reprise.run (stream, target, selection, state, planned, plan, driver, driven_until)
     values ($1, $2, $3, 'running', $4, $5, $6, ${untilAfter('$7')}) returning id`,
    [
      ...[run.stream, storable(run.target), JSON.stringify(run.selection ?? null), run.planned],
      ...[JSON.stringify(run.plan ?? null), driver, lease],
    ],
  )
  return { stream: run.stream, run: Number(rows[0]!.id), driver }
}

/** SQL of the moment when a lease of so many ms runs out that begins now. */
export function untilAfter(lease: string): string {
  return `clock_timestamp() + ${lease} * interval '1 millisecond'`
}

export async function takeRun(db: Queryable, id: number, lease: number): Promise<Taken> {
  const driver = randomUUID()
  const { rows } = await db.query<Omit<Taken, 'run' | 'driver'>>(
    `update reprise.run set state = 'running', ended_at = null, driver = $2,
       wanted = null, heeded = null, driven_until = ${untilAfter('$3')}
     from (select stream, id, driver as former from reprise.run where id = $1 for update) found
     where run.stream = found.stream and run.id = found.id and state <> 'done'
       and (state <> 'running' or driven_until is null or driven_until < clock_timestamp())
     returning run.stream, former,
       (select coalesce(max(position) + 1, 0) from reprise.attempt
        where attempt.stream = run.stream and attempt.run = run.id) as "nextPosition",
       (select coalesce(max(number) + 1, 0) from reprise.alias
        where alias.stream = run.stream and alias.run = run.id) as "nextAlias"`,
    [Number.isSafeInteger(id) ? id : -1, driver, lease],
  )
  if (rows[0] !== undefined) {
    // What it sent is looked for page by page. Without statistics of the run PostgreSQL believes that it has
    // one attempt, and reads all of them each time. A role that may not has to wait for autovacuum's.
    await db.query('analyze (skip_locked) reprise.attempt, reprise.alias')
    return { ...rows[0], run: id, driver }
  }
  const { state } = await readRun(db, id)
  if (state === 'done') {
    throw new Problem('run_over', `run ${id} is at its end`, {
      source: 'user',
      hint: 'replay again without --resume to send everything once more',
    })
  }
  throw driven(id)
}

export async function endRun(
  db: Queryable,
  { stream, run, driver }: Driving,
  state: RunState,
): Promise<void> {
  const { rowCount } = await db.query(
    `update reprise.run set state = $4, ended_at = clock_timestamp(), wanted = null, heeded = null
     where stream = $1 and id = $2 and driver = $3`,
    [stream, run, driver, state],
  )
  if (rowCount === 0) throw await takenOrGone(db, run)
}

export async function wantOfRun(
  db: Queryable,
  id: number,
  wanted: Wanted | null,
): Promise<'wanted' | 'undriven'> {
  const { stream } = await readRun(db, id)
  const { rowCount } = await db.query(
    `update reprise.run set wanted = case when wanted = 'stop' then wanted else $3 end
     where stream = $1 and id = $2 and state = 'running' and driven_until >= clock_timestamp()`,
    [stream, id, wanted],
  )
  return rowCount === 0 ? 'undriven' : 'wanted'
}

/** Why a run could not be written to by one that drove it. */
export async function takenOrGone(db: Queryable, run: number): Promise<Problem> {
  await readRun(db, run)
  return driven(run)
}

function driven(run: number): Problem {
  return new Problem('run_driven', `another process drives run ${run}`, {
    source: 'user',
    hint: 'wait until it has ended, or stop it; what it sent is not sent again by --resume',
  })
}

export async function listRuns(
  db: Queryable,
  filter: RunFilter & { id?: number; limit: number },
): Promise<Run[]> {
  const { stream, text, id, before, states, since, until, limit } = filter
  if (![stream, text].every((one) => one === undefined || isStorable(one))) return []
  const { rows } = await db.query<RunRow>(RUNS, [
    ...[stream ?? null, id ?? null, before ?? null, states ?? null, text ?? null],
    ...[since ?? null, until ?? null, limit],
  ])
  return rows.map((row) => ({
    stream: row.stream,
    id: Number(row.id),
    target: row.target,
    selection: row.selection,
    plan: row.plan,
    state: row.state,
    driven: row.driven,
    planned: row.planned,
    startedAt: Number(row.started_at),
    endedAt: numberOrNull(row.ended_at),
    outcomes: row.outcomes ?? {},
  }))
}

export async function tallyRuns(db: Queryable, known: readonly number[]): Promise<RunTally[]> {
  const { rows } = await db.query<Pick<RunRow, 'id' | 'state' | 'outcomes'>>(
    `select id, state, case when id <> all($1::bigint[]) then ${OUTCOMES} end as outcomes
     from reprise.run`,
    [known],
  )
  const isKnown = new Set(known)
  return rows.map(({ id, state, outcomes }) => {
    const run = Number(id)
    return { run, state, outcomes: isKnown.has(run) ? null : (outcomes ?? {}) }
  })
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
  plan: unknown
  state: RunState
  driven: DrivenHow | null
  planned: number
  started_at: string
  ended_at: string | null
  outcomes: Partial<Record<AttemptOutcome, number>> | null
}

const OUTCOMES = `
  (select json_object_agg(outcome, n) from (
     select outcome, count(*) as n from reprise.attempt
     where attempt.stream = run.stream and attempt.run = run.id group by outcome) o)`

const RUNS = `
select stream, id, target, selection, plan, state, planned, ${micros('started_at')},
  case when state <> 'running' then null
    when driven_until is null or driven_until < clock_timestamp() then 'nobody'
    when wanted is null then 'running' when wanted = 'stop' then 'stopping'
    when heeded = 'pause' then 'paused' else 'pausing' end as driven,
  ${micros('ended_at')}, ${OUTCOMES} as outcomes
from reprise.run
where ($1::text is null or stream = $1) and ($2::bigint is null or id = $2)
  and ($3::bigint is null or id < $3) and ($4::text[] is null or state = any($4))
  and ($5::text is null or position(lower($5) in lower(target || ' ' || selection::text)) > 0)
  and ($6::bigint is null or started_at >= ${timestamp('$6::bigint')})
  and ($7::bigint is null or started_at < ${timestamp('$7::bigint')})
order by id desc limit $8`
