import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { eventually } from '../support/between.ts'
import { emptyFolder } from '../support/folder.ts'
import { heldOrigin } from '../support/held-origin.ts'
import { plainAnswer, startRawOrigin } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record, replayed } from '../replayer/recording.ts'
import { inject, injected } from './injected.ts'

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

test('what came of an entry is shown over all runs, the newest first', async () => {
  const { first, second, ids } = await twice('of-one')
  const { stdout } = await runs('--entry', String(ids[1]))
  const [head, , ...lines] = stdout.trimEnd().split('\n')
  expect(head).toMatch(/^ *run +sent +outcome +status +why/)
  expect(lines[0]).toMatch(new RegExp(`^ *${second} .* failed +500`))
  expect(lines[1]).toMatch(new RegExp(`^ *${first} .* same +201`))
  const { stdout: printed } = await runs('--entry', String(ids[1]), '--json')
  expect(JSON.parse(printed)).toMatchObject({ attempts: [{ run: second }, { run: first }] })
  expect(await runs('--entry', '999999')).toMatchObject({ code: 4 })
  expect(await runs('7', '--entry', '1')).toMatchObject({ code: 2 })
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

test('one that another process drives is watched, held and ended', async () => {
  const stream = 'held'
  const journal = useJournal(database)
  await record(journal, stream, [{ target: '/a' }, { target: '/b' }, { target: '/c' }])
  const { origin, waiting } = await heldOrigin()
  const replaying = inject([
    ...['replay', '--database-url', database, '--base-url', origin.url, '--stream', stream],
    ...['--yes', '--concurrency', '1', '--data-dir', emptyFolder()],
  ])
  await eventually(() => waiting.length === 1)
  const [{ id } = { id: 0 }] = await journal.runs({ stream, limit: 1 })
  const watching = inject(['runs', '--database-url', database, String(id), '--watch', '--json'])
  await watching.shows(/running: .*0 of 3/)
  const paused = await runs(String(id), '--pause')
  expect(paused).toMatchObject({ code: 0 })
  expect(paused.stdout).toMatch(new RegExp(`${id} +paused`))
  await replaying.shows(/It stands still: somebody paused it/)
  waiting.splice(0)[0]!()
  await watching.shows(/paused: .*1 of 3/)
  expect(origin.requests).toHaveLength(1)
  const going = JSON.parse((await runs(String(id), '--continue', '--json')).stdout) as unknown
  expect(going).toMatchObject({ run: { id, driven: 'running' } })
  await eventually(() => waiting.length === 1)
  const stopped = await runs(String(id), '--stop')
  expect(stopped.stdout).toMatch(new RegExp(`${id} +interrupted`))
  expect(await replaying.ended).toBe(130)
  expect(replaying.stderr()).toContain('It ends: somebody stopped it')
  expect(await watching.ended).toBe(1)
  const lines = watching.stdout().trimEnd().split('\n')
  const seen = lines.map((line) => (JSON.parse(line) as { run: { driven: unknown } }).run)
  expect(seen[0]).toMatchObject({ id, driven: 'running', planned: 3 })
  expect(seen.at(-1)).toMatchObject({ state: 'interrupted', outcomes: { same: 1, in_doubt: 1 } })
  const again = await runs(String(id), '--stop')
  expect(again.code).not.toBe(0)
  expect(again.stderr).toContain(`nobody drives run ${id}: it is interrupted`)
})

test('a watched run that has ended is told once, with what came of it', async () => {
  const { first, second } = await twice('watched')
  const ended = await runs(String(first), '--watch')
  expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('2 of 2') as string })
  expect(ended.stdout).toMatch(/done .* 2 same/)
  expect(await runs(String(second), '--watch')).toMatchObject({ code: 1 })
})

test.each([
  [['--pause'], /--run is missing: expected RUN, with --pause/],
  [['7', '--pause', '--stop'], /--stop: expected either it or --pause/],
  [['7', '--watch', '--against', '6'], /--against: expected either it or --watch/],
])('%j makes no sense, and that is said', async (argv, said) => {
  expect(await runs(...argv)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(said) as string,
  })
})
