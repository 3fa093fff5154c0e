import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startRecorder } from '../../api/index.ts'
import { isAlive } from '../../journal/embedded/pid-file.ts'

const BUILT = pathToFileURL(join(import.meta.dirname, '../../dist/api/index.js')).href

test('a recorder without a database has one of its own, which goes with it', async () => {
  const server = createServer((_, response) => void response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const recorder = await startRecorder({ upstream: `http://127.0.0.1:${port}` })
  await fetch(recorder.url, { method: 'POST' })
  const recorded: string[] = []
  for await (const { request } of recorder.entries()) recorded.push(request.method)
  expect(recorded).toEqual(['POST'])
  const { dataDir } = recorder.database
  const pid = serverOf(dataDir)
  await recorder.close()
  expect(existsSync(dataDir)).toBe(false)
  expect(isAlive(pid)).toBe(false)
})

test('nothing is left of the database of a process that was killed', async () => {
  const code = `const { openDatabase } = await import(${JSON.stringify(BUILT)})
    console.log((await openDatabase()).dataDir)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const dataDir = line.toString().trim()
  const pid = serverOf(dataDir)
  expect(isAlive(pid)).toBe(true)
  child.kill('SIGKILL')
  // Only what it left behind does that: there is nobody to be told of it.
  while (isAlive(pid) || existsSync(dataDir)) await delay(20)
})

function serverOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0])
}
