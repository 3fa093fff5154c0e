import { expect, test } from 'vitest'
import { countOverTime } from '../../replayer/over-time.ts'
import { startClient } from '../replayer/service/client.ts'
import { record } from '../replayer/recording.ts'
import { createDatabase } from '../support/database.ts'
import { useJournal } from '../support/recorder.ts'
import { injected } from './injected.ts'

// What the page shows of how things stand, and over time, a terminal shows too.

const database = await createDatabase()
const url = ['--database-url', database]

async function recorded(stream: string) {
  const journal = useJournal(database)
  await record(journal, stream, [
    { target: '/a' },
    { target: '/b', status: 500, verdict: 'failed' },
    { target: '/c', status: null, verdict: 'in_doubt' },
  ])
  return journal
}

test('recorders, streams and sizes are those that the API answers', async () => {
  await recorded('stands')
  const { code, stdout } = await injected(['standing', '--stream', 'stands', '--json', ...url])
  expect(code).toBe(0)
  const client = await startClient(database)
  const [{ body: recorders }, { body: streams }, { body: size }] = await Promise.all([
    client.get('/api/recorders?stream=stands'),
    client.get('/api/streams'),
    client.get('/api/size'),
  ])
  await client.close()
  await client.journal.close()
  expect(JSON.parse(stdout)).toStrictEqual({
    recorders: recorders.recorders,
    streams: (streams.streams as { stream: string }[]).filter((one) => one.stream === 'stands'),
    size: { bytes: expect.any(Number) as number, weeks: size.weeks },
  })
  expect(recorders.recorders).toHaveLength(1)
  const text = await injected(['standing', ...url])
  expect(text.stdout).toMatch(/^state +stream +recorder.*\n─.*\n.* stands /)
  expect(text.stdout).toMatch(/\nstands +3 +1 +20\d\d-/)
  expect(text.stdout).toMatch(/the journal takes \d+\.\d MB, indexes included\n$/)
})

test('what came when is counted by verdict, in the words of the filter', async () => {
  await recorded('timed')
  const argv = ['timeline', '--stream', 'timed', ...url]
  const { code, stdout } = await injected([...argv, '--spans', '1'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^from +applied +failed +in doubt +context\n─.*\n20\S+ \S+ +1 +1 +1 +0\n$/)
  const { stdout: printed } = await injected([...argv, '--status', '5xx', '--json'])
  expect(JSON.parse(printed)).toMatchObject({ next: null, spans: [{ failed: 1 }] })
  expect(await injected([...argv, '--path', '/nowhere'])).toMatchObject({
    ...{ code: 0, stdout: '', stderr: 'nothing matches\n' },
  })
})

test('what the journal counts in several answers is added up, each span in its place', async () => {
  const next = { orderedAt: 1, id: 1 }
  const asked: unknown[] = []
  const answers = [
    { since: 100, step: 10, spans: [{}, { applied: 1 }, { failed: 2 }], next },
    { since: 110, step: 10, spans: [{ applied: 3 }, { failed: 1, context: 4 }], next: null },
  ]
  const timeline = async (filter: unknown, most: number, after: unknown) => {
    asked.push([filter, most, after])
    return answers.shift()!
  }
  const { signal } = new AbortController()
  expect(await countOverTime({ timeline }, { stream: 's' }, 3, signal)).toStrictEqual({
    ...{ since: 100, step: 10, next: null },
    spans: [{}, { applied: 4 }, { failed: 3, context: 4 }],
  })
  expect(asked).toStrictEqual([
    [{ stream: 's' }, 3, undefined],
    [{ since: 100, until: 130, stream: 's' }, 3, next],
  ])
})
