import type { Journal, LabelCount, SealedRecord } from '../contract.ts'
import type { EntryFilter } from '../filter.ts'
import type { Entry, Micros, Reading, Side } from '../entry.ts'
import { pieceMasker } from '../masking/masking.ts'
import { Problem, codeOf } from '../problem.ts'
import { appendRecords, type Statements } from './append.ts'
import { auditJournal } from './audit.ts'
import { readBody } from './bodies.ts'
import {
  closePool,
  databaseProblem,
  leaveConnections,
  openPool,
  writingProblem,
  type DatabaseOptions,
  type Pool,
} from './database.ts'
import { listDeeds, noteDeed } from './deeds.ts'
import { listSecretNames, noteSecretNames } from './secret-names.ts'
import { checkpointStore } from './checkpoints.ts'
import { compactionStore } from './compactions.ts'
import { epochStore } from './epochs.ts'
import { lifeStore } from './lives.ts'
import {
  countEntries,
  listEntries,
  listRecorders,
  listStreams,
  listWholeEntries,
  readEntry,
} from './read.ts'
import {
  closeEnded,
  closeExpired,
  enrolRecorder,
  fenced,
  isWithoutPartition,
  makePartitions,
  renewLease,
  retireRecorder,
} from './recorders.ts'
import { journalSize, listStandings } from './standing.ts'
import { listContrasts } from './run-contrasts.ts'
import { listAnswered, listAttempted, listAttempts, listAttemptsOf, listUses } from './attempts.ts'
import { listAliases } from './run-aliases.ts'
import { noteRun } from './run-notes.ts'
import { endRun, listRuns, readRun, startRun, takeRun, tallyRuns, wantOfRun } from './runs.ts'
import { reseal } from './reseal.ts'
import type { Secrets } from '../secrets.ts'
import { arrivalOf, createSealer } from './seal.ts'
import { settleEntries } from './settle.ts'
import { keepState, latestState, listStates } from './states.ts'
import { searchEntries } from './search.ts'
import { fileStore } from './taking.ts'
import { checkSchema } from './migrate.ts'
import { catchUp, countAnew } from './tally.ts'
import { isStorable } from './text.ts'
import { readTimeline } from './timeline.ts'
import { whereEntry } from './where.ts'

export interface JournalOptions extends DatabaseOptions {
  /** What is done with the values of secret fields, both ways. */
  secrets: Secrets
}

