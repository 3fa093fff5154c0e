import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()

/** Nobody can write entries until this connection lets go. */
async function holdEntries(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database })
  await client.connect()
  await client.query('begin')
  await client.query('lock table reprise.entry in exclusive mode')
  return client
}

test('async: what was waiting at a crash is seen afterwards as a gap, and its size is known', async () => {
  const origin = await startRawOrigin()
  const settings = ['--target', origin.url, '--listen', '127.0.0.1:0', '--database-url', database]
  const recording = [...settings, '--stream', 'async', '--durability', 'async']
  const proxy = await start(['proxy', ...recording, '--slow-commit', '1m'])
  const post = async (target: string) =>
    expect((await fetch(proxy.url + target, { method: 'POST', body: 'x' })).status).toBe(200)
  await post('/before')
  const audit = async () => {
    const ran = await injected(['audit', '--database-url', database, '--stream', 'async', '--json'])
    return { code: ran.code, said: ran.stdout }
  }
  const holder = await holdEntries()
  onTestFinished(() => holder.end())
  for (let i = 0; i < 20; i++) await post(`/waiting/${i}`)
  await proxy.stop('SIGKILL')
  await holder.query('rollback')

  const next = await serving(['proxy', ...recording])
  await next.stop()
  const { code, said } = await audit()
  expect(code).toBe(1)
  const { recorders } = JSON.parse(said) as {
    recorders: { missing: { first: number; last: number }[] }[]
  }
  const missing = recorders.flatMap((recorder) => recorder.missing)
  // The statement that was under way when it was killed may have come through.
  const lost = missing.reduce((sum, { first, last }) => sum + last - first + 1, 0)
  expect(lost).toBeGreaterThan(0)
  expect(missing.at(-1)!.last).toBe(21)
})
