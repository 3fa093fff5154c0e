import { expect, test } from 'vitest'
import { recordHistory, startBackend, type BackendOptions } from '../replayer/reproduce/backend.ts'
import { run } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { injected } from './injected.ts'

const database = await createDatabase()
let streams = 0

/** A recorded failure, the backend that failed, and how the next one behaves. */
async function stage(instead?: BackendOptions['instead']) {
  const life = { isSecond: false }
  const backend = await startBackend({
    instead: (noted) => (life.isSecond ? instead?.(noted) : undefined),
  })
  const history = await recordHistory(useJournal(database), `reproduce-${streams++}`, backend)
  life.isSecond = true
  const { id } = history.failure
  const flags = ['--database-url', database, '--base-url', backend.url]
  return { ...history, id, backend, argv: ['reproduce', String(id), ...flags] }
}

const isReport = ({ target }: { target: string }) => target.endsWith('/reports')

test('it failed again in the same way: exit code 0', async () => {
  const { id, argv, backend } = await stage()
  const ran = await run(argv)
  expect(ran).toMatchObject({ code: 0 })
  expect(ran.stdout).toMatch(
    new RegExp(
      `^run \\d+: 10 entries sent to ${backend.url} before it\n` +
        `entry ${id}: POST /things/t-a/reports: it failed again, in the same way\n` +
        '  answered 500, as recorded\n$',
    ),
  )
  expect(ran.stderr).toMatch(/^11 entries of stream reproduce-\d+\n$/)
})

test('another answer of the same status is another failure, but by status alone: 3 and 0', async () => {
  const { argv, backend } = await stage((noted) =>
    isReport(noted) && backend.things.size === 2
      ? plainAnswer('{"error":"no memory"}', '500 Oops', 'Content-Type: application/json\r\n')
      : undefined,
  )
  const ran = await injected(argv)
  expect(ran).toMatchObject({ code: 3 })
  expect(ran.stdout).toContain('it failed, but in another way\n')
  expect(ran.stdout).toContain('  body /error: "a link leads nowhere" -> "no memory"\n')
  expect(ran.stdout).toContain('  what came back: {"error":"no memory"}\n')
  backend.forget()
  expect(await injected([...argv, '--failure-by', 'status'])).toMatchObject({ code: 0 })
})

test('it did not fail: exit code 5, in JSON too', async () => {
  const { id, argv } = await stage((noted) =>
    isReport(noted) ? plainAnswer('{"links":2}', '200 OK') : undefined,
  )
  const { code, stdout } = await injected([...argv, '--json'])
  expect(code).toBe(5)
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ entry: id, outcome: 'not_failed', status: 200, recordedStatus: 500 },
    differences: [{ where: 'status', recorded: '500', came: '200' }],
    ...{ before: { same: 9, otherwise: 1 }, run: { state: 'done', sent: 11 } },
  })
})

test('what did not fail is not said to fail again', async () => {
  const { argv, entries } = await stage()
  const { code, stdout } = await injected(argv.toSpliced(1, 1, String(entries[0]!.id)))
  expect(code).toBe(0)
  expect(stdout).toContain(': it was answered again in the same way\n')
})

test('what came before could not be restored: exit code 1, and it is not sent', async () => {
  const { argv, entries, backend } = await stage(({ target }) =>
    target === '/noise' ? plainAnswer('', '403 No') : undefined,
  )
  const ran = await injected(argv)
  expect(ran).toMatchObject({ code: 1 })
  expect(ran.stdout).toContain(
    `  stopped by entry ${entries[0]!.id}: POST /noise: answered 403, recorded 201\n`,
  )
  expect(backend.requests).toHaveLength(1)
  expect(await injected([...argv, '--skip-request-errors'])).toMatchObject({ code: 0 })
})

test('the filters of a replay narrow what is sent before it', async () => {
  const { argv, backend } = await stage()
  const verdict = await injected([...argv, '--verdict', 'failed'])
  expect(verdict.stderr).toContain('--verdict: there is no such flag')
  expect(await injected([...argv, '--excluded-urls', '/noise'])).toMatchObject({ code: 0 })
  expect(backend.requests.filter(({ target }) => target === '/noise')).toStrictEqual([])
})

test.each([
  [
    'no entry',
    ['reproduce', '--base-url', 'http://127.0.0.1:1'],
    2,
    '--entry is missing: expected the id',
  ],
  ['no target', ['reproduce', '7'], 2, '--base-url is missing: expected http://HOST:PORT'],
  ['a word too many', ['reproduce', '7', '8'], 2, "'8' is not expected here"],
  ['no number', ['reproduce', 'x'], 2, "--entry: expected a whole number from 0, got 'x'"],
])('%s is told', async (_, argv, code, text) => {
  const ran = await injected(argv)
  expect(ran.code).toBe(code)
  expect(ran.stderr).toContain(text)
})

test('an entry that is not there, and a target that was not named, send nothing: exit code 4', async () => {
  const { argv, id, backend } = await stage()
  const missing = await injected(argv.with(1, '999999999'))
  expect(missing).toMatchObject({ code: 4 })
  expect(missing.stderr).toContain('there is no entry 999999999')
  const elsewhere = ['--database-url', database, '--base-url', 'http://backend.invalid:3000']
  const refused = await injected(['reproduce', String(id), ...elsewhere])
  expect(refused).toMatchObject({ code: 4 })
  expect(refused.stderr).toContain('--allow-target backend.invalid:3000')
  expect(backend.requests).toStrictEqual([])
})
