import { readFile } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { useJournal } from '../support/recorder.ts'
import { doubtStage } from './in-doubt-stage.ts'
import { injected } from './injected.ts'

const database = await createDatabase()
const user = {
  ...{ who: userInfo().username, role: null, means: 'command_line', address: hostname() },
}

test('what the command line settles stands in the audit trail', async () => {
  const { argv, journal, stream, ids } = await doubtStage(database)
  const upTo = Math.max(...ids.slice(0, 3))
  expect((await injected([...argv, '--settle', 'applied', '--yes'])).code).toBe(0)
  const detail = { settlement: 'applied', entries: 3, up_to: upTo }
  expect(await journal.deeds({ limit: 1 })).toMatchObject([
    { ...user, action: 'settle', stream, detail },
  ])
})

test('what a probe settles stands there with what was asked', async () => {
  const { probing, journal, stream, ids } = await doubtStage(database)
  await injected([...probing, '--probe', '{target}', '--method', 'PUT'])
  expect(await journal.deeds({ limit: 1 })).toMatchObject([
    {
      ...{ ...user, action: 'settle', stream },
      detail: { settlement: 'applied', up_to: ids[0], by: 'probe GET /a/1 -> 200' },
    },
  ])
})

test('a replay stands there before it sends anything', async () => {
  const { argv, journal, stream, origin } = await doubtStage(database)
  const [, ...settings] = argv
  const replay = ['replay', ...settings, '--base-url', origin.url, '--yes', '--in-doubt', 'skip']
  await injected(replay)
  expect(origin.requests).toHaveLength(1)
  expect(await journal.deeds({ limit: 1 })).toMatchObject([
    { ...user, action: 'replay', stream, detail: { target: origin.url, planned: 1 } },
  ])
})

test('what is done to keys stands there, by their ids alone', async () => {
  const journal = useJournal(database)
  const where = ['--database-url', database, '--data-dir', emptyFolder()]
  expect((await injected(['keys', 'rotate', ...where])).code).toBe(0)
  const key = expect.stringMatching(/^[0-9a-f]{8}$/)
  expect(await journal.deeds({ limit: 2 })).toMatchObject([
    { ...user, action: 'reseal', stream: null, detail: { key } },
    { ...user, action: 'rotate_keys', stream: null, detail: {} },
  ])
  await injected(['keys', 'reseal', ...where])
  expect(await journal.deeds({ limit: 3 })).toMatchObject([
    { action: 'reseal' },
    { action: 'reseal' },
    { action: 'rotate_keys' },
  ])
})

test('no key is made that the audit trail does not know of', async () => {
  const dataDir = emptyFolder()
  const where = ['--data-dir', dataDir, '--database-url', 'postgres://127.0.0.1:1/none']
  const rotated = await injected(['keys', 'rotate', ...where, '--database-wait', '0s'])
  expect(rotated.code).toBe(4)
  expect((await readFile(join(dataDir, 'secret.key'), 'utf8')).trim().split('\n')).toHaveLength(1)
})

test('a state that is kept stands there', async () => {
  const { journal, stream, origin } = await doubtStage(database)
  const kept = ['state', '--stream', stream, '--database-url', database]
  await injected([...kept, '--base-url', origin.url, '--probe', '/a'])
  expect(await journal.deeds({ limit: 1 })).toMatchObject([
    { ...user, action: 'keep_state', stream, detail: { target: origin.url, answers: 1 } },
  ])
})
