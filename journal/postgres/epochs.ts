import type { Claim, Epoch, EpochEnding, EpochStore, Notice, Restoration } from '../epochs.ts'
import { Problem } from '../problem.ts'
import type { DatabaseOptions, Queryable } from './database.ts'
import { micros, numberOrNull } from './moment.ts'
import { CHANNEL, hear, TELL } from './notices.ts'
import { fromNow } from './recorders.ts'
import { RECORDER_STATE } from './standing.ts'
import { isStorable, storable, storableJson } from './text.ts'

/** `asked` runs a piece of work on the database, and says of a failure what was being done. */
export function epochStore(
  asked: <T>(doing: string, work: (db: Queryable) => Promise<T>) => Promise<T>,
  options: DatabaseOptions,
): EpochStore {
  /** Of a change, which whoever waits for it is told of. */
  const changed = <T>(doing: string, stream: string, work: (db: Queryable) => Promise<T>) =>
    asked(doing, async (db) => {
      const result = await work(db)
      // It is done; who is not told of it looks from time to time.
      await db.query(TELL, [CHANNEL, stream]).catch(() => {})
      return result
    })
  return {
    watchEpochs(stream, told) {
      const hearing = hear(options, (of) => {
        if (of === null || of === stream) told()
      })
      return {
        get isTold() {
          return hearing.isHeard
        },
        close: () => hearing.close(),
      }
    },
    epoch: (stream) => asked('reading the epoch', (db) => currentEpoch(db, stream)),
    epochs: (stream, limit) => asked('listing epochs', (db) => listEpochs(db, stream, limit)),
    restorations: (stream) => asked('listing restores', (db) => restorations(db, stream)),
    firstEpoch: (stream, notice) =>
      changed('beginning an epoch', stream, (db) => firstEpoch(db, stream, notice)),
    loseEpoch: (...of) => changed('ending an epoch', of[0], (db) => loseEpoch(db, ...of)),
    nameEpoch: (...of) => changed('naming an epoch', of[0], (db) => nameEpoch(db, ...of)),
    claimEpoch: (...of) => asked('claiming a restore', (db) => claimEpoch(db, ...of)),
    keepClaim(claim, lease, run) {
      const doing = 'keeping a restore'
      const work = (db: Queryable) => keepClaim(db, claim, lease, run)
      // One that is let go may be claimed by another.
      return lease === 0 ? changed(doing, claim.stream, work) : asked(doing, work)
    },
    endEpoch: (...of) => changed('ending a restore', of[0].stream, (db) => endEpoch(db, ...of)),
    openEpoch: (...of) => changed('opening an epoch', of[0], (db) => openEpoch(db, ...of)),
    reachEpoch: (...of) => changed('reaching an epoch', of[0], (db) => reachEpoch(db, ...of)),
    behindEpoch: (...of) => asked('listing recorders', (db) => behindEpoch(db, ...of)),
  }
}

async function currentEpoch(db: Queryable, stream: string): Promise<Epoch | null> {
  const [epoch = null] = await listEpochs(db, stream, 1)
  return epoch
}

async function listEpochs(db: Queryable, stream: string, limit: number): Promise<Epoch[]> {
  if (!isStorable(stream)) return []
  const { rows } = await db.query<EpochRow>(
    `select ${EPOCH_COLUMNS} from reprise.epoch where stream = $1 order by number desc limit $2`,
    [stream, limit],
  )
  return rows.map(toEpoch)
}

interface Given {
  epoch: number
  run: string
  up_to: string
  behind: string | null
}

/** Also of one that failed, or that somebody opened by hand: what its run gave is what clients have. */
async function restorations(db: Queryable, stream: string): Promise<Restoration[]> {
  if (!isStorable(stream)) return []
  const { rows } = await db.query<Given>(
    `select epoch.number as epoch, run.id as run, run.plan->'filter'->>'idTo' as up_to,
       run.plan->'filter'->'after'->>'orderedAt' as behind
     from reprise.epoch join reprise.run on run.stream = epoch.stream and run.id = epoch.run
     where epoch.stream = $1 and epoch.phase = 'open' and run.state <> 'running'
       and run.plan->'filter'->>'idTo' is not null
     order by epoch.number`,
    [stream],
  )
  return rows.map(({ epoch, run, up_to, behind }) => ({
    ...{ epoch, run: Number(run), upTo: Number(up_to) },
    ...(behind !== null && { behind: Number(behind) }),
  }))
}

async function firstEpoch(db: Queryable, stream: string, { boot, sign }: Notice): Promise<Epoch> {
  await db.query(
    `insert into reprise.epoch (stream, number, phase, boot, sign) values ($1, 1, 'open', $2, $3)
     on conflict do nothing`,
    [stream, boot && storable(boot), storable(sign)],
  )
  return (await currentEpoch(db, stream))!
}

/** Two who say so at once insert the same key: one of them has it done already. */
async function loseEpoch(
  db: Queryable,
  stream: string,
  number: number,
  { boot, sign }: Notice,
): Promise<Epoch> {
  await db.query(
    `insert into reprise.epoch (stream, number, phase, boot, sign)
     select stream, number + 1, 'restoring', $3, $4
     from (select * from reprise.epoch where stream = $1 order by number desc limit 1) latest
     where number = $2 and (boot is null or $3::text is null or boot <> $3)
     on conflict do nothing`,
    [stream, number, boot && storable(boot), storable(sign)],
  )
  return (await currentEpoch(db, stream))!
}

