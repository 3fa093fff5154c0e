import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record, replayed } from '../replayer/recording.ts'
import { injected } from './injected.ts'

const database = await createDatabase()

/** A stream of two entries and two runs of it, of which the second one fails at the second entry. */
async function twice(stream: string) {
  const journal = useJournal(database)
  const ids = await record(journal, stream, [{ target: '/a' }, { target: '/b' }])
  let life = 1
  const origin = await startRawOrigin(({ target }) =>
    plainAnswer('', life === 2 && target === '/b' ? '500 No' : '201 Made'),
  )
  const target = new URL(origin.url)
  const first = await replayed(journal, { stream }, { target })
  life = 2
  const second = await replayed(journal, { stream }, { target })
  return { ids, first: first.run, second: second.run, target }
}

const runs = (...argv: string[]) => injected(['runs', '--database-url', database, ...argv])

test('runs are listed and searched, the newest first', async () => {
  const { first, second, target } = await twice('listed')
  const { code, stdout } = await runs('--stream', 'listed')
  expect(code).toBe(0)
  const [head, , ...rows] = stdout.trimEnd().split('\n')
  expect(head).toMatch(/^run +state +begun +stream +target +planned +outcomes +selection$/)
  expect(rows.map((row) => row.trim().split(/ +/).slice(0, 2))).toEqual([
    [String(second), 'stopped'],
    [String(first), 'done'],
  ])
  expect(rows[0]).toMatch(/1 same, 1 failed|1 failed, 1 same/)
  const found = async (...more: string[]) => {
    const printed = await runs('--stream', 'listed', '--json', ...more)
    return (JSON.parse(printed.stdout) as { runs: { id: number }[] }).runs.map(({ id }) => id)
  }
  expect(await found('--state', 'done,running')).toEqual([first])
  expect(await found('--text', target.host)).toEqual([second, first])
  expect(await found('--before', String(second), '--since', '1h')).toEqual([first])
  expect(await found('--until', '1h')).toEqual([])
  const shown = await runs(String(second))
  expect(shown.stdout).toContain('1 same')
  expect(shown.stdout).toMatch(/failed +500/)
  expect((await runs('--stream', 'none')).stderr).toContain('no run matches')
})

test('two runs are held against each other', async () => {
  const { ids, first, second } = await twice('compared')
  const { code, stdout } = await runs(String(first), '--against', String(second))
  expect(code).toBe(3)
  expect(stdout).toContain(`run ${first}: 2 same\n`)
  expect(stdout).toMatch(new RegExp(`${ids[1]} +same \\(201\\) +failed \\(500\\) +same`))
  expect(await runs(String(first), '--against', String(first))).toMatchObject({ code: 0 })
  const { stdout: printed } = await runs(String(first), '--against', String(second), '--json')
  expect(JSON.parse(printed)).toMatchObject({
    one: { id: first, outcomes: { same: 2 } },
    contrasts: [{ entry: ids[1], other: { outcome: 'failed', status: 500 } }],
  })
})

test('what cannot be is said', async () => {
  const { first } = await twice('one')
  const { first: other } = await twice('other')
  const two = await runs(String(first), '--against', String(other))
  expect(two.code).not.toBe(0)
  expect(two.stderr).toContain(`run ${first} is of stream 'one'`)
  expect((await runs('--against', '1')).code).toBe(2)
  expect(await runs('999999')).toMatchObject({ code: 4 })
})
