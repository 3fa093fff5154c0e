import type { Candidate } from './candidate-sources.ts'
import type { Queryable } from './database.ts'
import type { Mark } from './directory.ts'
import { micros } from './moment.ts'
import type { Where } from './where.ts'

/** How many entries that are in no chunk are looked at, of each stream. */
const MOST = 30_000

/**
 * What matches and is in no posting: what came since the last chunk, and what may still change its place.
 * Null: too much came since. In the order of ids, for an index has that: the planner does not know how
 * little it is.
 */
export async function readOthers(
  db: Queryable,
  marks: readonly Mark[],
  { sql, values: known }: Where,
): Promise<Candidate[] | null> {
  const values = [...known, marks.map(({ stream }) => stream), marks.map(({ mark }) => mark)]
  const marked = `unnest($${values.length - 1}::text[], $${values.length}::bigint[]) as known(name, mark)`
  const { rows } = await db.query<OtherRow>(
    `select known.name, fresh.id, ${micros('fresh.arrived_at')}, n
     from ${marked} cross join lateral (
       select id, arrived_at, row_number() over (order by entry.id) as n, ${sql} as matches
       from reprise.entry where stream = known.name and id > known.mark
       order by entry.id limit ${MOST + 1}) fresh
     where matches or n > ${MOST}
     union all
     select known.name, loose.id, ${micros('loose.arrived_at')}, 0
     from ${marked} cross join lateral (
       select unnest(loose) as loose from reprise.chunk
       where stream = known.name and chunk.loose is not null and last_id <= known.mark) chunk
     cross join lateral (
       select id, arrived_at from reprise.entry
       where stream = known.name and id = chunk.loose and ${sql} offset 0) loose`,
    values,
  )
  if (rows.some(({ n }) => Number(n) > MOST)) return null
  return rows.map(({ name, id, arrived_at: arrived }) => ({
    ...{ stream: name, id: Number(id), since: Number(arrived), until: Number(arrived) },
  }))
}

interface OtherRow {
  name: string
  id: string
  arrived_at: string
  n: string
}