async function nameEpoch(
  db: Queryable,
  stream: string,
  number: number,
  boot: string,
): Promise<void> {
  await db.query(
    `update reprise.epoch set boot = $3 where stream = $1 and number = $2
       and not exists (select from reprise.epoch where stream = $1 and number > $2)`,
    [stream, number, storable(boot)],
  )
}

async function claimEpoch(
  db: Queryable,
  stream: string,
  holder: string,
  lease: number,
  which: 'restoring' | 'again',
): Promise<{ claim: Claim; epoch: Epoch } | null> {
  const { rows } = await db.query<EpochRow & { token: string }>(
    `update reprise.epoch set token = token + 1, holder = $2, by_hand = $4, phase = 'restoring', outcome = null,
       detail = null, findings = null, ended_at = null, lease_until = ${fromNow('$3')}
     where stream = $1 and number = (select max(number) from reprise.epoch where stream = $1)
       and (phase = 'restoring' or ($4 and ${FAILED})) and (lease_until is null or lease_until < clock_timestamp())
     returning ${EPOCH_COLUMNS}, token`,
    [stream, storable(holder), lease, which === 'again'],
  )
  const [row] = rows
  if (row === undefined) return null
  const epoch = toEpoch(row)
  return { claim: { stream, number: epoch.number, token: Number(row.token) }, epoch }
}

async function keepClaim(
  db: Queryable,
  { stream, number, token }: Claim,
  lease: number,
  run: number | null,
): Promise<void> {
  const { rowCount } = await db.query(
    `update reprise.epoch set lease_until = ${fromNow('$4')}, run = coalesce($5, run)
     where ${HELD}`,
    [stream, number, token, lease, run],
  )
  if (rowCount === 0) throw lost(stream, number)
}

async function endEpoch(
  db: Queryable,
  { stream, number, token }: Claim,
  { phase, outcome, detail, findings = null }: EpochEnding,
): Promise<void> {
  const { rowCount } = await db.query(
    `update reprise.epoch set phase = $4, outcome = $5, detail = $6, findings = $7,
       ended_at = clock_timestamp(), holder = null, lease_until = null
     where ${HELD}`,
    [
      ...[stream, number, token, phase, outcome, detail && storable(detail)],
      findings && storableJson(findings),
    ],
  )
  if (rowCount === 0) throw lost(stream, number)
}

async function openEpoch(db: Queryable, stream: string, detail: string): Promise<Epoch | null> {
  const { rows } = await db.query<EpochRow>(
    `update reprise.epoch set phase = 'open', outcome = 'given_up', detail = $2, token = token + 1,
       ended_at = clock_timestamp(), holder = null, lease_until = null
     where stream = $1 and number = (select max(number) from reprise.epoch where stream = $1)
       and phase <> 'open' returning ${EPOCH_COLUMNS}`,
    [stream, storable(detail)],
  )
  return rows[0] === undefined ? null : toEpoch(rows[0])
}

async function reachEpoch(
  db: Queryable,
  stream: string,
  recorder: string,
  number: number,
): Promise<void> {
  await db.query(`update reprise.recorder set epoch = $3 where stream = $1 and id = $2`, [
    ...[stream, recorder, number],
  ])
}

async function behindEpoch(
  db: Queryable,
  stream: string,
  number: number,
): Promise<{ behind: string[]; without: string[] }> {
  const { rows } = await db.query<{ id: string; epoch: number | null }>(
    `select id, epoch from (select *, ${RECORDER_STATE} as state from reprise.recorder
       where stream = $1 and closed_at is null and stopped_at is null) open
     where state in ('alive', 'silent') and (epoch is null or epoch < $2) order by started_at`,
    [stream, number],
  )
  const ids = (of: typeof rows) => of.map(({ id }) => id)
  return {
    behind: ids(rows.filter(({ epoch }) => epoch !== null)),
    without: ids(rows.filter(({ epoch }) => epoch === null)),
  }
}

/** Its restore failed, whether clients were let in all the same or not. */
export const FAILED = `(phase = 'failed' or (phase = 'open' and outcome = 'failed'))`

/** $1 to $3: nobody else has claimed it, and it is the epoch of now. */
const HELD = `stream = $1 and number = $2 and token = $3 and phase = 'restoring'
  and not exists (select from reprise.epoch where stream = $1 and number > $2)`

export const EPOCH_COLUMNS = `stream, number, phase, boot, sign, ${micros('began_at')}, run, outcome, detail,
  findings, ${micros('ended_at')}`

export type EpochRow = Pick<
  Epoch,
  'stream' | 'number' | 'phase' | 'boot' | 'sign' | 'outcome' | 'detail' | 'findings'
> & {
  began_at: string
  run: string | null
  ended_at: string | null
}

export function toEpoch(row: EpochRow): Epoch {
  const { stream, number, phase, boot, sign, outcome, detail, findings } = row
  return {
    ...{ stream, number, phase, boot, sign, outcome, detail, findings },
    beganAt: Number(row.began_at),
    run: numberOrNull(row.run),
    endedAt: numberOrNull(row.ended_at),
  }
}

function lost(stream: string, number: number): Problem {
  return new Problem(
    'epoch_lost',
    `the restore of epoch ${number} of ${stream} is not ours any more`,
    {
      source: 'internal',
      hint: 'another process took it over, or the backend lost its state again',
    },
  )
}
