import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { made, put } from '../replayer/compacting/recorded-things.ts'
import { startThings } from '../replayer/compacting/things-backend.ts'
import { record, type Said } from '../replayer/recording.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { useJournal } from '../support/recorder.ts'
import { testKey } from '../support/secrets.ts'
import { injected } from './injected.ts'

const database = await createDatabase()

/** The backend kept its first thing: another one is made, and both are changed. */
const said: Said[] = [
  ...[made(1, { level: 1 }), put(1, { level: 2 }), made(2, { level: 3 }), put(1, { level: 4 })],
  put(2, { level: 5 }),
]

async function stage(entries: readonly Said[] = said) {
  const journal = useJournal(database)
  const stream = randomUUID()
  const ids = await record(journal, stream, entries)
  const folder = emptyFolder()
  const checkpoint = (...argv: string[]) =>
    injected(['checkpoint', stream, '--database-url', database, ...argv])
  const reprise = (name: string, ...argv: string[]) =>
    injected([name, '--database-url', database, '--data-dir', folder, ...testKey, ...argv])
  return { journal, stream, ids, checkpoint, reprise }
}

/** One that kept its first thing. */
async function kept() {
  const backend = await startThings()
  await fetch(`${backend.url}/things`, { method: 'POST', body: '{"level":2}' })
  return backend
}

test('one is set at the newest entry, at any other, or at a moment; it is listed, and removed', async () => {
  const { journal, stream, ids, checkpoint } = await stage()
  const newest = await checkpoint('--note', 'written to disk')
  expect(newest).toMatchObject({
    ...{ code: 0, stderr: '' },
    stdout: `checkpoint 1 of ${stream}, at entry ${ids[4]}: restores begin behind it\n`,
  })
  expect((await checkpoint('--at', String(ids[1]))).stdout).toContain(`at entry ${ids[1]}:`)
  const byMoment = await checkpoint('--at', '2026-01-15T12:00:02.500Z', '--json')
  expect(JSON.parse(byMoment.stdout)).toMatchObject({
    checkpoint: { number: 3, entry: ids[2], orderedAt: '2026-01-15T12:00:02.001Z' },
    inDoubt: 0,
  })
  const { stdout } = await checkpoint('--list')
  expect(stdout.split('\n')[0]).toMatch(/^checkpoint +at entry +of +set +by +note$/)
  expect(stdout.match(/^ *\d+ /gm)!.map(Number)).toEqual([1, 3, 2])
  expect(stdout).toContain('written to disk')
  expect(await checkpoint('--remove', '1')).toMatchObject({ code: 2 })
  expect((await checkpoint('--remove', '1', '--yes')).stdout).toContain('checkpoint 1 of ')
  expect((await journal.checkpoints(stream)).map(({ number }) => number)).toEqual([3, 2])
  const deeds = await journal.deeds({ stream, limit: 10 })
  expect(deeds.map(({ action }) => action)).toEqual([
    'remove_checkpoint',
    ...['set_checkpoint', 'set_checkpoint', 'set_checkpoint'],
  ])
})

test('a restore sends what stands behind it, with recorded values where the backend keeps them', async () => {
  const { journal, stream, ids, checkpoint, reprise } = await stage()
  await checkpoint('--at', String(ids[1]))
  await journal.firstEpoch(stream, { boot: null, sign: 'first seen' })
  await reprise('lost', stream)
  const backend = await kept()
  const { code, stderr } = await reprise('restore', stream, '--target', backend.url)
  expect(stderr).toContain(`${stream}: restored from behind checkpoint 1\n`)
  expect(code).toBe(0)
  expect(backend.changed).toBe(1 + 3)
  expect(backend.state()).toEqual([
    { id: 1, level: 4 },
    { id: 2, level: 5 },
  ])
})

