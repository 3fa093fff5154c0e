import { expect, test } from 'vitest'
import type { JournalReader } from '../../journal/contract.ts'
import type { EntryFilter } from '../../journal/filter.ts'
import { parsePathPattern } from '../../journal/path-pattern.ts'
import {
  chooseStream,
  entriesOf,
  makePlan,
  wholeEntriesOf,
  type Selection,
} from '../../replayer/plan.ts'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { record, START } from './recording.ts'

const database = await createDatabase()

async function planned(selection: Partial<Selection> & { stream: string }) {
  const journal = useJournal(database)
  const plan = await makePlan(journal, { filter: {}, inDoubt: 'stop', ...selection })
  const targets: string[] = []
  for await (const entry of entriesOf(journal, plan)) targets.push(entry.target)
  return { plan, targets }
}

test('the order is that in which the answers began, not that of ids or arrivals', async () => {
  await record(useJournal(database), 'order', [
    { target: '/slow', arrived: 1, answered: 9 },
    { target: '/quick', arrived: 2, answered: 3 },
    { target: '/next', arrived: 4, answered: 5 },
    { target: '/never', arrived: 4.5, status: null },
    { target: '/last', arrived: 10, answered: 11 },
  ])
  const { targets } = await planned({ stream: 'order', inDoubt: 'send' })
  expect(targets).toStrictEqual(['/quick', '/never', '/next', '/slow', '/last'])
})

test('what the upstream did not apply is left out, and counted', async () => {
  await record(useJournal(database), 'mixed', [
    { target: '/applied' },
    { target: '/failed', status: 500, verdict: 'failed' },
    { target: '/context', method: 'GET', status: 200, verdict: 'context' },
  ])
  const { plan, targets } = await planned({ stream: 'mixed' })
  expect(targets).toStrictEqual(['/applied'])
  expect(plan).toMatchObject({ planned: 1, context: 1, leftOut: { failed: 1 } })
})

test('a run ends before the first entry in doubt, unless it is told what to do', async () => {
  const journal = useJournal(database)
  const said = [{ target: '/1' }, { target: '/2', status: null }, { target: '/3' }]
  const ids = await record(journal, 'doubt', said)
  expect(await planned({ stream: 'doubt' })).toMatchObject({
    targets: ['/1'],
    plan: { planned: 2, leftOut: { in_doubt: 1 }, stopsAt: { id: ids[1] } },
  })
  const skipped = await planned({ stream: 'doubt', inDoubt: 'skip' })
  expect(skipped).toMatchObject({ targets: ['/1', '/3'], plan: { leftOut: { in_doubt: 1 } } })
  const sent = await planned({ stream: 'doubt', inDoubt: 'send' })
  expect(sent).toMatchObject({ targets: ['/1', '/2', '/3'], plan: { planned: 3, leftOut: {} } })
})

test.each([
  ['applied', ['/1', '/2', '/3'], {}],
  ['not_applied', ['/1', '/3'], { not_applied: 1 }],
] as const)(
  'one that is settled as %s is in doubt no more',
  async (settlement, targets, leftOut) => {
    const journal = useJournal(database)
    const stream = `settled ${settlement}`
    await record(journal, stream, [
      { target: '/1' },
      { target: '/2', status: null },
      { target: '/3' },
    ])
    expect(await journal.settle({ stream }, settlement, 'user')).toBe(1)
    for (const inDoubt of ['stop', 'skip', 'send'] as const) {
      const { plan, targets: sent } = await planned({ stream, inDoubt })
      expect(sent).toStrictEqual(targets)
      expect(plan).toMatchObject({ planned: targets.length, stopsAt: null })
      expect(plan.leftOut).toStrictEqual(leftOut)
    }
  },
)

test('entries in doubt outside the selection do not matter', async () => {
  await record(useJournal(database), 'aside', [{ target: '/1' }, { target: '/2', status: null }])
  const paths = [parsePathPattern('/1')]
  expect((await planned({ stream: 'aside', filter: { paths } })).targets).toStrictEqual(['/1'])
  const verdicts = ['applied'] as const
  expect((await planned({ stream: 'aside', filter: { verdicts } })).targets).toStrictEqual(['/1'])
})

