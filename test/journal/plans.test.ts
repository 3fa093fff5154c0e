import pg from 'pg'
import { testSecrets } from '../support/secrets.ts'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { EntryOrder } from '../../journal/contract.ts'
import type { EntryFilter } from '../../journal/filter.ts'
import { listEntries, listWholeEntries, readEntry } from '../../journal/postgres/read.ts'
import { listAttempted } from '../../journal/postgres/attempts.ts'
import { noteRun } from '../../journal/postgres/run-notes.ts'
import { readRun, takeRun } from '../../journal/postgres/runs.ts'
import { createDatabase, query } from '../support/database.ts'

// A page and an entry must cost the same in a journal of any size: by an index, never by a scan.

const url = await createDatabase()
const WEEKS = 12
const PER_STREAM = 4_000

beforeAll(async () => {
  await query(
    url,
    `insert into reprise.recorder
     select 's' || i, gen_random_uuid(), 't', 'commit', 'h', 1, 'v', now()
     from generate_series(1, 3) i;
     select reprise.make_entry_partitions('2026-01-05', '2026-01-05'::date + 7 * ${WEEKS} - 1);
     insert into reprise.entry (stream, arrived_at, ordered_at, recorder, number, verdict, method,
       target, path, http_version, request_headers, request_length, request_capture)
     select 's' || i % 3 + 1, t, t, '00000000-0000-0000-0000-000000000000', i, 'applied', 'POST',
       '/', '/', '1.1', '[]', 0, 'complete'
     from (select i, '2026-01-05'::timestamptz
             + i * (interval '${WEEKS} weeks' / ${PER_STREAM * 3 + 1}) as t
           from generate_series(1, ${PER_STREAM * 3}) i) x;
     analyze reprise.entry`,
  )
})

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  Plans?: Plan[]
}

