import type { Journal } from '../contract.ts'
import type { EntryFilter } from '../filter.ts'
import type { Micros, NewEntry } from '../entry.ts'
import { Problem, codeOf } from '../problem.ts'
import { appendEntries } from './append.ts'
import {
  databaseProblem,
  openPool,
  writingProblem,
  type DatabaseOptions,
  type Pool,
} from './database.ts'
import { micros, numberOrNull, timestamp } from './moment.ts'
import { countEntries, listEntries, listStreams, readEntry } from './read.ts'
import {
  endAttempt,
  endRun,
  listAttempts,
  listRuns,
  readRun,
  startAttempt,
  startRun,
} from './runs.ts'
import type { Secrets } from '../secrets.ts'
import { isStorable } from './text.ts'
import { whereEntry } from './where.ts'

export interface JournalOptions extends DatabaseOptions {
  /** What is done with the values of secret fields, both ways. */
  secrets: Secrets
}

/** The journal in PostgreSQL. The schema must be there: see migrate.ts. */
export function openJournal(options: JournalOptions): Journal {
  const pool = openPool(options)
  const { secrets } = options
  const asked = async <T>(doing: string, work: (db: Pool) => Promise<T>): Promise<T> => {
    try {
      return await work(pool)
    } catch (error) {
      throw databaseProblem(error, doing)
    }
  }

  return {
    enrol: (recorder) =>
      asked('enrolling the recorder', async (db) => {
        await db.query(
          `insert into reprise.recorder (stream, id, target, durability, host, pid, version, started_at)
           values ($1, $2, $3, $4, $5, $6, $7, ${timestamp('$8::bigint')})
           on conflict (stream, id) do nothing`,
          [
            recorder.stream,
            recorder.id,
            recorder.target,
            recorder.durability,
            recorder.host,
            recorder.pid,
            recorder.version,
            recorder.startedAt,
          ],
        )
        const last = await lastOrderedAt(db, recorder.stream)
        await makePartitions(db, Math.max(recorder.startedAt, last ?? 0))
        return last
      }),
    retire: (stream, id) =>
      asked('retiring the recorder', async (db) => {
        await db.query(
          `update reprise.recorder set stopped_at = clock_timestamp() where stream = $1 and id = $2`,
          [stream, id],
        )
      }),
    append: (stream, recorder, entries) =>
      asked('appending to the journal', async (db) => {
        try {
          await appendWithRoom(db, secrets, stream, recorder, entries)
        } catch (error) {
          throw writingProblem(error, 'appending to the journal')
        }
      }),
    onBroken: (listener) =>
      void pool.on('error', (error) => listener(databaseProblem(error, 'an idle connection'))),
    check: () =>
      asked('checking the journal', async (db) => {
        const { rows } = await db.query<{ read_only: boolean; allowed: boolean }>(
          `select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as read_only,
             has_table_privilege('reprise.entry', 'insert') as allowed
           from (select 1 from reprise.recorder limit 1) r right join (select 1) o on true`,
        )
        const { read_only: isReadOnly, allowed } = rows[0]!
        if (isReadOnly) throw Object.assign(new Error('it takes no writes'), { code: '25006' })
        if (!allowed) throw Object.assign(new Error('no right to insert'), { code: '42501' })
      }),
    streams: () => asked('listing streams', listStreams),
    count: (filter) => asked('counting entries', (db) => countEntries(db, filter)),
    list: (filter, page) =>
      asked('listing entries', (db) => listEntries(db, secrets, filter, page)),
    entry: (id) => asked('reading an entry', (db) => readEntry(db, secrets, id)),
    label: (filter, label) => asked('setting labels', (db) => setLabel(db, filter, label)),
    clear: (stream) => asked('clearing a stream', (db) => clearStream(db, stream)),
    startRun: (run) => asked('starting a run', (db) => startRun(db, run)),
    endRun: (stream, run, state) => asked('ending a run', (db) => endRun(db, stream, run, state)),
    startAttempt: (stream, run, position, entry) =>
      asked('noting an attempt', (db) => startAttempt(db, stream, run, position, entry)),
    endAttempt: (stream, run, position, result) =>
      asked('noting an answer', (db) => endAttempt(db, secrets, stream, run, position, result)),
    runs: (filter) => asked('listing runs', (db) => listRuns(db, filter)),
    run: (id) => asked('reading a run', (db) => readRun(db, id)),
    attempts: (run, page) =>
      asked('listing attempts', (db) => listAttempts(db, secrets, run, page)),
    close: () => pool.end(),
  }
}

async function appendWithRoom(
  db: Pool,
  secrets: Secrets,
  stream: string,
  recorder: string,
  entries: readonly NewEntry[],
): Promise<void> {
  try {
    await appendEntries(db, secrets, stream, recorder, entries)
  } catch (error) {
    if (!isWithoutPartition(error)) throw error
    for (const week of weeksOf(entries)) await makePartitions(db, week)
    await appendEntries(db, secrets, stream, recorder, entries)
  }
}

async function setLabel(db: Pool, filter: EntryFilter, label: string | null): Promise<number> {
  if (label !== null && !isStorable(label)) {
    throw new Problem('input_invalid', 'a label cannot hold a NUL character', { source: 'user' })
  }
  const where = whereEntry(filter)
  const { rowCount } = await db.query(
    `update reprise.entry set label = $${where.values.length + 1} where ${where.sql}`,
    [...where.values, label],
  )
  return rowCount ?? 0
}

async function clearStream(db: Pool, stream: string): Promise<number> {
  if (!isStorable(stream)) return 0
  const { rows } = await db.query<{ entries: number }>(
    `with attempts as (delete from reprise.attempt where stream = $1),
       runs as (delete from reprise.run where stream = $1),
       entries as (delete from reprise.entry where stream = $1 returning 1)
     select count(*)::float8 as entries from entries`,
    [stream],
  )
  return rows[0]?.entries ?? 0
}

async function lastOrderedAt(db: Pool, stream: string): Promise<Micros | null> {
  const { rows } = await db.query<{ ordered_at: string | null }>(
    `select ${micros('ordered_at')} from (
       select ordered_at from reprise.entry where stream = $1
       order by ordered_at desc, id desc limit 1) e`,
    [stream],
  )
  return numberOrNull(rows[0]?.ordered_at ?? null)
}

/** Room for a moment and the four weeks after it. */
async function makePartitions(db: Pool, from: Micros): Promise<void> {
  const since = timestamp('$1::bigint')
  await db.query(`select reprise.make_entry_partitions(${since}, ${since} + interval '28 days')`, [
    from,
  ])
}

/**
 * 23514 without the name of a constraint is what PostgreSQL says when no partition covers a row.
 * (Its text may be in any language.)
 */
function isWithoutPartition(error: unknown): boolean {
  return codeOf(error) === '23514' && (error as { constraint?: string }).constraint === undefined
}

const WEEK: Micros = 7 * 24 * 3600 * 1_000_000

/** One moment in each four weeks that the entries span, as partitions are made four weeks ahead. */
function weeksOf(entries: readonly NewEntry[]): Micros[] {
  const spans = new Map(entries.map(({ arrivedAt }) => [Math.floor(arrivedAt / WEEK), arrivedAt]))
  return [...spans.values()]
}
