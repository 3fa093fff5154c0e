import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { record, type Said } from '../replayer/recording.ts'
import { injected } from './injected.ts'

const database = await createDatabase()
let streams = 0

/** Two that overlapped, one after both, one after that, and others that are not sent. */
const said: Said[] = [
  { target: '/devices/1', arrived: 0, answered: 10 },
  { target: '/devices/2', arrived: 5, answered: 12 },
  { target: '/devices/1/state', method: 'PUT', status: 200, arrived: 13, answered: 20 },
  { target: '/devices', arrived: 21, answered: 22 },
  { target: '/failed', status: 500, verdict: 'failed', arrived: 23, answered: 24 },
  { target: '/doubt', status: null, arrived: 25 },
  { target: '/late', arrived: 26, answered: 27 },
]

async function recorded(entries: readonly Said[] = said) {
  const stream = `plan-${streams++}`
  const ids = await record(useJournal(database), stream, entries)
  const planned = (...more: string[]) =>
    injected(['plan', '--database-url', database, '--stream', stream, ...more])
  return { stream, ids, planned }
}

const rowsOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => /^ *\d+ {2}/.test(line))
    .map((line) => line.split(/ {2,}/).at(-1))

test('the table says whom each waits for, the figures what the order allows', async () => {
  const { ids, planned, stream } = await recorded()
  const { code, stdout, stderr } = await planned()
  expect(code).toBe(0)
  expect(stdout.split('\n')[0]).toMatch(/ target +bytes +status +verdict +waits for$/)
  expect(rowsOf(stdout)).toEqual(['applied', 'applied', `${ids[1]}, ${ids[0]}`, String(ids[2])])
  expect(stdout).toMatch(/\n4 entries\nlongest chain: 3\nwidest moment: 2 side by side\n/)
  expect(stdout).toContain('sent at once: up to 16\n')
  expect(stderr).toContain(`5 entries of stream ${stream}; left out: `)
  expect(stderr).toContain(`it stops before entry ${ids[5]}, which is in doubt`)
})

test('lanes run side by side, and what has none keeps order with all', async () => {
  const { ids, planned } = await recorded()
  const { stdout } = await planned('--lanes', '/devices/:id')
  const all = `${ids[2]}, ${ids[1]}`
  expect(rowsOf(stdout)).toEqual(['applied', 'applied', String(ids[0]), all])
  expect(stdout).toContain('\nlanes: 2\n')
  expect((await planned('--serial')).stdout).toContain('\nsent one at a time\n')
})

test('--json has the same in one document, of plan and of a dry run', async () => {
  const { ids, planned, stream } = await recorded()
  const { stdout } = await planned('--json', '--lanes', '/devices/:id', '--concurrency', '3')
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ stream, planned: 5, leftOut: { failed: 1, in_doubt: 1 }, stopsAt: ids[5] },
    entries: [
      { id: ids[0], lane: '/devices/:id:1', waitsFor: [] },
      { id: ids[1], waitsFor: [] },
      { id: ids[2], waitsFor: [{ entry: ids[0], because: 'answered' }], waitsForMore: 0 },
      { id: ids[3], lane: null },
    ],
    order: { concurrency: 3, chain: 3, widest: 2, lanes: 2, clockTolerance: 50, are: 'exact' },
  })
  const dry = ['replay', '--dry-run', '--database-url', database, '--stream', stream, '--json']
  const { stdout: same } = await injected([...dry, '--lanes', '/devices/:id', '--concurrency', '3'])
  expect(same).toBe(stdout)
  const { stdout: none } = await planned('--json', '--method', 'PATCH')
  expect(JSON.parse(none)).toMatchObject({ entries: [], order: { chain: 0, widest: 0 } })
})

test('more entries than a table has are all shown, each once and in order', async () => {
  const many = Array.from({ length: 1_201 }, () => ({}))
  const { ids, planned } = await recorded(many)
  const { stdout } = await planned()
  const shown = [...stdout.matchAll(/^ *(\d+) {2}/gm)].map(([, id]) => Number(id))
  expect(shown).toEqual(ids)
  expect(stdout).toContain('\n1201 entries\nlongest chain: 1201\nwidest moment: 1 side by side\n')
})