test('every filter narrows, and they narrow together', async () => {
  const journal = useJournal(database)
  const ids = await record(journal, 'filters', [
    { target: '/a/1?x=/b', method: 'POST', status: 201 },
    { target: '/a/2/state', method: 'PUT', status: 200 },
    { target: '/b', method: 'DELETE', status: 204 },
    { target: '/ab', method: 'POST', status: 302 },
  ])
  await journal.label({ idFrom: ids[2]!, idTo: ids[2]! }, 'bug-17')
  const path = (...texts: string[]) => texts.map(parsePathPattern)
  const cases: [EntryFilter, string][] = [
    [{ idFrom: ids[2]! }, '/b /ab'],
    [{ idTo: ids[1]! }, '/a/1?x=/b /a/2/state'],
    [{ methods: ['PUT', 'DELETE'] }, '/a/2/state /b'],
    [{ paths: path('/a/*') }, '/a/1?x=/b /a/2/state'],
    [{ paths: path('/a/*/state', '/b') }, '/a/2/state /b'],
    [{ excludedPaths: path('/a/', '/b') }, '/ab'],
    [{ statuses: [{ from: 201, to: 299 }] }, '/a/1?x=/b /b'],
    [{ labels: ['bug-17'] }, '/b'],
    [{ since: START + 2_000_000 }, '/b /ab'],
    [{ until: START + 1_000_000 }, '/a/1?x=/b'],
    [{ methods: ['POST'], statuses: [{ from: 300, to: 399 }] }, '/ab'],
    [{ methods: ['GET'] }, ''],
  ]
  for (const [filter, expected] of cases) {
    const { plan, targets } = await planned({ stream: 'filters', filter })
    expect({ filter, targets: targets.join(' ') }).toStrictEqual({ filter, targets: expected })
    expect(plan.planned).toBe(targets.length)
  }
})

test('a stream has its own entries only', async () => {
  await record(useJournal(database), 'mine', [{ target: '/mine' }])
  await record(useJournal(database), 'yours', [{ target: '/yours' }])
  expect((await planned({ stream: 'mine' })).targets).toStrictEqual(['/mine'])
})

test('a stream that is not there, or not named among several, is refused with their names', async () => {
  const journal = useJournal(database)
  await record(journal, 'one', [{}])
  await expect(chooseStream(journal, 'nine')).rejects.toMatchObject({
    code: 'stream_unknown',
    message: "there is no stream 'nine'",
    hint: expect.stringContaining('one') as string,
  })
  await expect(chooseStream(journal, undefined)).rejects.toMatchObject({ code: 'stream_unknown' })
  expect(await chooseStream(journal, 'one')).toBe('one')
})

test('of several streams the one that was recorded in front of the target is taken', async () => {
  const journal = useJournal(database)
  await record(journal, 'here', [{}], 'http://here.test')
  await record(journal, 'there', [{}], 'http://there.test')
  const choose = (target: string) => chooseStream(journal, undefined, new URL(target))
  expect(await choose('http://there.test/base')).toBe('there')
  await expect(choose('http://nowhere.test')).rejects.toMatchObject({ code: 'stream_unknown' })
  await record(journal, 'here too', [{}], 'http://here.test')
  await expect(choose('http://here.test')).rejects.toMatchObject({ code: 'stream_unknown' })
})

test('whole entries are those of the plan, with their bodies, whatever the size of a page', async () => {
  const journal = useJournal(database)
  const said = Array.from({ length: 7 }, (_, i) => ({
    ...{ target: `/${i}`, body: `asked ${i}`, answerBody: `answered ${i}` },
    ...(i === 5 && { status: null }),
  }))
  await record(journal, 'whole', said)
  const plan = await makePlan(journal, { stream: 'whole', filter: {}, inDoubt: 'stop' })
  for (const size of [undefined, { limit: 2, bytes: 1_000 }, { limit: 100, bytes: 1 }]) {
    const read: string[] = []
    for await (const entry of wholeEntriesOf(journal, plan, size)) {
      read.push(`${entry.target} ${String(entry.requestBody)} ${String(entry.responseBody)}`)
    }
    expect(read).toEqual([0, 1, 2, 3, 4].map((i) => `/${i} asked ${i} answered ${i}`))
  }
})

test('who stops reading whole entries hears nothing of a page that nobody asked for', async () => {
  const journal = useJournal(database)
  await record(journal, 'left', [{}, {}])
  const plan = await makePlan(journal, { stream: 'left', filter: {}, inDoubt: 'stop' })
  let reads = 0
  const breaking: JournalReader = {
    ...journal,
    entries: (...asked) =>
      reads++ === 0 ? journal.entries(...asked) : Promise.reject(new Error('gone')),
  }
  const first = wholeEntriesOf(breaking, plan, { limit: 1, bytes: 1 })
  expect(await first.next()).toMatchObject({ done: false })
  await first.return(undefined)
  reads = 0
  const both = wholeEntriesOf(breaking, plan, { limit: 1, bytes: 1 })
  await both.next()
  await expect(both.next()).rejects.toThrow('gone')
})
