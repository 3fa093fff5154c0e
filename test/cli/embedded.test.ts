import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { run, start } from '../support/command.ts'
import { startRawOrigin } from '../support/raw-http.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'reprise-cli-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

test('proxy, replay and what comes after them share the PostgreSQL of a data directory', async () => {
  const cwd = await folder()
  const origin = await startRawOrigin()
  const proxy = await start(['proxy', '--target', origin.url, '--listen', '127.0.0.1:0'], { cwd })
  await fetch(`${proxy.url}/things`, { method: 'POST', body: 'one' })
  const replay = ['replay', '--base-url', origin.url, '--yes']
  expect(await run(replay, { cwd })).toMatchObject({ code: 0 })
  expect(await proxy.stop()).toMatchObject({ code: 0, stderr: '' })
  const dry = await run(['replay', '--dry-run', '--data-dir', '.reprise'], { cwd })
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('/things') as string })
  expect(origin.requests.map(({ body }) => body.toString())).toStrictEqual(['one', 'one'])
})