/** Rows that were read from the entry table by the one statement of `work`. */
async function rowsRead(
  work: (db: Pick<pg.Pool, 'query'>) => Promise<unknown>,
): Promise<{ rows: number; scans: string[] }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  let nodes: Plan[] = []
  const explaining = {
    query: async (sql: string, values: unknown[]) => {
      const explained = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (analyze, format json) ${sql}`,
        values,
      )
      nodes = flatten(explained.rows[0]!['QUERY PLAN'][0].Plan)
      return client.query(sql, values)
    },
  }
  await work(explaining as unknown as pg.Pool)
  const reading = nodes.filter((node) => node['Relation Name']?.startsWith('entry_'))
  return {
    rows: reading.reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0),
    scans: reading
      .filter((node) => node['Node Type'] === 'Seq Scan' && node['Actual Rows'] > 0)
      .map((node) => node['Relation Name']!),
  }
}

function flatten(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)]
}

const after = { orderedAt: Date.UTC(2026, 1, 1) * 1000, id: PER_STREAM }

test.for<[EntryOrder, EntryFilter]>([
  ['order', { stream: 's1' }],
  ['-order', { stream: 's1' }],
  ['id', { stream: 's1' }],
  ['-id', { stream: 's1' }],
  ['order', {}],
  ['-order', {}],
  ['-id', {}],
])('a page in %s of %j reads little more than itself', async ([order, filter]) => {
  for (const page of [
    { order, limit: 20 },
    { order, limit: 20, after },
  ]) {
    const { rows, scans } = await rowsRead((db) => listEntries(db, testSecrets, filter, page))
    expect(scans).toEqual([])
    // Of each partition of each stream at most one row too many, to merge by.
    expect(rows).toBeLessThanOrEqual(3 * (20 + WEEKS + 1))
  }
})

test('what is in doubt is found without a look at what is not', async () => {
  await query(
    url,
    `update reprise.entry set verdict = 'in_doubt'
       where stream = 's1' and number in (select number from reprise.entry
         where stream = 's1' order by number limit 5 offset 2000);
     update reprise.entry set verdict = 'in_doubt', settled = 'not_applied'
       where stream = 's1' and number % 7 = 0 and verdict = 'applied';
     analyze reprise.entry`,
  )
  const filter = { stream: 's1', verdicts: ['in_doubt'], settled: 'no' } as const
  for (const order of ['order', '-order'] as const) {
    const read = await rowsRead((db) => listEntries(db, testSecrets, filter, { order, limit: 20 }))
    expect(read).toEqual({ rows: 5, scans: [] })
  }
})

test('a page of whole entries reads as little', async () => {
  for (const page of [
    { limit: 20, bytes: 1_000 },
    { limit: 20, bytes: 1_000, after },
  ]) {
    const { rows, scans } = await rowsRead((db) =>
      listWholeEntries(db, testSecrets, { stream: 's1', verdicts: ['applied'] }, page),
    )
    expect(scans).toEqual([])
    expect(rows).toBeLessThanOrEqual(20 + WEEKS + 1)
  }
})

test('an entry is read by its id, whatever its stream and its week', async () => {
  const [middle] = await query<{ id: string }>(
    url,
    'select id from reprise.entry offset 6000 limit 1',
  )
  const read = await rowsRead((db) => readEntry(db, testSecrets, Number(middle!.id)))
  expect(read).toEqual({ rows: 1, scans: [] })
})

// What PostgreSQL believes of a run is from before it, whatever that was.
test.for([
  ['of another run', 1_000, 1_000],
  ['of an empty table', 0, 5_000],
  ['of the few first attempts', 100, 5_000],
] as const)(
  'what ended is noted without a look at what else a run has, by statistics %s',
  async ([which, known, more]) => {
    const run = { stream: which, run: 1, driver: '00000000-0000-0000-0000-000000000000' }
    await query(
      url,
      `truncate reprise.attempt;
       insert into reprise.run (stream, id, target, selection, planned, state, driver)
       select '${which}', i, 't', '{}', 1000, 'running', '${run.driver}' from generate_series(1, 2) i;
       insert into reprise.attempt (stream, run, position, entry, outcome)
       select '${which}', ${which === 'of another run' ? 2 : 1}, i, i, 'same'
       from generate_series(1, ${known}) i;
       analyze reprise.attempt;
       insert into reprise.attempt (stream, run, position, entry, outcome)
       select '${which}', 1, ${known} + i, ${known} + i, 'sending' from generate_series(1, ${more}) i`,
    )
    const ended = Array.from({ length: 50 }, (_, i) => ({
      ...{ position: known + 300 + i, entry: known + 300 + i },
      result: { outcome: 'same', detail: null, answer: null } as const,
      ...{ sentAt: 1, endedAt: 2 },
    }))
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('begin')
    const notes = { begun: [], withdrawn: [], ended, aliases: [] }
    await noteRun(client, testSecrets, run, notes, 1_000)
    const { rows } = await client.query<{ read: number; updated: number }>(
      `select idx_tup_fetch::int + seq_tup_read::int as read, n_tup_upd::int as updated
       from pg_stat_xact_user_tables where relid = 'reprise.attempt'::regclass`,
    )
    expect(rows).toEqual([{ read: 50, updated: 50 }])
  },
)

test('a run that is taken over looks for what it had sent by the entries, one by one', async () => {
  await query(
    url,
    `truncate reprise.attempt;
     insert into reprise.run (stream, id, target, selection, planned, state)
     select 'taken', i, 't', '{}', 1000, 'interrupted' from generate_series(11, 12) i;
     insert into reprise.attempt (stream, run, position, entry, outcome)
     select 'taken', 11, i, i, 'same' from generate_series(0, 1999) i;
     analyze reprise.attempt;
     insert into reprise.attempt (stream, run, position, entry, outcome)
     select 'taken', 12, i, i, 'same' from generate_series(0, 1999) i`,
  )
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  onTestFinished(() => other.end())
  const { run } = await takeRun(other, 12, 1_000)
  const taken = await readRun(other, run)
  await client.query('begin')
  const entries = Array.from({ length: 50 }, (_, i) => 300 + i)
  expect(await listAttempted(client, taken, entries)).toHaveLength(50)
  const { rows } = await client.query<{ read: number }>(
    `select idx_tup_fetch::int + seq_tup_read::int as read
     from pg_stat_xact_user_tables where relid = 'reprise.attempt'::regclass`,
  )
  // Each of the other run's is beside it in the index.
  expect(rows[0]!.read).toBeLessThanOrEqual(100)
})
