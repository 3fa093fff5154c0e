import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createDatabase, query } from '../support/database.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'reprise-key-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

async function record(stream: string, dataDir: string, env: Record<string, string> = {}) {
  const origin = await startRawOrigin()
  const proxy = await serving(
    [
      ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', '--stream', stream],
      ...['--database-url', database, '--data-dir', dataDir],
    ],
    { env },
  )
  await fetch(proxy.url, {
    method: 'POST',
    body: 'a',
    headers: { Authorization: 'Bearer planted-1', Cookie: 'sid=planted-2', 'X-Plain': 'seen' },
  })
  await proxy.stop()
  const replay = (dir: string, settings: Record<string, string> = env) =>
    injected(
      [
        ...['replay', '--yes', '--base-url', origin.url, '--stream', stream],
        ...['--database-url', database, '--data-dir', dir],
      ],
      { env: settings },
    )
  return { origin, replay, said: () => proxy.stderr() }
}

test('a replay with the same data directory sends the secrets again', async () => {
  const dataDir = await folder()
  const { origin, replay } = await record('shared', dataDir)
  expect((await replay(dataDir)).code).toBe(0)
  expect(origin.requests[1]!.fields).toContain('Bearer planted-1')
  expect(origin.requests[1]!.fields).toContain('sid=planted-2')
  expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600)
  const rows = await query(database, 'select e::text as text from reprise.entry e')
  expect(JSON.stringify(rows)).toContain('seen')
  expect(JSON.stringify(rows)).not.toContain('planted')
})

test('a replay with another key says what it sent without', async () => {
  const { origin, replay } = await record('other', await folder())
  const { code, stderr } = await replay(await folder())
  expect(code).toBe(0)
  expect(stderr).toMatch(/1 request was replayed without authorization, cookie/)
  expect(origin.requests[1]!.fields.join()).not.toContain('planted')
})

test('a given key needs no file', async () => {
  const env = { REPRISE_SECRET_KEY: Buffer.alloc(32, 1).toString('base64') }
  const { origin, replay } = await record('given', await folder(), env)
  await replay(await folder())
  expect(origin.requests[1]!.fields).toContain('Bearer planted-1')
})

test('where no key can be made, secrets are left out, loudly', async () => {
  const file = join(await folder(), 'file')
  await writeFile(file, '')
  const env = { REPRISE_SPOOL_LIMIT: '0' }
  const { said } = await record('keyless', join(file, 'below'), env)
  expect(said()).toMatch(/there is no key .*the values of secret fields are left out/)
})

test('a key file that holds no key is refused, and left as it is', async () => {
  const dataDir = await folder()
  await writeFile(join(dataDir, 'secret.key'), 'nothing')
  const settings = ['--target', 'http://127.0.0.1:1', '--database-url', database]
  const { code, stderr } = await injected(['proxy', ...settings, '--data-dir', dataDir])
  expect(code).toBe(2)
  expect(stderr).toMatch(/secret\.key: expected 32 bytes/)
  expect(await readFile(join(dataDir, 'secret.key'), 'utf8')).toBe('nothing')
})
