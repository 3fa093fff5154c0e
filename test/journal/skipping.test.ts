import pg from 'pg'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { EntryFilter } from '../../journal/filter.ts'
import { parsePathPattern } from '../../journal/path-pattern.ts'
import { closePool, openPool } from '../../journal/postgres/database.ts'
import { lookBack, SKIPPING, whereInSpan } from '../../journal/postgres/looking-back.ts'
import { createDatabase, query } from '../support/database.ts'

// What is rare is found without a look at most of what is not it, also in partitions that are made later.

const url = await createDatabase()
const COUNT = 30_000

beforeAll(async () => {
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
       convert_to(repeat('x', 400), 'UTF8'), 400, 'complete', 200 + i % 2, '192.0.2.' || i % 9,
       case when i = ${COUNT / 2} then 'rare' when i % 2 = 0 then 'user-' || i % 50 end
     from (select i, '2026-01-05'::timestamptz + i * (interval '3 weeks' / ${COUNT + 1}) as t
           from generate_series(1, ${COUNT}) i) x;
     select reprise.summarize_entries()`,
  )
})

/** How many entries a sweep over all time reads, and how many it finds. */
async function sweptRows(filter: EntryFilter): Promise<{ read: number; found: number }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query(`begin; ${SKIPPING}`)
  const after = { orderedAt: 2 ** 52, id: 0 }
  const { sql, values } = whereInSpan(filter, { after, to: 0, arrivedSince: 0, direction: -1 })
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (analyze, format json) select id from reprise.entry where ${sql}`,
    values,
  )
  return sum(rows[0]!['QUERY PLAN'][0].Plan)
}

interface Plan {
  'Node Type': string
  'Actual Rows': number
  'Rows Removed by Index Recheck'?: number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

function sum(plan: Plan): { read: number; found: number } {
  if (plan['Node Type'] === 'Bitmap Index Scan') return { read: 0, found: 0 }
  if (plan['Node Type'] === 'Append') {
    const parts = (plan.Plans ?? []).map(sum)
    const total = (name: 'read' | 'found') => parts.reduce((all, part) => all + part[name], 0)
    return { read: total('read'), found: total('found') }
  }
  expect(plan['Node Type']).toBe('Bitmap Heap Scan')
  const removed =
    (plan['Rows Removed by Index Recheck'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0)
  return { read: removed + plan['Actual Rows'], found: plan['Actual Rows'] }
}

const paths = (...texts: string[]) => texts.map(parsePathPattern)

test.for<[EntryFilter, number]>([
  [{ methods: ['PURGE'] }, 0],
  [{ stream: 's', methods: ['PURGE', 'MOVE'] }, 0],
  [{ users: ['nobody'], clients: ['nobody'] }, 0],
  [{ users: ['rare'] }, 1],
  [{ clients: ['192.0.2.99'] }, 0],
  [{ statuses: [{ from: 500, to: 599 }] }, 0],
  [{ verdicts: ['context'] }, 0],
  [{ labels: ['none'] }, 0],
  [{ paths: paths('/api/things/77') }, 1],
  [{ paths: paths('/nowhere', '/nowhere/*') }, 0],
  [{ paths: paths('/api/nothing/*') }, 0],
  [{ paths: paths('/api/things/77/*') }, 0],
  [{ paths: paths('/other/**/x?') }, 0],
  [{ since: Date.UTC(2026, 0, 12) * 1000, until: Date.UTC(2026, 0, 12, 0, 5) * 1000 }, 5],
])('%j reads few entries', async ([filter, found]) => {
  const swept = await sweptRows(filter)
  expect(swept.found).toBe(found)
  // Of each of three weeks the last stretch is not summed up, and one in a hundred is taken in error.
  expect(swept.read).toBeLessThan(COUNT / 8)
})

test('a connection that breaks in a sweep fails the search, and nothing else', async () => {
  const pool = openPool({ url })
  onTestFinished(() => closePool(pool))
  const filter = { methods: ['PURGE'] }
  const searching = lookBack(
    pool,
    filter,
    { order: '-order', limit: 9, window: 9 },
    {
      walk: async () => ({ looked: 9, isEnough: false, end: { orderedAt: 2 ** 51, id: 1 } }),
      sweep: async (db) => {
        await db.query('select pg_terminate_backend(pg_backend_pid())')
        return null
      },
    },
  )
  await expect(searching).rejects.toThrow(/terminat/i)
  const { rows } = await pool.query('select 1 as one')
  expect(rows).toEqual([{ one: 1 }])
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
  const [vacuum, summing] = [1, 2].map(() => new pg.Client({ connectionString: url }))
  for (const client of [vacuum!, summing!]) {
    await client.connect()
    onTestFinished(() => client.end())
  }
  await vacuum!.query('begin; lock table reprise.entry_20260105 in share update exclusive mode')
  await summing!.query(`set lock_timeout = '5s'`)
  await summing!.query('select reprise.summarize_entries()')
})