/** The journal in PostgreSQL. The schema must be there: see migrate.ts. */
export function openJournal(options: JournalOptions): Journal {
  const pool = openPool(options)
  const { secrets } = options
  // A pooler that takes no limits may keep no prepared statements either.
  let statements: Statements = options.limits?.keptBy === 'client' ? 'plain' : 'prepared'
  const asked = async <T>(doing: string, work: (db: Pool) => Promise<T>): Promise<T> => {
    try {
      return await work(pool)
    } catch (error) {
      throw databaseProblem(error, doing)
    }
  }

  const clear = (stream: string) => asked('clearing a stream', (db) => clearStream(db, stream))

  return {
    enrol: (recorder, lease) =>
      asked('enrolling the recorder', async (db) => {
        await noteSecretNames(db, recorder.stream, secrets.names.listed)
        return enrolRecorder(db, recorder, lease)
      }),
    renew: (stream, id, lease, standing) =>
      asked('prolonging the lease', (db) => renewLease(db, stream, id, lease, standing)),
    closeExpired: (stream, by) => asked('closing recorders', (db) => closeExpired(db, stream, by)),
    closeEnded: (stream, ended, by) =>
      asked('closing a recorder', (db) => closeEnded(db, stream, ended, by)),
    retire: (stream, id, standing) =>
      asked('retiring the recorder', async (db) => {
        await retireRecorder(db, stream, id, standing)
      }),
    seal: createSealer(secrets),
    pieceMasker: (fields) => pieceMasker(fields, secrets.names),
    append: (stream, recorder, records, as) =>
      asked('appending to the journal', async (db) => {
        try {
          const appending = [stream, recorder, records, as] as const
          const isOpen = await appendWithRoom(db, statements, ...appending).catch(
            (error: unknown) => {
              if (!isUnprepared(error)) throw error
              statements = 'plain'
              return appendWithRoom(db, statements, ...appending)
            },
          )
          if (!isOpen) throw fenced(recorder)
        } catch (error) {
          throw writingProblem(error, 'appending to the journal')
        }
      }),
    onBroken(listener) {
      const broken = (error: Error) => listener(databaseProblem(error, 'an idle connection'))
      pool.on('error', broken)
      return () => pool.off('error', broken)
    },
    check: () => asked('checking the journal', (db) => checkJournal(db)),
    checkSchema: () => asked('checking the schema', checkSchema),
    streams: () => asked('listing streams', listStreams),
    count: (filter) => asked('counting entries', (db) => countEntries(db, filter)),
    list: (filter, page) =>
      asked('listing entries', (db) => listEntries(db, secrets, filter, page)),
    search: (filter, page) =>
      asked('looking through entries', (db) => searchEntries(db, secrets, filter, page)),
    timeline: (filter, most, after) =>
      asked('counting entries', (db) => readTimeline(db, filter, most, after)),
    catchUp: (signal) => asked('counting entries', (db) => catchUp(db, signal)),
    entries: (filter, page, reading = 'masked') =>
      asked('reading entries', (db) => listWholeEntries(db, secrets, filter, page, reading)),
    recorders: (stream) => asked('listing recorders', (db) => listRecorders(db, stream)),
    entry: (id, reading = 'masked') =>
      asked('reading an entry', (db) => readEntry(db, secrets, id, reading)),
    body: (entry, side, reading = 'masked') => readingBody(pool, secrets, entry, side, reading),
    settle: (filter, settlement, by) =>
      asked('settling entries', (db) => settleEntries(db, filter, settlement, by)),
    standings: (stream) => asked('listing recorders', (db) => listStandings(db, stream)),
    secretNames: () => asked('listing names of secrets', listSecretNames),
    size: () => asked('measuring the journal', (db) => journalSize(db)),
    audit: (stream) => asked('auditing the journal', (db) => auditJournal(db, stream)),
    labels: (filter) => asked('counting labels', (db) => countLabels(db, filter)),
    label: (filter, label) => asked('setting labels', (db) => setLabel(db, filter, label)),
    clear,
    startRun: (run, lease) => asked('starting a run', (db) => startRun(db, run, lease)),
    takeRun: (run, lease) => asked('taking a run over', (db) => takeRun(db, run, lease)),
    wantOfRun: (run, wanted) =>
      asked('saying what is wanted of a run', (db) => wantOfRun(db, run, wanted)),
    endRun: (driving, state) => asked('ending a run', (db) => endRun(db, driving, state)),
    note: (driving, notes, lease) =>
      asked('noting attempts', (db) => noteRun(db, secrets, driving, notes, lease)),
    runs: (filter) => asked('listing runs', (db) => listRuns(db, filter)),
    runTallies: (known) => asked('counting runs', (db) => tallyRuns(db, known)),
    run: (id) => asked('reading a run', (db) => readRun(db, id)),
    attempts: (run, page) =>
      asked('listing attempts', (db) => listAttempts(db, secrets, run, page)),
    contrasts: (one, other, page) =>
      asked('comparing runs', (db) => listContrasts(db, one, other, page)),
    attemptsOf: (entry, limit) =>
      asked('listing attempts', (db) => listAttemptsOf(db, secrets, entry, limit)),
    attempted: (run, entries) => asked('listing attempts', (db) => listAttempted(db, run, entries)),
    uses: (run, which) => asked('listing attempts', (db) => listUses(db, run, which)),
    answered: (run, page) => asked('reading answers', (db) => listAnswered(db, secrets, run, page)),
    aliases: (run, which) => asked('listing aliases', (db) => listAliases(db, secrets, run, which)),
    keepState: (shots, most) =>
      asked('keeping the state', (db) => keepState(db, secrets, shots, most)),
    latestState: (stream, until) =>
      asked('reading the state', (db) => latestState(db, secrets, stream, until)),
    states: (filter) => asked('listing states', (db) => listStates(db, secrets, filter)),
    noteDeed: (deed) => asked('noting what is done', (db) => noteDeed(db, deed)),
    deeds: (page) => asked('listing what was done', (db) => listDeeds(db, page)),
    ...epochStore(asked, options),
    ...checkpointStore(asked),
    ...compactionStore(asked),
    ...lifeStore(asked),
    ...fileStore(asked, options, clear),
    reseal: (onBatch) => asked('sealing anew', (db) => reseal(db, secrets, onBatch)),
    close: () => closePool(pool),
  }
}

