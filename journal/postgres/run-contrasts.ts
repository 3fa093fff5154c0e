import type { AttemptOutcome, Contrast, ContrastPage, Run } from '../runs.ts'
import type { Queryable } from './database.ts'

type RunId = Pick<Run, 'stream' | 'id'>

/** Two runs of a stream, entry by entry, where they came out differently. */
export async function listContrasts(
  db: Queryable,
  one: RunId,
  other: RunId,
  page: ContrastPage,
): Promise<Contrast[]> {
  if (one.stream !== other.stream) return []
  const { rows } = await db.query<ContrastRow>(CONTRASTS, [
    ...[one.stream, one.id, other.id, page.after ?? 0, page.limit, page.by ?? 'any'],
  ])
  return rows.map((row) => ({
    entry: Number(row.entry),
    one: sideOf(row.one_position, row.one_outcome, row.one_status),
    other: sideOf(row.other_position, row.other_outcome, row.other_status),
    answers: row.answers,
  }))
}

interface ContrastRow {
  entry: string
  one_position: number | null
  one_outcome: AttemptOutcome | null
  one_status: number | null
  other_position: number | null
  other_outcome: AttemptOutcome | null
  other_status: number | null
  answers: Contrast['answers']
}

function sideOf(position: number | null, outcome: AttemptOutcome | null, status: number | null) {
  return position === null ? null : { position, outcome: outcome!, status }
}

const CONTRASTS = `
select * from (
  select coalesce(a.entry, b.entry) as entry,
    a.position as one_position, a.outcome as one_outcome, a.status as one_status,
    b.position as other_position, b.outcome as other_outcome, b.status as other_status,
    case when a.response_body is not distinct from b.response_body then 'same'
      else 'different' end as answers
  from (select * from reprise.attempt where stream = $1 and run = $2) a
    full join (select * from reprise.attempt where stream = $1 and run = $3) b
      on b.entry = a.entry) both_runs
where entry > $4 and (one_outcome is distinct from other_outcome
  or $6 = 'any' and (one_status is distinct from other_status or answers = 'different'))
order by entry limit $5`
