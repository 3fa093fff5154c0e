import { expect, test } from 'vitest'
import { start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()

const free = ['--listen', '--serve-listen', '--simulator-listen']
const anywhere = ['--database-url', database, ...free.flatMap((flag) => [flag, '127.0.0.1:0'])]

test('up has all in one, with a simulator to try it on', async () => {
  const simulated = await start(['up', ...anywhere])
  const simulator = /^simulator +(\S+)/m.exec(simulated.stdout())![1]!
  const service = /^service +(\S+)/m.exec(simulated.stdout())![1]!
  const made = await fetch(`${simulated.url}/api/commands`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"command": "restart wifi"}',
  })
  expect(made.status).toBe(201)
  await fetch(`${simulator}/api/reboot`, { method: 'POST' })
  const replayed = await injected([
    'replay',
    '--database-url',
    database,
    '--base-url',
    simulator,
    '--yes',
  ])
  expect(replayed).toMatchObject({ code: 0 })
  const queue = await (await fetch(`${simulator}/api/commands`)).text()
  expect(queue).toContain('restart wifi')
  const runs = (await (await fetch(`${service}/api/runs`)).json()) as { runs: unknown[] }
  expect(runs.runs).toHaveLength(1)
  expect(await simulated.stop('SIGINT')).toMatchObject({ code: 0, stderr: '' })
})

test('up --target stands before that backend', async () => {
  const origin = await startRawOrigin()
  const before = await serving(['up', ...anywhere, '--target', origin.url])
  expect(before.stdout()).toMatch(new RegExp(`^backend +${origin.url}$`, 'm'))
  expect(await (await fetch(before.url)).text()).toBe('ok')
  expect(await before.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('an address in use stops up, and all that it had started', async () => {
  const taken = await startRawOrigin()
  const { code, stderr } = await injected([
    'up',
    ...anywhere,
    '--serve-listen',
    `127.0.0.1:${taken.port}`,
  ])
  expect(code).toBe(4)
  expect(stderr).toContain('[listen_failed]')
  expect(stderr).toContain('--serve-listen')
})