async function appendWithRoom(
  db: Pool,
  statements: Statements,
  stream: string,
  recorder: string,
  records: readonly SealedRecord[],
  as: 'open' | 'former',
): Promise<boolean> {
  try {
    return await appendRecords(db, stream, recorder, records, as, statements)
  } catch (error) {
    if (!isWithoutPartition(error)) throw error
    for (const week of weeksOf(records)) await makePartitions(db, week)
    return appendRecords(db, stream, recorder, records, as, statements)
  }
}

/** The session has no such statement, or somebody's of that name: a pooler stands between. */
function isUnprepared(error: unknown): boolean {
  return ['26000', '42P05'].includes(codeOf(error) ?? '')
}

async function checkJournal(db: Pool): Promise<void> {
  const { rows } = await db.query<{ read_only: boolean; allowed: boolean }>(
    `select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as read_only,
       has_table_privilege('reprise.entry', 'insert') as allowed
     from (select 1 from reprise.recorder limit 1) r right join (select 1) o on true`,
  )
  const { read_only: isReadOnly, allowed } = rows[0]!
  if (isReadOnly) {
    // Connections stay what they were when they were made: whether writing is allowed again,
    // or another server is the primary now, only new ones tell.
    await leaveConnections(db)
    throw Object.assign(new Error('it takes no writes'), { code: '25006' })
  }
  if (!allowed) throw Object.assign(new Error('no right to insert'), { code: '42501' })
}

async function* readingBody(
  db: Pool,
  secrets: Secrets,
  entry: Entry,
  side: Side,
  reading: Reading,
): AsyncGenerator<Buffer> {
  try {
    yield* readBody(db, secrets, entry, side, reading)
  } catch (error) {
    throw databaseProblem(error, 'reading a body')
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

/** Of those that bear one, for which there is an index: they are few, whatever the filter is. */
async function countLabels(db: Pool, filter: EntryFilter): Promise<LabelCount[]> {
  const where = whereEntry(filter)
  const { rows } = await db.query<{ label: string; count: string }>(
    `select label, count(*) from reprise.entry where label is not null and ${where.sql}
     group by label order by count(*) desc, label limit 1000`,
    [...where.values],
  )
  return rows.map(({ label, count }) => ({ label, count: Number(count) }))
}

async function clearStream(db: Pool, stream: string): Promise<number> {
  if (!isStorable(stream)) return 0
  const { rows } = await db.query<{ entries: number }>(
    `with attempts as (delete from reprise.attempt where stream = $1),
       aliases as (delete from reprise.alias where stream = $1),
       runs as (delete from reprise.run where stream = $1),
       chunks as (delete from reprise.body_chunk where stream = $1),
       states as (delete from reprise.state where stream = $1),
       checkpoints as (delete from reprise.checkpoint where stream = $1),
       compactions as (delete from reprise.compaction where stream = $1),
       counts as (${countAnew('$1')}),
       chunks_of as (delete from reprise.chunk where stream = $1),
       postings as (delete from reprise.posting where stream = $1),
       shaped as (delete from reprise.shaped where stream = $1),
       entries as (delete from reprise.entry where stream = $1 returning recorder, number),
       -- So that the sum holds: the numbers are accounted for, though their entries are gone.
       notes as (insert into reprise.unrecorded (stream, recorder, reason, first, numbers)
         select $1, recorder, 'cleared', min(number), range_agg(int8range(number, number + 1))
         from entries group by recorder
         on conflict (stream, recorder, reason, first)
           do update set numbers = unrecorded.numbers + excluded.numbers)
     select count(*)::float8 as entries from entries`,
    [stream],
  )
  return rows[0]?.entries ?? 0
}

const DAY: Micros = 24 * 3600 * 1_000_000

/** Of a moment: weeks begin on Monday, as partitions do, and the epoch was a Thursday. */
function weekOf(at: Micros): number {
  return Math.floor((at + 3 * DAY) / (7 * DAY))
}

/** One moment in each week in which entries or pieces of bodies arrived. */
function weeksOf(records: readonly SealedRecord[]): Micros[] {
  const moments = records.map(arrivalOf).filter((at) => at !== undefined)
  return [...new Map(moments.map((at) => [weekOf(at), at])).values()]
}
