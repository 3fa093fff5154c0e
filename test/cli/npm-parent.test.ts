import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

// npm keeps SIGTERM to itself: `kill` of `npm start` must not leave a server behind.
test('what npm started ends when npm is gone', async () => {
  const command = `"${process.execPath}" "${CLI}" simulator --listen 127.0.0.1:0; true`
  const env = { ...process.env, npm_lifecycle_event: 'start' }
  const npm = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void npm.kill('SIGKILL'))
  const [line] = (await once(createInterface(npm.stdout), 'line')) as [string]
  const url = line.replace('ready ', '')
  expect((await fetch(`${url}/health`)).status).toBe(200)
  npm.kill('SIGKILL')
  // Its output ends when the last process that writes to it has ended.
  await once(npm, 'close')
  await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed')
})
