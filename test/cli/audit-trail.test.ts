import { hostname, userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
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