test('a replay sends everything, but where it is asked for', async () => {
  const { stream, ids, checkpoint, reprise } = await stage()
  const plan = (...argv: string[]) => reprise('replay', '--dry-run', '--stream', stream, ...argv)
  const without = await plan('--from-checkpoint')
  expect(without).toMatchObject({ code: 4 })
  expect(without.stderr).toContain(`${stream} has no checkpoint`)
  await checkpoint('--at', String(ids[1]))
  expect((await plan()).stderr).toContain('5 entries of stream')
  const behind = await plan('--from-checkpoint')
  expect(behind.stderr).toContain(
    `3 entries of stream ${stream} behind checkpoint 1, which leaves out 2\n`,
  )
  const explained = await plan('--from-checkpoint', '--explain', String(ids[0]))
  expect(explained.stdout).toContain(`it does not stand behind the checkpoint: entry ${ids[1]}\n`)
  const backend = await kept()
  const argv = ['--stream', stream, '--base-url', backend.url, '--yes', '--from-checkpoint']
  expect((await reprise('replay', ...argv)).stdout).toContain('done: 3 of 3 sent')
  const runs = await reprise('runs', '--stream', stream, '--max-column-width', '500')
  expect(runs.stdout).toMatch(/ applied; up to id \d+; behind checkpoint 1\n/)
})

test('what was answered after it is sent though it arrived before, and doubts before it are told of', async () => {
  const { ids, stream, checkpoint, reprise } = await stage([
    { arrived: 1, answered: 9, target: '/late' },
    { arrived: 2, answered: 3, target: '/early' },
    { arrived: 4, status: null, target: '/doubt' },
    { arrived: 5, answered: 6, target: '/last' },
  ])
  const { stderr } = await checkpoint('--at', String(ids[3]))
  expect(stderr).toContain('1 entry in doubt before it: ')
  const { stdout } = await reprise(
    ...(['replay', '--dry-run', '--stream', stream, '--from-checkpoint', '--json'] as const),
  )
  const { entries } = JSON.parse(stdout) as { entries: { id: number }[] }
  expect(entries.map(({ id }) => id)).toEqual([ids[0]])
})

test('reads from before it are asked again where something behind it uses what they handed out', async () => {
  const token = 'c2b0d6f4-1d3c-4e7e-8a35-b7c6f0d4e922'
  const page = ['Content-Type', 'application/json']
  const read = { method: 'GET', status: 200, verdict: 'context' as const, answerFields: page }
  const { stream, ids, checkpoint, reprise } = await stage([
    { ...read, target: '/state', answerBody: JSON.stringify({ token }) },
    {
      ...read,
      target: '/state',
      answerBody: '{"token":"f00dc2b0-1d3c-4e7e-8a35-b7c6f0d4e922"}',
    },
    made(1, { level: 1 }),
    made(2, { token }),
  ])
  await checkpoint('--at', String(ids[2]))
  const backend = await kept()
  const argv = ['--stream', stream, '--base-url', backend.url, '--yes', '--from-checkpoint']
  expect((await reprise('replay', ...argv)).stdout).toContain('2 of 2 sent')
  expect(backend.changed).toBe(2)
})

test.each([
  ['no such entry', ['--at', '999999999'], 4, 'no entry 999999999'],
  ['an entry of nothing', ['--at', '2001-01-01'], 4, 'there is no entry of '],
  ['no such checkpoint', ['--remove', '7', '--yes'], 4, 'has no checkpoint 7'],
  ['a wrong place', ['--at', 'now'], 2, '--at: expected a time such as'],
  ['two things at once', ['--list', '--remove', '1', '--yes'], 2, '--list: expected either it or'],
  ['a note for nothing', ['--list', '--note', 'x'], 2, '--note: expected it without --list'],
])('%s is said', async (_, argv, code, words) => {
  const { checkpoint } = await stage([{}])
  const ran = await checkpoint(...argv)
  expect(ran.stderr).toContain(words)
  expect(ran.code).toBe(code)
})

test('an entry of another stream is none of this one', async () => {
  const [one, other] = [await stage(), await stage()]
  const { code, stderr } = await one.checkpoint('--at', String(other.ids[0]))
  expect({ code, stderr }).toMatchObject({
    code: 4,
    stderr: expect.stringContaining(`is of stream ${other.stream}, not ${one.stream}`),
  })
})