test('--explain tells why one is sent, whom it waits for and who waits for it', async () => {
  const { ids, planned } = await recorded()
  const explained = await planned('--explain', String(ids[2]))
  expect(explained.code).toBe(0)
  const because = 'the earlier one had been answered before the later one arrived'
  expect(explained.stdout.split('\n').filter((line) => !/(arrived|answered): /.test(line))).toEqual(
    [
      `entry ${ids[2]}: PUT /devices/1/state`,
      '  recorded: applied, answered 200',
      '  it is sent',
      '  clock: test',
      '  it waits for:',
      ...[1, 0].flatMap((i) => [
        `    entry ${ids[i]}: POST ${said[i]!.target}`,
        `      ${because}`,
      ]),
      '  waiting for it:',
      `    entry ${ids[3]}: POST /devices`,
      `      ${because}`,
      '',
    ],
  )
  const lanes = await planned('--explain', String(ids[2]), '--lanes', '/devices/:id', '--serial')
  expect(lanes.stdout).toContain(`  lane: /devices/:id:1\n`)
  expect(lanes.stdout).toContain(`  sent one at a time, this one after entry ${ids[1]}\n`)
  expect(lanes.stdout).toContain(`${because}, in the same lane\n`)
  expect(lanes.stdout).toContain(`${because}; one of them has no lane\n`)
  const json = await planned('--explain', String(ids[2]), '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({
    ...{ entry: { id: ids[2] }, isSent: true, leftOut: [], previous: ids[1], clock: 'test' },
    waitsFor: [{ entry: ids[1], because: 'answered' }, { entry: ids[0] }],
    waitedForBy: [{ entry: ids[3] }],
  })
})

test.each<[string, number, string[], string[]]>([
  ['its verdict', 4, [], ['its verdict is failed (--verdict failed']],
  [
    'that it is in doubt',
    5,
    [],
    ['it is in doubt whether the backend had applied it: the run ends'],
  ],
  ['what the run stops at', 6, [], ['the run ends before it, at entry ']],
  [
    'every filter that it does not match',
    2,
    ['--method', 'POST,PATCH', '--excluded-urls', '/devices/*', '--since', '2027-01-01'],
    [
      'its method is none of those that are wanted: POST, PATCH\n',
      'its path is one of those that are left out: /devices/*\n',
      'it arrived before the time that is wanted: 2027-01-01T00:00:00.000Z\n',
    ],
  ],
])('--explain gives as the reason %s', async (_, index, more, reasons) => {
  const { ids, planned } = await recorded()
  const { code, stdout } = await planned('--explain', String(ids[index]), ...more)
  expect(code).toBe(0)
  for (const reason of ['  it is not sent:\n', ...reasons]) expect(stdout).toContain(reason)
  expect(stdout).not.toContain('waits for')
  expect(stdout.match(/^ {4}/gm)).toHaveLength(reasons.length)
})

test('--explain of the ids around, of a settled one, of another stream, and of none', async () => {
  const { ids, planned, stream } = await recorded()
  await useJournal(database).settle({ stream }, 'not_applied', 'user')
  const settled = await planned('--explain', String(ids[5]))
  expect(settled.stdout).toContain('it was in doubt and is settled as not applied (by user)\n')
  expect((await planned('--explain', String(ids[6]))).stdout).toContain('  it is sent\n')
  const below = await planned('--explain', String(ids[0]), '--id-from', String(ids[1]))
  expect(below.stdout).toContain(`its id is below the first that is wanted: ${ids[1]}\n`)
  const above = await planned('--explain', String(ids[1]), '--id-to', String(ids[0]))
  expect(above.stdout).toContain(`its id is above the last that is wanted: ${ids[0]}\n`)
  const other = await recorded()
  const elsewhere = await planned('--explain', String(other.ids[0]))
  expect(elsewhere.stdout).toContain(`it is of stream ${other.stream}, not ${stream}\n`)
  expect(await planned('--explain', '999999999')).toMatchObject({ code: 4, stdout: '' })
})

test('wrong settings are told; --explain of a replay is for a dry run', async () => {
  const { planned, stream } = await recorded()
  const wrong = await planned('--lanes', 'devices', '--concurrency', '0')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain("expected a path such as /api/devices/:id, got 'devices'")
  expect(wrong.stderr).toContain("--concurrency: expected at least 1, got '0'")
  const argv = ['replay', '--database-url', database, '--stream', stream, '--yes', '--explain', '1']
  const real = await injected([...argv, '--base-url', 'http://127.0.0.1:1'])
  expect(real).toMatchObject({ code: 2 })
  expect(real.stderr).toContain('--explain: expected --dry-run with it')
})
