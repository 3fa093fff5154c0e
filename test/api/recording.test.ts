import { userInfo } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import {
  journal,
  openDatabase,
  replay,
  startRecorder,
  type RecorderOptions,
} from '../../api/index.ts'
import { startSimulator } from '../../simulator/main.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { useJournal } from '../support/recorder.ts'

const url = await createDatabase()

/** A backend whose ids are others each time. */
async function backend(): Promise<string> {
  const simulator = await startSimulator({ host: '127.0.0.1', port: 0, ids: 'random' })
  onTestFinished(() => simulator.close())
  return simulator.url
}

async function recorder(options: Partial<RecorderOptions> & { stream: string }) {
  const database = { url, dataDir: emptyFolder() }
  const started = await startRecorder({ upstream: await backend(), database, ...options })
  onTestFinished(() => started.close())
  return started
}

async function send(
  method: string,
  to: string,
  body: object,
): Promise<{ command: { id: string } }> {
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(to, { method, headers, body: JSON.stringify(body) })
  expect(response.ok).toBe(true)
  return (await response.json()) as { command: { id: string } }
}

/** Makes a command and says that it is done, by the id that it was given. */
async function drive(to: string, command: string): Promise<void> {
  const { command: made } = await send('POST', `${to}/api/commands`, { command })
  await send('PATCH', `${to}/api/commands/${made.id}`, { state: 'done' })
}

async function queueOf(at: string) {
  const { queue } = (await (await fetch(`${at}/api/commands`)).json()) as {
    queue: { command: string; state: string }[]
  }
  return queue.map(({ command, state }) => `${command}: ${state}`)
}

async function first<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item
  throw new Error('there is none')
}

/** What somebody could see of us in the process. */
function traces() {
  const names = [
    'SIGINT',
    'SIGTERM',
    'SIGHUP',
    'exit',
    'beforeExit',
    'uncaughtException',
    'warning',
  ]
  const listeners = names.map((name) => process.listenerCount(name))
  return { listeners, env: { ...process.env }, folder: process.cwd(), code: process.exitCode }
}

test('two recorders of one process are replayed each for itself, under new ids, and leave no trace in it', async () => {
  const before = traces()
  const [one, other] = await Promise.all([
    recorder({ stream: 'one' }),
    recorder({ stream: 'other' }),
  ])
  await Promise.all([drive(one.url, 'blink'), drive(other.url, 'reboot')])
  await drive(one.url, 'sleep')
  const target = await backend()
  const run = await replay({ from: one, to: target })
  expect(run).toMatchObject({
    ...{ stream: 'one', target, state: 'done', ok: true, planned: 4, sent: 4, restored: null },
    outcomes: { same: 4, differs: 0, failed: 0, in_doubt: 0, skipped: 0 },
    ...{ replaced: { values: 2, requests: 2 }, stoppedBy: null, differences: [] },
  })
  expect(run.attempts.map(({ method, outcome }) => `${method} ${outcome}`).toSorted()).toEqual([
    ...['PATCH same', 'PATCH same', 'POST same', 'POST same'],
  ])
  expect(await queueOf(target)).toEqual(['blink: done', 'sleep: done'])
  await replay({ from: other, to: target })
  expect(await queueOf(target)).toContain('reboot: done')
  expect(traces()).toEqual(before)
})

test('one stream may have two recorders in one process', async () => {
  const database = { url, dataDir: emptyFolder() }
  const [one, other] = await Promise.all([
    recorder({ stream: 'shared', database }),
    recorder({ stream: 'shared', database }),
  ])
  await drive(one.url, 'first')
  await drive(other.url, 'second')
  const targets: string[] = []
  for await (const { request } of one.entries({ methods: ['POST'] })) {
    targets.push((JSON.parse(await request.text()) as { command: string }).command)
  }
  expect(targets).toEqual(['first', 'second'])
})

