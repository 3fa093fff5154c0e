import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { EntryCursor, Journal } from '../../journal/contract.ts'
import { parseStatusRange, type EntryFilter } from '../../journal/filter.ts'
import { parsePathPattern } from '../../journal/path-pattern.ts'
import { CHUNK } from '../../journal/postgres/chunks.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { eventually } from '../support/between.ts'
import { createDatabase, query } from '../support/database.ts'
import { testSecrets } from '../support/secrets.ts'

// What is rare, or was there only for a while, is found without a look at most of what is not it.

const url = await createDatabase()
const COUNT = 30_000
let journal: Journal

beforeAll(async () => {
  journal = openJournal({ url, secrets: testSecrets })
  await query(
    url,
    `insert into reprise.recorder
     select 's', '00000000-0000-0000-0000-000000000000', 't', 'commit', 'h', 1, 'v', now();
     select reprise.make_entry_partitions('2026-01-05', '2026-01-25');
     insert into reprise.entry (stream, arrived_at, ordered_at, recorder, number, verdict, method,
       target, path, http_version, request_headers, request_body, request_length, request_capture,
       status, client_address, user_name)
     select 's', t, t, '00000000-0000-0000-0000-000000000000', i, 'applied',
       case i % 3 when 0 then 'PUT' else 'POST' end, '/', '/api/things/' || i, '1.1', '[]',
       convert_to(repeat('x', 400), 'UTF8'), 400, 'complete',
       case when i between ${COUNT / 3} and ${COUNT / 2} then 404 else 200 + i % 2 end,
       '192.0.2.' || i % 9,
       case when i = ${COUNT / 2} then 'rare' when i % 2 = 0 then 'user-' || i % 50 end
     from (select i, '2026-01-05'::timestamptz + i * (interval '3 weeks' / ${COUNT + 1}) as t
           from generate_series(1, ${COUNT}) i) x`,
  )
  await caughtUp()
})
afterAll(() => journal.close())

/** Others of the same server may be in the middle of something. Two that do it at once do it once. */
async function caughtUp(): Promise<void> {
  const signal = new AbortController().signal
  for (;;) {
    await Promise.all([journal.catchUp(signal), journal.catchUp(signal)])
    const [row] = await query<{ n: number }>(
      url,
      `select coalesce(sum(entries), 0)::int as n from reprise.chunk where stream = 's'`,
    )
    if (row!.n === COUNT - (COUNT % CHUNK)) return
  }
}

/** How many entries a search for all looks at, and how many it finds. */
async function looked(filter: EntryFilter, order: 'order' | '-order', most = Infinity) {
  let [read, found, after]: [number, number, EntryCursor | null] = [0, 0, null]
  do {
    const page = { order, limit: 100, window: 100, ...(after && { after }) }
    const { entries, scanned, next } = await journal.search(filter, page)
    // The walk that each answer begins with.
    read += scanned - 100
    found += entries.length
    after = next
  } while (after !== null && found < most)
  return { read, found }
}

const paths = (...texts: string[]) => texts.map(parsePathPattern)
const statuses = (text: string) => [parseStatusRange(text)]

test.for<[EntryFilter, number]>([
  [{ methods: ['PURGE'] }, 0],
  [{ stream: 's', methods: ['PURGE', 'MOVE'] }, 0],
  [{ users: ['nobody'], clients: ['nobody'] }, 0],
  [{ users: ['rare'] }, 1],
  [{ clients: ['192.0.2.99'] }, 0],
  [{ statuses: statuses('5xx') }, 0],
  [{ verdicts: ['context'] }, 0],
  [{ labels: ['none'] }, 0],
  [{ paths: paths('/api/things/77') }, 1],
  [{ paths: paths('/nowhere', '/nowhere/*') }, 0],
  [{ paths: paths('/api/nothing/*') }, 0],
  [{ paths: paths('/api/*/77') }, 1],
  [{ paths: paths('/api/things/77/*') }, 0],
  [{ paths: paths('/other/**/x?') }, 0],
  [{ paths: paths('/**/1?777') }, 10],
  [{ paths: paths('/**/things/**/7*') }, 0],
  [{ paths: paths('/**/*7?7?7?*', '/api/*/77') }, 1],
  [{ paths: paths('*7', '/**/x', '/*/things/*-*') }, 0],
  [{ excludedPaths: paths('/api/*ings/**') }, 0],
  [
    { excludedPaths: paths('/**/*?????*', '/**/*[1-9]*', '/api/things/????', '/**/???', '/**/?') },
    90,
  ],
  [{ methods: ['PUT'], statuses: statuses('2xx'), users: ['user-1'] }, 0],
  [{ users: ['user-2'], clients: ['192.0.2.5'], statuses: statuses('404') }, 11],
])('%j reads few entries', async ([filter, found]) => {
  for (const order of ['order', '-order'] as const) {
    const search = await looked(filter, order)
    expect(search.found).toBe(found)
    expect(search.read).toBeLessThanOrEqual(found + 5)
  }
})

