import type { JournalSize, RecorderStanding } from '../standing.ts'
import type { Queryable } from './database.ts'
import { micros, numberOrNull } from './moment.ts'
import { isStorable } from './text.ts'

// How things stand at this moment, at the cost of a look: nothing is counted and no body is read.

/** A recorder's state, by the clock of PostgreSQL. */
export const RECORDER_STATE = `case when closed_at is not null then 'closed'
    when stopped_at is not null then 'stopped'
    when lease_until > clock_timestamp() then 'alive' else 'silent' end`

export async function listStandings(db: Queryable, stream?: string): Promise<RecorderStanding[]> {
  if (stream !== undefined && !isStorable(stream)) return []
  const { rows } = await db.query<StandingRow>(STANDINGS, [stream ?? null])
  return rows.map((row) => ({
    stream: row.stream,
    id: row.id,
    target: row.target,
    durability: row.durability,
    whenUnrecordable: row.when_unrecordable,
    host: row.host,
    pid: row.pid,
    version: row.version,
    startedAt: Number(row.started_at),
    state: row.state,
    leaseUntil: numberOrNull(row.lease_until),
    endedAt: numberOrNull(row.ended_at),
    latestAt: numberOrNull(row.latest_at),
    lastNumber: Number(row.last_number),
    spooledRecords: Number(row.spooled_records),
    spooledBytes: Number(row.spooled_bytes),
  }))
}

interface StandingRow extends Pick<
  RecorderStanding,
  'stream' | 'id' | 'target' | 'durability' | 'whenUnrecordable' | 'host' | 'pid' | 'version'
> {
  when_unrecordable: RecorderStanding['whenUnrecordable']
  started_at: string
  state: RecorderStanding['state']
  lease_until: string | null
  ended_at: string | null
  latest_at: string | null
  last_number: string
  spooled_records: string
  spooled_bytes: string
}

const STANDINGS = `
select stream, id, target, durability, when_unrecordable, host, pid, version,
  ${micros('started_at')}, ${RECORDER_STATE} as state, ${micros('lease_until')},
  ${micros('ended_at')}, last_number, spooled_records, spooled_bytes, ${micros('latest_at')}
from (select *, coalesce(closed_at, stopped_at) as ended_at from reprise.recorder) r
  -- By its own clock they arrived after it started: older partitions need no look.
  left join lateral (select arrived_at as latest_at from reprise.entry e
    where e.stream = r.stream and e.recorder = r.id and arrived_at >= r.started_at - interval '1 day'
    order by number desc limit 1) latest on true
where $1::text is null or stream = $1
order by r.ended_at is not null, r.started_at desc, id
limit 1000`

export async function journalSize(db: Queryable): Promise<JournalSize> {
  const { rows } = await db.query<{ since: string | null; bytes: string }>(SIZES)
  const weeks = rows.flatMap(({ since, bytes }) =>
    since === null ? [] : [{ since: Number(since), bytes: Number(bytes) }],
  )
  return { bytes: rows.reduce((sum, { bytes }) => sum + Number(bytes), 0), weeks }
}

/** Entries and bodies by the week of their partition; all other tables together, without one. */
const SIZES = `
select ${micros('since')}, sum(bytes) as bytes from (
  select to_timestamp(substring(relname from '^(?:entry|body_chunk)_(\\d{8})$') || ' +00',
      'YYYYMMDD TZH') as since,
    pg_total_relation_size(oid) as bytes
  from pg_class where relnamespace = 'reprise'::regnamespace and relkind = 'r') t
group by t.since order by t.since`