test('a journal is read, counted, labelled and audited', async () => {
  const {
    database,
    stream,
    url: to,
  } = await recorder({ stream: 'read', excludePaths: ['/api/reboot'] })
  await drive(to, 'blink')
  await fetch(`${to}/api/reboot`, { method: 'POST' })
  await using log = await journal({ database, stream })
  const made = await first(log.entries({ statuses: [201], since: '1h' }))
  expect(made).toMatchObject({
    stream,
    verdict: 'applied',
    cause: null,
    settled: null,
    label: null,
  })
  expect(made.request).toMatchObject({ method: 'POST', path: '/api/commands', capture: 'complete' })
  expect(await made.request.json()).toEqual({ command: 'blink' })
  expect(made.response?.header('CONTENT-TYPE')).toMatch(/json/)
  expect(made.arrivedAt.getTime()).toBeLessThanOrEqual(made.answeredAt?.getTime() ?? 0)
  expect(await log.count()).toBe(2)
  expect(await log.verdicts()).toEqual({ applied: 2, failed: 0, in_doubt: 0, context: 0 })
  expect(await log.label({ methods: ['PATCH'] }, 'bug, 17')).toBe(1)
  expect(await log.labels()).toEqual([{ label: 'bug, 17', count: 1 }])
  expect(await log.count({ labels: ['bug, 17'] })).toBe(1)
  expect((await log.entry(made.id)).id).toBe(made.id)
  expect((await log.audit()).verdict).toBe('whole')
  expect(await log.clear()).toBe(2)
  expect(await log.count()).toBe(0)
})

test('a database that was opened is shared, and only its opener closes it', async () => {
  await using database = await openDatabase({ url, dataDir: emptyFolder() })
  const one = await recorder({ stream: 'handed', database })
  await drive(one.url, 'blink')
  await one.close()
  await one.close()
  const run = await replay({ from: { database, stream: 'handed' }, to: await backend() })
  expect(run.ok).toBe(true)
})

test('the trail says that a program did it, and under whose account', async () => {
  const { database, stream, url: to } = await recorder({ stream: 'trailed' })
  await drive(to, 'blink')
  await replay({ from: { database, stream }, to: await backend() })
  await using log = await journal({ database, stream })
  await log.label({ methods: ['PATCH'] }, 'kept')
  await log.clear()
  const deeds = await useJournal(url).deeds({ stream, limit: 9 })
  const by = { who: userInfo().username, role: null, means: 'program' }
  expect(deeds).toMatchObject([
    { ...by, action: 'clear' },
    { ...by, action: 'label' },
    { ...by, action: 'replay' },
  ])
})

test('a signal that is aborted ends a run', async () => {
  const one = await recorder({ stream: 'ended' })
  await drive(one.url, 'blink')
  const signal = AbortSignal.abort()
  const run = await replay({ from: one, to: await backend(), signal })
  expect(run).toMatchObject({ state: 'interrupted', ok: false, sent: 0 })
})

// The last: whoever comes after it is told of these secrets.
test('secrets are masked where entries are read, and sent where they are replayed', async () => {
  const one = await recorder({ stream: 'secret', secretFields: ['command'] })
  const headers = { 'Content-Type': 'application/json', Authorization: 'Bearer abcdef' }
  const body = JSON.stringify({ command: 'blink' })
  await fetch(`${one.url}/api/commands?access_token=abcdef`, { method: 'POST', headers, body })
  for await (const { request, response } of one.entries()) {
    const shown = [request.target, request.headers, await request.text(), await response?.text()]
    expect(JSON.stringify(shown)).not.toMatch(/blink|abcdef/)
    expect(request.headers).toContainEqual(['Authorization', null])
    expect(request.header('authorization')).toBe(null)
  }
  const target = await backend()
  const settings = { 'secret-fields': 'command' }
  expect((await replay({ from: one, to: target, settings })).ok).toBe(true)
  expect(await queueOf(target)).toEqual([expect.stringMatching(/^blink/)])
})
