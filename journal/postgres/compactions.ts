import type { CompactionStore, VerifiedRules } from '../compactions.ts'
import type { Queryable } from './database.ts'
import { micros } from './moment.ts'
import { isStorable, storable } from './text.ts'

/** `asked` runs a piece of work on the database, and says of a failure what was being done. */
export function compactionStore(
  asked: <T>(doing: string, work: (db: Queryable) => Promise<T>) => Promise<T>,
): CompactionStore {
  return {
    noteVerified: (rules) => asked('noting verified rules', (db) => noteVerified(db, rules)),
    verifiedRules: (stream) => asked('reading verified rules', (db) => listVerified(db, stream)),
    withdrawVerified: (stream, digest) =>
      asked('withdrawing verified rules', (db) => withdrawVerified(db, stream, digest)),
  }
}

async function noteVerified(
  db: Queryable,
  given: Omit<VerifiedRules, 'verifiedAt'>,
): Promise<VerifiedRules> {
  const { stream, digest, rules, entry, planned, leftOut, wholeRun, compactRun, verifiedBy } = given
  const { rows } = await db.query<VerifiedRow>(
    `insert into reprise.compaction as known (stream, digest, rules, entry, planned, left_out,
       whole_run, compact_run, verified_by)
     values ($1, decode($2, 'hex'), $3, $4, $5, $6, $7, $8, $9)
     on conflict (stream, digest) do update set entry = excluded.entry, planned = excluded.planned,
       left_out = excluded.left_out, whole_run = excluded.whole_run,
       compact_run = excluded.compact_run, verified_at = excluded.verified_at,
       verified_by = excluded.verified_by
     returning ${COLUMNS}`,
    [
      ...[storable(stream), digest, rules.map(storable), entry, planned, leftOut, wholeRun],
      ...[compactRun, verifiedBy && storable(verifiedBy)],
    ],
  )
  return toVerified(rows[0]!)
}

async function listVerified(db: Queryable, stream: string): Promise<VerifiedRules[]> {
  if (!isStorable(stream)) return []
  const { rows } = await db.query<VerifiedRow>(
    `select ${COLUMNS} from reprise.compaction where stream = $1
     order by compaction.verified_at desc`,
    [stream],
  )
  return rows.map(toVerified)
}

async function withdrawVerified(db: Queryable, stream: string, digest: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `delete from reprise.compaction where stream = $1 and digest = decode($2, 'hex')`,
    [storable(stream), digest],
  )
  return rowCount === 1
}

const COLUMNS = `stream, encode(digest, 'hex') as digest, rules, entry, planned, left_out, whole_run,
  compact_run, ${micros('verified_at')}, verified_by`

interface VerifiedRow {
  stream: string
  digest: string
  rules: string[]
  entry: string
  planned: string
  left_out: string
  whole_run: string
  compact_run: string
  verified_at: string
  verified_by: string | null
}

function toVerified(row: VerifiedRow): VerifiedRules {
  const { stream, digest, rules, verified_by: verifiedBy } = row
  return {
    ...{ stream, digest, rules, verifiedBy, entry: Number(row.entry) },
    ...{ planned: Number(row.planned), leftOut: Number(row.left_out) },
    ...{ wholeRun: Number(row.whole_run), compactRun: Number(row.compact_run) },
    verifiedAt: Number(row.verified_at),
  }
}
