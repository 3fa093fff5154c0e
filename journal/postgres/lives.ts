import type { Life, LifeEvent, LifeStore, Told, ToldTally, Telling } from '../lives.ts'
import type { Queryable } from './database.ts'
import { EPOCH_COLUMNS, FAILED, toEpoch, type EpochRow } from './epochs.ts'
import { micros, numberOrNull } from './moment.ts'
import { fromNow } from './recorders.ts'
import { isStorable, storable } from './text.ts'

/** `asked` runs a piece of work on the database, and says of a failure what was being done. */
export function lifeStore(
  asked: <T>(doing: string, work: (db: Queryable) => Promise<T>) => Promise<T>,
): LifeStore {
  return {
    lives: (...of) => asked('listing epochs', (db) => listLives(db, ...of)),
    newestLives: () => asked('reading the newest epochs', newestLives),
    retryLife: (...of) => asked('asking for a restore', (db) => retryLife(db, ...of)),
    toldOf: (...of) => asked('reading what was told', (db) => toldOf(db, ...of)),
    beginTelling: (...of) => asked('telling an event', (db) => beginTelling(db, ...of)),
    endTelling: (...of) => asked('noting what was told', (db) => endTelling(db, ...of)),
    tellings: () => asked('counting what was told', tellings),
  }
}

async function listLives(
  db: Queryable,
  stream: string,
  { before, limit }: { before?: number; limit: number },
): Promise<Life[]> {
  if (!isStorable(stream)) return []
  const { rows } = await db.query<LifeRow>(
    `${LIVES} where stream = $1 and ($2::integer is null or number < $2)
     order by number desc limit $3`,
    [stream, before ?? null, limit],
  )
  return rows.map(toLife)
}

async function newestLives(db: Queryable): Promise<Life[]> {
  const { rows } = await db.query<LifeRow>(
    `${LIVES} where not exists (select from reprise.epoch newer
       where newer.stream = life.stream and newer.number > life.number)
     order by stream limit 1000`,
  )
  return rows.map(toLife)
}

async function retryLife(db: Queryable, stream: string, number: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `update reprise.epoch set phase = 'restoring', outcome = null, detail = null, ended_at = null
     where stream = $1 and number = $2 and ${FAILED}
       and not exists (select from reprise.epoch where stream = $1 and number > $2)`,
    [stream, number],
  )
  return rowCount === 1
}

async function toldOf(
  db: Queryable,
  stream: string,
  from: number,
  receiver: Buffer,
): Promise<Pick<Telling, 'number' | 'event' | 'at'>[]> {
  const { rows } = await db.query<{ number: number; event: string }>(
    `select number, event from reprise.epoch_told
     where stream = $1 and number >= $2 and receiver = $3 and outcome is not null`,
    [stream, from, receiver],
  )
  return rows.map(({ number, event }) => {
    const [name, at] = event.split('@')
    return { number, event: name as LifeEvent, at: Number(at ?? 0) }
  })
}

/** As the column has it: what happened, and when. One from before that was kept stands for itself. */
function happening({ event, at }: Pick<Telling, 'event' | 'at'>): string {
  return `${event}@${at}`
}

async function beginTelling(
  db: Queryable,
  { stream, number, receiver, ...of }: Telling,
  lease: number,
): Promise<{ attempt: number } | null> {
  const { rows } = await db.query<{ attempts: number }>(
    `insert into reprise.epoch_told as told (stream, number, event, receiver, due_at)
     values ($1, $2, $3, $4, ${fromNow('$5')})
     on conflict (stream, number, event, receiver) do update
       set attempts = told.attempts + 1, due_at = excluded.due_at
       where told.outcome is null and told.due_at <= clock_timestamp()
     returning attempts`,
    [stream, number, happening(of), receiver, lease],
  )
  return rows[0] === undefined ? null : { attempt: rows[0].attempts }
}

async function endTelling(
  db: Queryable,
  { stream, number, receiver, ...of }: Telling,
  told: Told,
): Promise<void> {
  await db.query(
    `update reprise.epoch_told set outcome = $5, failure = $6, due_at = ${fromNow('$7')}
     where stream = $1 and number = $2 and event = $3 and receiver = $4`,
    [
      ...[stream, number, happening(of), receiver, told.how === 'failed' ? null : told.how],
      ...[told.how === 'delivered' ? null : storable(told.failure)],
      told.how === 'failed' ? told.again : 0,
    ],
  )
}

async function tellings(db: Queryable): Promise<ToldTally[]> {
  const { rows } = await db.query<Omit<ToldTally, 'count'> & { count: string }>(
    `select stream, split_part(event, '@', 1) as event, coalesce(outcome, 'waiting') as how, count(*)
     from reprise.epoch_told group by 1, 2, 3 order by 1, 2, 3`,
  )
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

const LIVES = `select ${EPOCH_COLUMNS}, ${micros('run_began_at')}, ${micros('run_ended_at')},
    case when lease_until > clock_timestamp() then holder end as holder, by_hand
  from (select epoch.*, run.started_at as run_began_at, run.ended_at as run_ended_at
    from reprise.epoch left join reprise.run on run.stream = epoch.stream and run.id = epoch.run) life`

interface LifeRow extends EpochRow {
  run_began_at: string | null
  run_ended_at: string | null
  holder: string | null
  by_hand: boolean
}

function toLife(row: LifeRow): Life {
  return {
    ...toEpoch(row),
    runBeganAt: numberOrNull(row.run_began_at),
    runEndedAt: numberOrNull(row.run_ended_at),
    holder: row.holder,
    byHand: row.by_hand,
  }
}
