import { guardedLookup } from '../../replayer/guarded-lookup.ts'
import { NO_RULES } from '../../replayer/aliases/rules.ts'
import { PLAIN_SENDING } from '../../replayer/sending/sending.ts'
import { STATUS_ONLY } from '../../replayer/compare/rules.ts'
import { openJournal } from '../../journal/postgres/journal.ts'
import type { Journal } from '../../journal/contract.ts'
import { startProxy } from '../../proxy/proxy.ts'
import { clearStream } from '../../replayer/clearing.ts'
import { makePlan } from '../../replayer/plan.ts'
import { progressOn } from '../../replayer/progress.ts'
import { replay } from '../../replayer/run.ts'
import { runLines } from '../../replayer/show.ts'
import { tableLines } from '../../replayer/table.ts'
import { startSimulator } from '../../simulator/main.ts'
import { actor } from '../actor.ts'
import { command, EXIT, type Surroundings } from '../command.ts'
import { databaseSettings, openDatabase } from '../database.ts'
import { proxyOptions, proxySettings } from '../proxy-settings.ts'
import { parseSettings } from '../settings.ts'
import { logger, SHUTDOWN_DEADLINE } from '../serving.ts'

const STREAM = 'demo'

export const demoCommand = command({
  settings: databaseSettings,
  details: `
It uses the stream '${STREAM}' and clears it before and after.

Exit codes: 0 the restored state is equal, 1 it is not, 2 wrong settings, 4 no PostgreSQL.

Example:
  reprise demo`,
  async run(settings, surroundings) {
    const log = logger(surroundings, 'demo')
    const database = await openDatabase(settings, surroundings.signal, log)
    const journal = openJournal(database)
    try {
      return (await tellStory(journal, settings['data-dir'], surroundings, log))
        ? EXIT.ok
        : EXIT.failed
    } finally {
      await journal.close()
      await database.close()
    }
  },
})

async function tellStory(
  journal: Journal,
  dataDir: string,
  surroundings: Surroundings,
  log: (message: string) => void,
): Promise<boolean> {
  const { stdout, stderr, signal } = surroundings
  const say = (text: string) => void stdout.write(`\n${text}\n`)
  await clearDemo(journal)
  const simulator = await startSimulator({ host: '127.0.0.1', port: 0 })
  const target = new URL(simulator.url)
  const argv = ['--stream', STREAM, '--listen', '127.0.0.1:0']
  const settings = {
    ...parseSettings(proxySettings, { argv, env: {} }),
    'data-dir': dataDir,
  }
  const proxy = await startProxy(proxyOptions(settings, target, journal, log))
  try {
    say(`1. A backend at ${simulator.url}, and reprise in front of it at ${proxy.url}.`)
    await sendCommands(proxy.url)
    const before = await queueOf(simulator.url)
    say(`2. Its clients changed it. Its queue now:\n${queueTable(before)}`)

    await call(simulator.url, 'POST', '/api/reboot')
    const lost = await queueOf(simulator.url)
    say(`3. It reboots, and has forgotten everything. Its queue now:\n${queueTable(lost)}`)

    const plan = await makePlan(journal, { stream: STREAM, filter: {}, inDoubt: 'stop' })
    say(`4. reprise sends again what changed it (${plan.planned} requests):`)
    const progress = progressOn(stderr, plan.planned)
    const summary = await replay(journal, plan, {
      target,
      actor: actor(),
      lookup: guardedLookup(target, []),
      host: 'recorded',
      timeout: 10_000,
      incomplete: 'fail',
      compare: STATUS_ONLY,
      sending: PLAIN_SENDING,
      lanes: [],
      aliases: NO_RULES,
      order: { concurrency: 1, window: 256, tolerance: 0 },
      onFailure: 'stop',
      onDifference: 'continue',
      onAttempt: (attempt) => progress.update(attempt),
      signal,
    })
    progress.end()
    stdout.write(runLines(summary))

    const after = await queueOf(simulator.url)
    const isEqual = lost.length === 0 && JSON.stringify(after) === JSON.stringify(before)
    say(
      `5. Its queue now:\n${queueTable(after)}\n\n${isEqual ? 'Equal: the state is back.' : 'NOT equal.'}`,
    )
    return isEqual
  } finally {
    await proxy.close(SHUTDOWN_DEADLINE)
    await clearDemo(journal)
    await simulator.close()
  }
}

async function clearDemo(journal: Journal): Promise<void> {
  const streams = await journal.streams()
  if (streams.some(({ stream }) => stream === STREAM)) await clearStream(journal, STREAM, actor())
}

interface Queued {
  id: string
  command: string
  state: string
}

async function sendCommands(url: string): Promise<void> {
  const texts = [
    'restart wifi',
    'set channel 11',
    'open guest network',
    'blink led',
    'update firmware',
  ]
  for (const text of texts) await call(url, 'POST', '/api/commands', { command: text })
  await call(url, 'PATCH', '/api/commands/2', { state: 'done' })
  await call(url, 'PATCH', '/api/commands/3', { command: 'open guest network until 18:00' })
  await call(url, 'DELETE', '/api/commands/4')
  await call(url, 'POST', '/api/commands', { command: 'reboot at night' })
}

async function queueOf(url: string): Promise<Queued[]> {
  const { queue } = (await call(url, 'GET', '/api/commands')) as { queue: Queued[] }
  return queue
}

async function call(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url + path, {
    method,
    ...(body !== undefined && {
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`)
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}

function queueTable(queue: readonly Queued[]): string {
  if (queue.length === 0) return '   (empty)'
  const columns = [
    { title: 'id', value: (one: Queued) => one.id },
    { title: 'command', value: (one: Queued) => one.command },
    { title: 'state', value: (one: Queued) => one.state },
  ]
  return tableLines(columns, queue, { column: 60 })
    .map((line) => `   ${line}`)
    .join('\n')
}
