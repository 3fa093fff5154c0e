import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { run, start } from '../support/command.ts'
import { createDatabase, query } from '../support/database.ts'
import { startRawOrigin } from '../support/raw-http.ts'
import { injected } from './injected.ts'

const database = await createDatabase()

const serving = {
  proxy: ['proxy', '--target', 'http://127.0.0.1:9', '--database-url', database],
  serve: ['serve', '--database-url', database],
  simulator: ['simulator'],
}

async function boot(url: string): Promise<string> {
  const health = (await (await fetch(`${url}/health`)).json()) as { bootId?: string; boot?: string }
  return JSON.stringify(health)
}

test.each(Object.entries(serving))(
  '%s says where it is ready in one line, and ends in order on SIGTERM',
  async (_, argv) => {
    const server = await start([...argv, '--listen', '127.0.0.1:0'])
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const ended = await server.stop('SIGTERM')
    expect(ended).toMatchObject({ code: 0, signal: null, stdout: `ready ${server.url}\n` })
    expect(ended.stderr).toBe('')
  },
)

test.each(Object.entries(serving))(
  '%s has one clear error for an address in use',
  async (_, argv) => {
    const taken = await startRawOrigin()
    const listen = `127.0.0.1:${taken.port}`
    const { code, stdout, stderr } = await injected([...argv, '--listen', listen])
    expect({ code, stdout }).toStrictEqual({ code: 4, stdout: '' })
    expect(stderr).toMatch(
      new RegExp(
        `^reprise: cannot listen on ${listen}: .*in use.* \\[listen_failed\\]\n  .*--listen.*\n$`,
      ),
    )
  },
)

test('a second signal forces the end of what still waits', async () => {
  const origin = await startRawOrigin(() => undefined)
  const argv = ['proxy', '--target', origin.url, '--database-url', database]
  const proxy = await start([...argv, '--listen', '127.0.0.1:0'])
  const hanging = fetch(proxy.url).catch(() => 'cut')
  await origin.request(0)
  proxy.child.kill('SIGTERM')
  await refusal(proxy.url)
  expect(await proxy.stop('SIGTERM')).toMatchObject({ code: 130 })
  expect(await hanging).toBe('cut')
})

/** Resolves once nothing is listened on any more. */
async function refusal(url: string): Promise<void> {
  while (
    await fetch(`${url}/refused-yet`, { signal: AbortSignal.timeout(200) }).then(() => true, isOpen)
  ) {
    // The next attempt asks again.
  }
}

function isOpen(error: { cause?: { code?: string } }): boolean {
  return error.cause?.code !== 'ECONNREFUSED'
}

test('SIGHUP makes the simulator forget', async () => {
  const simulator = await start(['simulator', '--listen', '127.0.0.1:0'])
  const before = await boot(simulator.url)
  simulator.child.kill('SIGHUP')
  await expect.poll(() => boot(simulator.url), { interval: 20 }).not.toBe(before)
})

test('migrate brings an empty database up to date, and says so when there is nothing to do', async () => {
  const empty = await createDatabase('empty')
  const first = await run(['migrate', '--database-url', empty])
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toMatch(/: applied 001_journal/)
  const again = await injected(['migrate'], { env: { DATABASE_URL: empty } })
  expect(again).toMatchObject({ code: 0, stderr: '' })
  expect(again.stdout).toMatch(/: nothing to do\n$/)
})

test('a schema that is newer than the program is refused', async () => {
  const newer = await createDatabase()
  await query(newer, `insert into reprise.migration (name, run_on) values ('999_later', now())`)
  const { code, stderr } = await injected([
    'serve',
    '--listen',
    '127.0.0.1:0',
    '--database-url',
    newer,
  ])
  expect({ code, stderr }).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/999_later \[journal_newer\]/) as string,
  })
})

test('output that nobody reads any more ends nothing', async () => {
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
  const child = spawn(process.execPath, [cli, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number]
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: '' })
})