test.for<[EntryFilter]>([
  [{ statuses: statuses('404') }],
  [{ statuses: statuses('404'), methods: ['PUT'] }],
  [{ statuses: statuses('4xx'), paths: paths('/api/things/*'), users: ['user-2', 'user-4'] }],
])('a page of %j, long ago, reads little more than itself', async ([filter]) => {
  for (const order of ['order', '-order'] as const) {
    const { read, found } = await looked(filter, order, 100)
    expect(found).toBeGreaterThanOrEqual(100)
    expect(read).toBeLessThanOrEqual(600)
  }
})

test('a time long ago reads the chunks that it is in', async () => {
  const since = Date.UTC(2026, 0, 12) * 1000
  const { read, found } = await looked({ since, until: since + 300_000_000 }, '-order')
  expect(found).toBe(5)
  expect(read).toBeLessThanOrEqual(2 * CHUNK)
})

test('a connection that breaks fails the search, and nothing else', async () => {
  const page = { order: '-order', limit: 9, window: 9 } as const
  const locker = new pg.Client({ connectionString: url })
  await locker.connect()
  onTestFinished(() => locker.end())
  await locker.query('begin; lock table reprise.entry in access exclusive mode')
  const breaking = journal.search({ methods: ['PURGE'] }, page)
  const refused = expect(breaking).rejects.toMatchObject({ source: 'journal', retryable: true })
  await eventually(async () => {
    const [row] = await query<{ n: number }>(
      url,
      `select count(pg_terminate_backend(pid))::int as n from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return row!.n > 0
  })
  await refused
  await locker.query('rollback')
  const again = await journal.search({ users: ['rare'] }, page)
  expect(again.entries).toHaveLength(1)
})

test('a new week has the same indexes as all others', async () => {
  const indexesOf = (week: string) =>
    query(
      url,
      `select replace(pg_get_indexdef(indexrelid), '${week}', 'WEEK') as def from pg_index
       where indrelid = 'reprise.entry_${week}'::regclass order by 1`,
    )
  await query(url, `select reprise.make_entry_partitions('2027-03-01', '2027-03-01')`)
  expect(await indexesOf('20270301')).toEqual(await indexesOf('20260105'))
})

test('a partition that is being vacuumed is passed by: to wait for it would end the vacuum', async () => {
  const [vacuum, analyzing] = [1, 2].map(() => new pg.Client({ connectionString: url }))
  for (const client of [vacuum!, analyzing!]) {
    await client.connect()
    onTestFinished(() => client.end())
  }
  await query(
    url,
    `select reprise.make_entry_partitions('2026-02-02', '2026-02-02');
     insert into reprise.entry select (jsonb_populate_record(e, jsonb_build_object(
       'arrived_at', '2026-02-02T00:00:00Z', 'number', number + 1000000))).* from reprise.entry e
     where number <= 4000`,
  )
  await vacuum!.query('begin; lock table reprise.entry_20260202 in share update exclusive mode')
  await analyzing!.query(`set lock_timeout = '5s'`)
  await analyzing!.query('select reprise.analyze_entries()')
  const statistics = () =>
    query(url, `select reltuples >= 0 as has from pg_class where relname = 'entry_20260202'`)
  expect(await statistics()).toEqual([{ has: false }])
  await vacuum!.query('rollback')
  await analyzing!.query('select reprise.analyze_entries()')
  expect(await statistics()).toEqual([{ has: true }])
})

test('whoever reads a young week from its beginning has its statistics gathered', async () => {
  await query(
    url,
    `select reprise.make_entry_partitions('2026-02-16', '2026-02-16');
     insert into reprise.entry select (jsonb_populate_record(e, jsonb_build_object(
       'arrived_at', '2026-02-16T00:00:00Z', 'number', number + 2000000))).* from reprise.entry e
     where number <= 4000`,
  )
  await journal.entries({ stream: 's' }, { limit: 1, bytes: 1 })
  expect(
    await query(url, `select reltuples >= 0 as has from pg_class where relname = 'entry_20260216'`),
  ).toEqual([{ has: true }])
})
