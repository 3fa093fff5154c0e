import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Journal } from '../../journal/contract.ts'
import { RECORDER_LOST } from '../../journal/entry.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { createDatabase, query } from '../support/database.ts'
import { testSecrets } from '../support/secrets.ts'
import { append, newEntry, recorded } from './entries.ts'

// Counts that are kept say the same as counting does, whatever became of the entries meanwhile.

const url = await createDatabase()
let journal: Journal
beforeAll(() => {
  journal = openJournal({ url, secrets: testSecrets })
})
afterAll(() => journal.close())

const HOUR = 3_600_000_000
const never = new AbortController().signal
/** Until so many are counted ahead: others of the same server may be in the middle of something. */
async function catchUp(stream: string, entries: number): Promise<void> {
  await expect
    .poll(
      async () => {
        await journal.catchUp(never)
        return ahead(stream)
      },
      { timeout: 50_000 },
    )
    .toBe(entries)
}

/** Of a stream, as streams, a timeline by the hour and a count say it, which must be one. */
async function counted(stream: string): Promise<Record<string, number>> {
  const byCount = await journal.count({ stream })
  const summary = (await journal.streams()).find((one) => one.stream === stream)!
  expect(summary.byVerdict).toEqual(byCount)
  const { step, spans } = await journal.timeline({ stream }, 10)
  const sums: Record<string, number> = {}
  for (const span of spans) {
    for (const [verdict, n] of Object.entries(span)) sums[verdict] = (sums[verdict] ?? 0) + n
  }
  if (spans.length > 0) expect(step).toBeGreaterThanOrEqual(HOUR)
  expect(sums).toEqual(byCount)
  return byCount
}

/** How many entries of a stream are counted ahead. */
async function ahead(stream: string): Promise<number> {
  const [row] = await query<{ n: number }>(
    url,
    `select coalesce(sum(entries), 0)::int as n from reprise.tally
       join reprise.tallied using (stream, generation) where stream = $1`,
    [stream],
  )
  return row!.n
}

const START = Date.UTC(2026, 10, 23, 12, 7) * 1000
const hourly = (count: number, from = 1) =>
  Array.from({ length: count }, (_, i) =>
    newEntry(from + i, {
      arrivedAt: START + (from + i) * HOUR,
      answeredAt: START + (from + i) * HOUR + 5,
      verdict: (from + i) % 7 === 0 ? 'failed' : 'applied',
    }),
  )

test('what was counted ahead, and what came since', async () => {
  const { stream, recorder } = await recorded(journal, hourly(50))
  const before = await counted(stream)
  await catchUp(stream, 50)
  expect(await counted(stream)).toEqual(before)
  await append(journal, stream, recorder, hourly(20, 51))
  expect(await ahead(stream)).toBe(50)
  expect(await counted(stream)).toMatchObject({ applied: 60, failed: 10 })
  await catchUp(stream, 70)
  expect(await counted(stream)).toMatchObject({ applied: 60, failed: 10 })
})

test('what is under way is counted when it has come, and once', async () => {
  const { stream, recorder } = await recorded(journal, hourly(3))
  await catchUp(stream, 3)
  const slow = new pg.Client({ connectionString: url })
  await slow.connect()
  await slow.query('begin')
  // Its id is lower than those that are committed before it.
  await slow.query(
    `insert into reprise.entry select (jsonb_populate_record(e, jsonb_build_object(
       'id', nextval('reprise.entry_id'), 'number', 1000))).* from reprise.entry e
     where stream = $1 and number = 1`,
    [stream],
  )
  await append(journal, stream, recorder, hourly(5, 4))
  await journal.catchUp(never)
  await journal.catchUp(never)
  expect(await ahead(stream)).toBe(3)
  await slow.query('commit')
  await slow.end()
  await catchUp(stream, 9)
  expect(await counted(stream)).toEqual({ applied: 8, failed: 1 })
})

test('an entry in doubt counts as what it is settled as', async () => {
  const doubt = { verdict: 'in_doubt', cause: 'timeout', delivery: 'whole' } as const
  const { stream, ids } = await recorded(journal, [
    ...hourly(20),
    newEntry(21, { ...doubt, arrivedAt: START, answeredAt: null, response: null }),
  ])
  await catchUp(stream, 20)
  expect(await counted(stream)).toEqual({ applied: 18, failed: 2, in_doubt: 1 })
  await journal.settle({ stream, ids: [ids[20]!] }, 'applied', 'user')
  expect(await counted(stream)).toEqual({ applied: 19, failed: 2 })
  await journal.catchUp(never)
  expect(await counted(stream)).toEqual({ applied: 19, failed: 2 })
  await journal.settle({ stream, ids: [ids[20]!] }, null, 'user')
  expect(await counted(stream)).toEqual({ applied: 18, failed: 2, in_doubt: 1 })
})

test('the late word of a recorder takes the place of the doubt in the counts too', async () => {
  const lost = { verdict: 'in_doubt', cause: RECORDER_LOST, delivery: 'unknown' } as const
  const { stream, recorder } = await recorded(journal, [
    ...hourly(20),
    newEntry(21, { ...lost, arrivedAt: START, answeredAt: null, response: null }),
  ])
  await catchUp(stream, 20)
  const late = newEntry(21, { arrivedAt: START, answeredAt: START + HOUR })
  await journal.append(
    stream,
    recorder,
    [journal.seal({ kind: 'entry', entry: late, had: 'nothing' })],
    'former',
  )
  expect(await counted(stream)).toEqual({ applied: 19, failed: 2 })
  await catchUp(stream, 21)
  expect(await counted(stream)).toEqual({ applied: 19, failed: 2 })
})

test('a stream that is cleared has none', async () => {
  const { stream, recorder } = await recorded(journal, hourly(30))
  await catchUp(stream, 30)
  await journal.clear(stream)
  expect(await counted(stream)).toEqual({})
  await append(journal, stream, recorder, hourly(10, 31))
  await catchUp(stream, 10)
  expect(await counted(stream)).toEqual({ applied: 9, failed: 1 })
})

test('of two that count at once each entry is counted once', async () => {
  const { stream } = await recorded(journal, hourly(100))
  await Promise.all(Array.from({ length: 6 }, () => journal.catchUp(never)))
  await catchUp(stream, 100)
  expect(await counted(stream)).toEqual({ applied: 86, failed: 14 })
})

test('a time that begins and ends within a quarter of an hour is counted exactly', async () => {
  const { stream } = await recorded(journal, hourly(200))
  await catchUp(stream, 200)
  const whole = { since: START + 10 * HOUR, until: START + 150 * HOUR + 1 }
  const sum = async (filter: { since: number; until: number }, most: number) => {
    const { spans } = await journal.timeline({ stream, ...filter }, most)
    return spans.flatMap((span) => Object.values(span)).reduce((a, b) => a + b, 0)
  }
  expect(await sum(whole, 120)).toBe(141)
  expect(await sum({ since: whole.since + 1, until: whole.until - 1 }, 120)).toBe(139)
  expect(await sum({ since: START + 3 * HOUR, until: START + 3 * HOUR + 1 }, 1)).toBe(1)
  expect(await sum({ since: START + 3 * HOUR + 1, until: START + 3 * HOUR + 100 }, 1)).toBe(0)
})
