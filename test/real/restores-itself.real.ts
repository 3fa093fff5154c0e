import { execFileSync } from 'node:child_process'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { start } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { startBackend } from './backend.ts'
import { debianProgram } from './debian-program.ts'
import { startGateway } from './gateway.ts'

// Programs that nobody here wrote are killed and started blank, again and again, while clients write; nobody
// says anything to anybody.

const database = await createDatabase()
const CLIENTS = 8
const LOSSES = 4

/** What one client writes for the n-th time: each another thing. */
type Write = (url: string, thing: string) => Promise<Response>

/** Clients that write without a pause, until they are stopped. */
function writing(url: string, write: Write) {
  const acked: string[] = []
  const wrong: string[] = []
  let isStopped = false
  const one = async (client: number) => {
    for (let n = 0; !isStopped; n++) {
      const thing = `c${client}-${n}`
      const answer = await write(url, thing)
      const text = await answer.text()
      const isTurnedAway = answer.status === 503 && answer.headers.get('retry-after') !== null
      if (answer.ok) acked.push(thing)
      else if (!isTurnedAway) wrong.push(`${thing}: ${answer.status} ${text.slice(0, 200)}`)
      await delay(10)
    }
  }
  const all = Promise.all(Array.from({ length: CLIENTS }, (_, client) => one(client)))
  const stop = () => {
    isStopped = true
    return all
  }
  onTestFinished(() => stop().then(() => {}))
  return {
    ...{ acked, wrong, stop },
    async more(count: number) {
      const wanted = acked.length + count
      while (acked.length < wanted) await delay(20)
    },
  }
}

interface Lost {
  stream: string
  begin: (port?: number) => Promise<{ url: string; port: number; stop(): Promise<void> }>
  write: Write
  /** The things that are there. */
  things: (url: string) => Promise<string[]>
  sign: readonly string[]
}

async function expectRestored({ stream, begin, write, things, sign }: Lost): Promise<void> {
  let backend = await begin()
  const { url, port } = backend
  const proxy = await start([
    ...['proxy', '--target', url, '--listen', '127.0.0.1:0', '--database-url', database],
    ...['--stream', stream, '--data-dir', emptyFolder(), '--restore', 'auto', ...sign],
    ...['--restore-in-doubt', 'skip'],
  ])
  const clients = writing(proxy.url, write)
  for (let i = 0; i < LOSSES; i++) {
    await clients.more(30)
    await backend.stop()
    await delay(100)
    backend = await begin(port)
  }
  await clients.more(30)
  await clients.stop()
  expect(clients.wrong, proxy.stderr().slice(-3_000)).toEqual([])
  const there = new Set(await things(url))
  const missing = clients.acked.filter((thing) => !there.has(thing))
  expect(missing, proxy.stderr().slice(-3_000)).toEqual([])
  expect(proxy.stderr()).toContain(`epoch ${LOSSES + 1}: clients reach the backend again (restored`)
  expect((await proxy.stop()).code).toBe(0)
}

test('prometheus-pushgateway, which shows when it was started', async () => {
  const script = fileURLToPath(new URL('install-pushgateway.sh', import.meta.url))
  const program = execFileSync('sh', [script]).toString().trim()
  await expectRestored({
    stream: 'pushes',
    begin: (port) => startGateway(program, port),
    write: (url, thing) =>
      fetch(`${url}/metrics/job/${thing}`, { method: 'PUT', body: 'level 1\n' }),
    async things(url) {
      const text = await (await fetch(`${url}/metrics`)).text()
      return [...text.matchAll(/^level\{.*job="([^"]+)"\} 1$/gm)].map(([, job]) => job!)
    },
    sign: [
      '--boot-id',
      String.raw`/metrics match ^process_start_time_seconds (\S+)`,
      '--check-on-connect',
    ],
  })
})

const AUTHORIZATION = { authorization: `Basic ${Buffer.from('ada:x').toString('base64')}` }
test('radicale, which shows nothing but that it was away', async () => {
  const program = debianProgram('radicale')
  const folder = emptyFolder()
  await expectRestored({
    stream: 'events',
    async begin(port) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(folder)
      const command = (at: number) =>
        [
          ...[program, `--server-hosts=127.0.0.1:${at}`, '--auth-type=none', '--config='],
          `--storage-filesystem-folder=${join(folder, 'collections')}`,
        ] as unknown as [string]
      return startBackend(command, { cwd: folder, ...(port && { port }) })
    },
    write: (url, thing) =>
      fetch(`${url}/ada/${thing}/`, { method: 'MKCALENDAR', headers: AUTHORIZATION }),
    async things(url) {
      const headers = { ...AUTHORIZATION, Depth: '1' }
      const answer = await fetch(`${url}/ada/`, { method: 'PROPFIND', headers })
      const text = await answer.text()
      return [...text.matchAll(/<href>\/ada\/([^/<]+)\/<\/href>/g)].map(([, name]) => name!)
    },
    sign: ['--assume-lost-on-reconnect'],
  })
})
