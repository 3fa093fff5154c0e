import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EntryCursor, Journal } from '../../journal/contract.ts'
import { RECORDER_LOST, VERDICTS, type NewEntry } from '../../journal/entry.ts'
import { parseStatusRange, type EntryFilter } from '../../journal/filter.ts'
import { parsePathPattern } from '../../journal/path-pattern.ts'
import { postEntries } from '../../journal/postgres/chunks.ts'
import { closePool, openPool, type Pool } from '../../journal/postgres/database.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import { sift, type Sifted, type Source } from '../../journal/postgres/sift.ts'
import { whereEntry } from '../../journal/postgres/where.ts'
import { createDatabase } from '../support/database.ts'
import { testSecrets } from '../support/secrets.ts'
import { LEASE, NOON, append, body, newEntry, newStream, recorderOf } from './entries.ts'

// What chunks and their postings lead to is what the filter says, whatever became of the entries, and
// however much of them is in chunks.

const url = await createDatabase()
let journal: Journal
let pool: Pool
beforeAll(() => {
  journal = openJournal({ url, secrets: testSecrets })
  pool = openPool({ url })
})
afterAll(async () => {
  await journal.close()
  await closePool(pool)
})

const USERS = ['ada', 'grace', 'é', '']
const PATHS = [
  ...['/', '/api', '/api/', '/api/orders', '/api/orders/7', '/api/orders/7/items', '/api/users/7'],
  ...['/a/b/c/d/e', '/a/b/c/d/e/f', '/a/b/c/d/e/g/h', '*', '//x', '/api/or*', 'x/api/y'],
]
const GLOBS = [
  ...['/api/*', '/api/orders/', '/api/or*', '/*/orders/?', '/api/**/items', '/**', '/a/b/c/d/e/*'],
  ...['/a/*/c/d/e/f', '/a/b/c/d/e/?/h', '/*', '/?', '*', '//*', '/api/*/7', '/none/*'],
  ...['/', '/api', '/api/orders/7', '/api/**', '/*/orders/*', '/*/', '/a/b/c/d/e/f'],
  ...['/**/items', '**/7', '/**/*te*', '/a/**/h', '/**/*rders*', '/**/orders/**', '/**/?rders/7'],
  ...['/a/**/e/**/h', '/**/*none*', '/a/b/c/d/e/f', '/a/b/c/d/e/g/h', '/api/**/or*', '/api/us*/7'],
]

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1, maxLength: 2 })
const anyPart: fc.Arbitrary<EntryFilter> = fc.record(
  {
    methods: some(['POST', 'PUT', 'PURGE']),
    verdicts: some(VERDICTS),
    statuses: some(['2xx', '201', '404', '400-503', '418', '5xx'].map(parseStatusRange)),
    users: some([...USERS, 'nobody', 'a\0']),
    clients: some(['10.0.0.1', '10.0.0.2', 'none']),
    paths: some([...PATHS.filter((path) => /^[/*]/.test(path)), ...GLOBS].map(parsePathPattern)),
    excludedPaths: some(GLOBS.map(parsePathPattern)),
    labels: some(['odd', 'few', 'none']),
    settled: fc.constantFrom('yes', 'no'),
    text: fc.constantFrom('asked 3', 'x'),
    since: fc.integer({ min: 0, max: 900 }).map((n) => NOON + n * 1_000),
    until: fc.integer({ min: 0, max: 900 }).map((n) => NOON + n * 1_000),
  },
  { requiredKeys: [] },
)

/** Of few parts: of many, none would match. */
const anyFilter: fc.Arbitrary<EntryFilter> = fc
  .tuple(anyPart, fc.array(fc.nat(11), { minLength: 1, maxLength: 3 }))
  .map(([parts, chosen]) =>
    Object.fromEntries(Object.entries(parts).filter((_, i) => chosen.includes(i))),
  )

/** Some arrive long before they are appended; some are answered long after they arrived. */
const anyEntry = fc.record({
  verdict: fc.constantFrom<'applied' | 'failed' | 'context' | 'in_doubt' | 'lost'>(
    ...(['applied', 'applied', 'failed', 'context', 'in_doubt', 'lost'] as const),
  ),
  late: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(600) }),
  took: fc.oneof({ weight: 6, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(400) }),
  method: fc.constantFrom('POST', 'POST', 'PUT'),
  status: fc.constantFrom(200, 201, 201, 404, 503),
  user: fc.constantFrom(null, ...USERS),
  client: fc.constantFrom(null, '10.0.0.1', '10.0.0.2'),
  path: fc.constantFrom(...PATHS),
})

type Drawn = typeof anyEntry extends fc.Arbitrary<infer T> ? T : never

function entryOf(number: number, drawn: Drawn): NewEntry {
  const { verdict, late, took, method, status, user, client, path } = drawn
  const isDoubt = verdict === 'in_doubt' || verdict === 'lost'
  const arrivedAt = NOON + Math.max(0, number - late) * 1_000
  return newEntry(number, {
    ...{ arrivedAt, answeredAt: isDoubt ? null : arrivedAt + took * 1_000 },
    verdict: isDoubt ? 'in_doubt' : verdict,
    ...(isDoubt && { cause: verdict === 'lost' ? RECORDER_LOST : 'timeout', delivery: 'whole' }),
    sender: { address: client, agent: null, user },
    request: { method, target: path, body: body(`asked ${number % 9}`) },
    response: isDoubt ? null : { status },
  })
}

/** What may become of a stream. Of `post`: until nothing is left, or for a chunk only. */
const anyDeed = fc.oneof(
  fc.record({ kind: fc.constant('append'), entries: fc.array(anyEntry, { maxLength: 120 }) }),
  fc.record({ kind: fc.constantFrom('post', 'settle', 'take back', 'late word', 'remove') }),
  fc.record({ kind: fc.constant('label'), label: fc.constantFrom('odd', 'few', null) }),
)
type Deed = typeof anyDeed extends fc.Arbitrary<infer T> ? T : never

interface World {
  stream: string
  recorder: string
  appended: Map<number, Drawn>
  size: number
}

async function newWorld(size: number): Promise<World> {
  const stream = newStream()
  const recorder = recorderOf(stream)
  await journal.enrol(recorder, LEASE)
  return { stream, recorder: recorder.id, appended: new Map(), size }
}

/** As the tally does once nothing older is under way, which on a server of many it may always be. */
async function tallyAll(stream: string): Promise<void> {
  await pool.query('insert into reprise.tallied (stream) values ($1) on conflict do nothing', [
    stream,
  ])
  await pool.query(
    `insert into reprise.tally
     select $1, generation, date_bin('15 minutes', arrived_at, 'epoch'), verdict, count(*),
       min(arrived_at), max(arrived_at)
     from reprise.tallied join reprise.entry using (stream)
     where stream = $1 and id > upto and verdict <> 'in_doubt' and settled is null
     group by 2, 3, 4
     on conflict (stream, generation, quarter, verdict) do update set
       entries = tally.entries + excluded.entries,
       first_at = least(tally.first_at, excluded.first_at),
       last_at = greatest(tally.last_at, excluded.last_at)`,
    [stream],
  )
  await pool.query(
    `update reprise.tallied
     set upto = coalesce((select max(id) from reprise.entry where stream = $1), 0)
     where stream = $1`,
    [stream],
  )
}

async function perform(world: World, deed: Deed): Promise<void> {
  const { stream, recorder, appended } = world
  switch (deed.kind) {
    case 'append': {
      const entries = deed.entries.map((drawn) => {
        const number = appended.size + 1
        appended.set(number, drawn)
        return entryOf(number, drawn)
      })
      return append(journal, stream, recorder, entries)
    }
    case 'post':
      await tallyAll(stream)
      while (await postEntries(pool, stream, world.size)) continue
      return
    case 'settle':
      await journal.settle({ stream, methods: ['PUT'] }, 'applied', 'somebody')
      await journal.settle({ stream, users: ['ada'] }, 'not_applied', 'somebody')
      return
    case 'take back':
      await journal.settle({ stream, clients: ['10.0.0.1'] }, null, 'somebody')
      return
    case 'label': {
      const filter = deed.label === 'few' ? { users: ['é'] } : { methods: ['PUT'] }
      await journal.label({ stream, ...filter }, deed.label)
      return
    }
    case 'late word': {
      const lost = [...appended].filter(([, { verdict }]) => verdict === 'lost').slice(0, 5)
      const words = lost.map(([number, drawn]) => {
        const entry = entryOf(number, { ...drawn, verdict: 'failed', took: 300, status: 503 })
        return journal.seal({
          kind: 'entry',
          had: 'nothing',
          entry: { ...entry, arrivedAt: entryOf(number, drawn).arrivedAt },
        })
      })
      return journal.append(stream, recorder, words, 'former')
    }
    case 'remove':
      await pool.query(`delete from reprise.entry where stream = $1 and number % 11 = 3`, [stream])
  }
}

async function plain(filter: EntryFilter, way: 'asc' | 'desc'): Promise<number[]> {
  const { sql, values } = whereEntry(filter)
  const { rows } = await pool.query<{ id: string }>(
    `select id from reprise.entry where ${sql} order by ordered_at ${way}, entry.id ${way}`,
    values,
  )
  return rows.map(({ id }) => Number(id))
}

/** As the service looks, a page after the other; of a window so small that walks find next to nothing. */
async function searched(filter: EntryFilter, order: 'order' | '-order', limit: number) {
  const ids: number[] = []
  let after: EntryCursor | null = null
  do {
    const page = { order, limit, window: 2, ...(after && { after }) }
    const { entries, next } = await journal.search(filter, page)
    ids.push(...entries.map(({ id }) => id))
    after = next
  } while (after !== null)
  return ids
}

/** The same without walks, stopped after so many steps each time. */
async function siftedInSteps(
  filter: EntryFilter,
  direction: 1 | -1,
  wanted: number,
  steps: number,
) {
  const way = direction === 1 ? 'asc' : 'desc'
  const read = async ({ sql, values }: Source, most: number | null) => {
    const { rows } = await pool.query<{ id: string; at: string }>(
      `select id, (extract(epoch from ordered_at) * 1000000)::bigint as at ${sql}
       order by entry.ordered_at ${way}, entry.id ${way} limit $${values.length + 1}::integer`,
      [...values, most],
    )
    return rows.map(({ id, at }) => ({ id: Number(id), orderedAt: Number(at) }))
  }
  const ids: number[] = []
  let from: EntryCursor | null = { orderedAt: direction === 1 ? 0 : 2 ** 52, id: 0 }
  let more = steps
  while (from !== null) {
    let left = more
    const isTime = () => left-- > 0
    const sifted: Sifted<EntryCursor> | null = await sift(pool, filter, {
      ...{ from, direction, wanted, isTime, read },
    })
    if (sifted === null) throw new Error('expected few that are in no chunk')
    ids.push(...sifted.rows.map(({ id }) => id))
    // Overlapping chunks may need more than that; whoever asks again has walked on.
    more = sifted.end?.orderedAt === from.orderedAt && sifted.end.id === from.id ? more * 2 : steps
    from = sifted.end
  }
  return ids
}

async function countedBy(filter: EntryFilter): Promise<number> {
  const { spans, next } = await journal.timeline(filter, 7)
  expect(next).toBeNull()
  return spans.flatMap((span) => Object.values(span)).reduce((sum, n) => sum + n, 0)
}

const anyLook = fc.record({
  filter: anyFilter,
  order: fc.constantFrom('order', '-order'),
  limit: fc.integer({ min: 10, max: 90 }),
  steps: fc.integer({ min: 1, max: 4 }),
  isOfAll: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
})

test('at any time, any filter finds in any order what it says, page by page', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(4, 16, 64, 300),
      fc.array(anyEntry, { minLength: 50, maxLength: 400 }),
      fc.array(anyDeed, { minLength: 2, maxLength: 10 }),
      fc.array(anyLook, { minLength: 8, maxLength: 8 }),
      async (size, entries, deeds, looks) => {
        const world = await newWorld(size)
        await perform(world, { kind: 'append', entries })
        for (const deed of deeds) await perform(world, deed)
        for (const { order, limit, steps, isOfAll, ...look } of looks) {
          // Of all: those of former runs too, the bounds keep it short.
          const filter = isOfAll ? look.filter : { ...look.filter, stream: world.stream }
          const direction = order === 'order' ? 1 : -1
          const expected = await plain(filter, direction === 1 ? 'asc' : 'desc')
          if (!isOfAll) {
            expect(await searched(filter, order, limit)).toEqual(expected)
            expect(await countedBy(filter)).toBe(expected.length)
          }
          expect(await siftedInSteps(filter, direction, limit, steps)).toEqual(expected)
        }
        if (deeds.length % 3 === 0) return
        await journal.clear(world.stream)
        const left =
          'select from reprise.chunk join reprise.posting using (stream) where stream = $1'
        expect((await pool.query(left, [world.stream])).rowCount).toBe(0)
      },
    ),
    { numRuns: 25, endOnFailure: true },
  )
}, 250_000)
