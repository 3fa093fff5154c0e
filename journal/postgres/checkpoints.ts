import type { Checkpoint, CheckpointStore, NewCheckpoint } from '../checkpoints.ts'
import type { Queryable } from './database.ts'
import { micros, timestamp } from './moment.ts'
import { isStorable, storable } from './text.ts'

/** `asked` runs a piece of work on the database, and says of a failure what was being done. */
export function checkpointStore(
  asked: <T>(doing: string, work: (db: Queryable) => Promise<T>) => Promise<T>,
): CheckpointStore {
  return {
    setCheckpoint: (given) => asked('setting a checkpoint', (db) => setCheckpoint(db, given)),
    checkpoints: (stream) => asked('listing checkpoints', (db) => listCheckpoints(db, stream)),
    removeCheckpoint: (stream, number) =>
      asked('removing a checkpoint', (db) => removeCheckpoint(db, stream, number)),
  }
}

/** Two who set one at once want the same number: whoever comes second takes the next. */
async function setCheckpoint(db: Queryable, given: NewCheckpoint): Promise<Checkpoint> {
  const { stream, entry, orderedAt, setBy, note } = given
  for (;;) {
    const { rows } = await db.query<CheckpointRow>(
      `insert into reprise.checkpoint (stream, number, entry, ordered_at, set_by, note)
       select $1, coalesce(max(number), 0) + 1, $2, ${timestamp('$3::bigint')}, $4, $5
       from reprise.checkpoint where stream = $1
       on conflict do nothing returning ${COLUMNS}`,
      [storable(stream), entry, orderedAt, setBy && storable(setBy), note && storable(note)],
    )
    if (rows[0] !== undefined) return toCheckpoint(rows[0])
  }
}

async function listCheckpoints(db: Queryable, stream: string): Promise<Checkpoint[]> {
  if (!isStorable(stream)) return []
  const { rows } = await db.query<CheckpointRow>(
    `select ${COLUMNS} from reprise.checkpoint where stream = $1 and removed_at is null
     order by checkpoint.ordered_at desc, entry desc, number desc`,
    [stream],
  )
  return rows.map(toCheckpoint)
}

async function removeCheckpoint(
  db: Queryable,
  stream: string,
  number: number,
): Promise<Checkpoint | null> {
  if (!isStorable(stream) || number > MOST) return null
  const { rows } = await db.query<CheckpointRow>(
    `update reprise.checkpoint set removed_at = clock_timestamp()
     where stream = $1 and number = $2 and removed_at is null returning ${COLUMNS}`,
    [stream, number],
  )
  return rows[0] === undefined ? null : toCheckpoint(rows[0])
}

/** Of the column's type. */
const MOST = 2 ** 31 - 1

const COLUMNS = `stream, number, entry, ${micros('ordered_at')}, ${micros('set_at')}, set_by, note`

interface CheckpointRow {
  stream: string
  number: number
  entry: string
  ordered_at: string
  set_at: string
  set_by: string | null
  note: string | null
}

function toCheckpoint(row: CheckpointRow): Checkpoint {
  const { stream, number, set_by: setBy, note } = row
  return {
    ...{ stream, number, entry: Number(row.entry), orderedAt: Number(row.ordered_at) },
    ...{ setAt: Number(row.set_at), setBy, note },
  }
}
