import { execFile } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { recordHistory, startBackend, type BackendOptions } from '../replayer/reproduce/backend.ts'
import { run } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { inject, injected } from './injected.ts'

// Some play dozens of trials.
vi.setConfig({ testTimeout: 120_000 })

const database = await createDatabase()
let streams = 0

/** A recorded failure, the backend that failed, and the command that finds what it needs. */
async function stage(instead?: BackendOptions['instead']) {
  const life = { isSecond: false }
  const backend = await startBackend({
    instead: (noted) => (life.isSecond ? instead?.(noted) : undefined),
  })
  const history = await recordHistory(useJournal(database), `minimise-${streams++}`, backend)
  life.isSecond = true
  const { id } = history.failure
  const flags = ['--database-url', database, '--base-url', backend.url]
  const argv = ['minimise', String(id), ...flags]
  const reset = `POST ${backend.url}/reset`
  return { ...history, id, backend, argv, reset, resetting: [...argv, '--reset', reset] }
}

async function execute(program: string, argv: readonly string[], url: string) {
  const { PATH = '' } = process.env
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(program, [...argv], { env: { PATH, BASE_URL: url } }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    )
  })
}

test('the smallest sequence as a table, as a script that fails again, and as a test that is red', async () => {
  const { id, backend, resetting } = await stage()
  const folder = emptyFolder()
  const [script, test] = [join(folder, 'failure.sh'), join(folder, 'failure.test.mjs')]
  const ran = await run([...resetting, '--script', script, '--test', test])
  expect(ran).toMatchObject({ code: 0 })
  const rows = ran.stdout.trimEnd().split('\n').slice(2)
  expect(rows.map((row) => / (POST|DELETE) +(\S+) /.exec(row)!.slice(1).join(' '))).toStrictEqual([
    ...['POST /things', 'POST /things', 'POST /things/t-a/links', 'DELETE /things/t-b'],
    'POST /things/t-a/reports',
  ])
  expect(ran.stderr).toMatch(
    /^trial 1: 10 of 10 entries before it: it failed again, in the same way \(run \d+\)$/m,
  )
  expect(ran.stderr).toMatch(/^trial 3: 0 of 10 entries before it: it failed, but in another way/m)
  expect(ran.stderr).toMatch(/^4 of 10 entries before it are needed .*, found in \d+ trials\n$/m)
  expect(backend.resets()).toBe(Number(/found in (\d+) trials/.exec(ran.stderr)![1]))

  expect(statSync(script).mode & 0o111).not.toBe(0)
  backend.forget()
  const failing = await execute(script, [], backend.url)
  expect(failing).toMatchObject({ code: 0 })
  expect(failing.output).toContain('{"error":"a link leads nowhere"}')
  expect(failing.output).toContain(`entry ${id}: 500`)
  backend.forget()
  const red = await execute(process.execPath, ['--test', test], backend.url)
  expect(red).toMatchObject({ code: 1 })
  expect(red.output).toContain('answered 500')
  expect(readFileSync(test, 'utf8')).toContain(
    '// POST /things/t-a/reports was answered 500 Oops: {"error":"a link leads nowhere"}',
  )
})

test('a command resets too; --json tells what was found', async () => {
  const { id, argv, reset } = await stage()
  const command = `curl -sS -X ${reset}`
  const ran = await injected([...argv, '--reset', command, '--health', '/ready', '--json'])
  expect(ran).toMatchObject({ code: 0 })
  expect(JSON.parse(ran.stdout)).toMatchObject({
    ...{ entry: id, outcome: 'smallest', steadiness: 'steady', before: 10 },
    entries: [{ target: '/things' }, {}, {}, {}, { id, status: 500 }],
  })
})

const isReport = ({ target }: { target: string }) => target.endsWith('/reports')

test('one that does not fail any more: exit code 1', async () => {
  const { resetting } = await stage((noted) => (isReport(noted) ? plainAnswer('fine') : undefined))
  const ran = await injected(resetting)
  expect(ran).toMatchObject({ code: 1, stdout: '' })
  expect(ran.stderr).toContain('with all 10 entries before it: it did not fail: answered 200')
})

test('stopped early: exit code 3, and the smallest so far', async () => {
  const { resetting } = await stage()
  const ran = await injected([...resetting, '--most-trials', '4'])
  expect(ran).toMatchObject({ code: 3 })
  expect(ran.stderr).toMatch(/^stopped after 4 trials: with \d+ of 10 entries before it it fails/m)
})

test('a failure that comes and goes is told: exit code 3', async () => {
  let reports = 0
  const { resetting } = await stage((noted) =>
    isReport(noted) && reports++ % 4 === 1 ? plainAnswer('fine') : undefined,
  )
  const ran = await injected([...resetting, '--tries', '3', '--most-trials', '5'])
  expect(ran).toMatchObject({ code: 3 })
  expect(ran.stderr).toContain('it is flaky')
})

test('interrupted, it tells what it had found', async () => {
  const { backend, resetting, argv } = await stage()
  const running = inject([...argv, '--reset', `${resetting.at(-1)}`])
  await new Promise<void>((resolve) => {
    const watch = setInterval(() => {
      if (backend.resets() < 4) return
      clearInterval(watch)
      resolve()
    }, 5)
  })
  running.interrupt()
  expect(await running.ended).toBe(130)
  expect(running.stderr()).toMatch(/^(stopped after|stopped before)/m)
})

test('a reset that fails, and a backend that stays away: exit code 4', async () => {
  const { argv, backend, resetting } = await stage(({ method }) =>
    method === 'GET' ? plainAnswer('', '503 Away') : undefined,
  )
  const failed = await injected([...argv, '--reset', 'echo oh no; false'])
  expect(failed).toMatchObject({ code: 4 })
  expect(failed.stderr).toContain('the command ended with exit code 1: oh no [reset_failed]')
  const away = await injected([...resetting, '--health-timeout', '900ms'])
  expect(away).toMatchObject({ code: 4 })
  expect(away.stderr).toContain(`GET ${backend.url}/ was not answered in 900 ms: answered 503`)
  const elsewhere = await injected([...argv, '--reset', 'POST http://other.invalid/reset'])
  expect(elsewhere.stderr).toContain('--allow-target other.invalid')
})

test('what is missing is told at once', async () => {
  const ran = await injected(['minimise'])
  expect(ran).toMatchObject({ code: 2 })
  for (const flag of ['entry', 'base-url', 'reset'])
    expect(ran.stderr).toContain(`--${flag} is missing: expected`)
  const help = await injected(['minimise', '--help'])
  expect(help.stdout).toContain('Usage: reprise minimise ENTRY [SETTINGS]')
})
