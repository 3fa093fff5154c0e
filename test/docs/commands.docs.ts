import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { replay, startRecorder } from '../../api/index.ts'
import { commands } from '../../cli/commands.ts'
import { createDatabase, query } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { PAGES, ROOT, shellCommands, type Page, type ShellCommand } from './pages.ts'
import { createShop } from './shop.mjs'

// Every command of every page is run, in the order of its page, in a folder and on a database of the page's own,
// on a backend like the one that it speaks of, with what it speaks of recorded: entries up to 4710, a failure 4711,
// and, where it is about that, an entry in doubt 4712.

/** What cannot run here, or runs elsewhere: other suites, container engines, clusters, registries. */
const ELSEWHERE = [
  /^(TARGET_URL=\S+ )?docker (compose|run) /,
  /^kubectl apply -k deploy\/kubernetes$/,
  /^helm install /,
  /^npm (ci|test)\b/,
  /^npm install @opentelemetry\//,
  /^npm run (build|check|fix|demo|bench|release|docs)\b/,
  /^npx vitest run /,
  /^bash \.ci\/run/,
  /^git commit /,
]

/** Where another exit code than 0 is what the page says, or part of what it tells. */
const EXITS: readonly [command: RegExp, codes: string][] = [
  [/^npx reprise replay$/, '2'],
  [/^npx reprise restore /, '0 4'],
  // The tests' PostgreSQL does not sync, which it says is a problem.
  [/^npx reprise doctor /, '1'],
  // It is of a run in which a request failed.
  [/^npx reprise replay --resume 12/, '1'],
  [/^npx reprise runs 12 --against 11/, '3'],
  [/^npx reprise in-doubt(?!.*--)/, '3'],
]

/** Pages that speak of an entry in doubt; in the others a replay goes to its end. */
const OF_DOUBT = ['docs/prompt.md', 'docs/runbook.md']

/** What is recorded as the page goes, from nothing. */
const FROM_NOTHING = ['docs/getting-started.md']

const pages = PAGES.filter((page) => shellCommands(page).some(isRunHere))

test('what cannot run here names commands, files and values that there are', () => {
  const all = PAGES.flatMap(shellCommands).filter((command) => !isRunHere(command))
  expect(all.length).toBeGreaterThan(20)
  const values = parse(
    readFileSync(join(ROOT, 'deploy/helm/reprise/values.yaml'), 'utf8'),
  ) as object
  for (const { text, place } of all) {
    const name = /^docker .* (?:replayer|reprise) ([a-z-]+)$/.exec(text)?.[1]
    if (name !== undefined) expect(Object.keys(commands), place).toContain(name)
    for (const [path] of text.matchAll(/\bdeploy\/[\w/]+/g)) {
      expect(existsSync(join(ROOT, path)), `${place}: ${path}`).toBe(true)
    }
    for (const [, value] of text.matchAll(/--set ([\w.]+)=/g)) {
      expect(values, place).toHaveProperty(value!)
    }
  }
})

test.concurrent.each(pages)('$path', async (page) => {
  const { code, output } = await runPage(page)
  expect(code, output).toBe(0)
})

function isRunHere({ text }: ShellCommand): boolean {
  return !ELSEWHERE.some((pattern) => pattern.test(text))
}

// One after the other: they are dropped at the end of the file.
const databases = new Map<string, string>()
for (const { path } of pages) databases.set(path, await createDatabase())

async function runPage(page: Page): Promise<{ code: number | null; output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'))
  const ports = await portsOf(page)
  const shops = ['3000', '3001', '3002'].map((name) => `http://127.0.0.1:${ports.get(name)}`)
  await fill(folder, page)
  const database = databases.get(page.path)!
  if (!FROM_NOTHING.includes(page.path)) {
    await recordShop({ url: database, dataDir: join(folder, '.reprise') }, shops, page.path)
  }
  const at = (name: string) => `127.0.0.1:${ports.get(name)}`
  const env = {
    ...{ PATH: `${folder}/bin:${process.env['PATH']}`, HOME: folder, TMPDIR: folder },
    ...{ CLI: join(ROOT, 'dist/cli.js'), SHOPS: shops.join(' '), DATABASE_URL: database },
    ...{ SERVE_AT_8080: at('8080'), SERVE_AT_8081: at('8081'), SERVE_AT_8082: at('8082') },
    ...{ REPRISE_SERVE_LISTEN: at('8081'), REPRISE_SIMULATOR_LISTEN: at('8082') },
    ...{ SHOP_PORT: ports.get('build')!, KEY: Buffer.alloc(32, 7).toString('base64') },
  }
  const script = [await readFile(join(ROOT, 'test/docs/prelude.sh'), 'utf8')]
  for (const { text, place } of shellCommands(page).filter(isRunHere)) {
    const codes = EXITS.find(([pattern]) => pattern.test(text))?.[1] ?? '0'
    script.push(here(text, ports), `check '${place}' $? '${codes}'`)
  }
  await writeFile(join(folder, 'page.sh'), script.join('\n'))
  return ended(folder, env)
}

/** The command with the ports and addresses that are free here. */
function here(text: string, ports: ReadonlyMap<string, string>): string {
  return text
    .replaceAll('10.0.0.7:', '127.0.0.1:')
    .replace(/--ready 3000\b/, `--ready ${ports.get('build')}`)
    .replaceAll(/(?<=(?:127\.0\.0\.1|localhost):)\d{4,5}\b/g, (port) => ports.get(port) ?? port)
}

/** In a group of its own: of what hangs nothing is left. */
async function ended(cwd: string, env: Record<string, string>) {
  const child = spawn('bash', ['page.sh'], { cwd, env, detached: true })
  child.stdin.end()
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const late = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), TOO_LONG)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(late)
  return { code, output: output.slice(-4000) }
}

/** Before the test's own end, in ms. */
const TOO_LONG = 280_000

/** A port for each that pages name; backends listen on some of them. */
async function portsOf({ text }: Page): Promise<Map<string, string>> {
  const ports = new Map<string, string>()
  const named = text.matchAll(/(?:127\.0\.0\.1|localhost|10\.0\.0\.7):(\d{4,5})\b/g)
  for (const name of new Set([
    '8080',
    '8081',
    '8082',
    'build',
    ...[...named].map(([, port]) => port!),
  ])) {
    ports.set(name, String(await freePort()))
  }
  for (const name of ['3000', '3001', '3002']) {
    const shop = createShop().listen(0, '127.0.0.1')
    await once(shop, 'listening')
    SHOPS.push(shop)
    ports.set(name, String((shop.address() as AddressInfo).port))
  }
  return ports
}

const SHOPS: ReturnType<typeof createShop>[] = []
afterAll(() => {
  for (const shop of SHOPS) {
    shop.closeAllConnections()
    shop.close()
  }
})

/** What lies in the folder of somebody who follows the page. */
async function fill(folder: string, { blocks }: Page): Promise<void> {
  for (const { language, text } of blocks) {
    // reprise.yaml is held against the settings: here it would change what the other commands do.
    const name = language === 'yaml' && /^# (?!reprise\.)([\w-]+\.yaml)/.exec(text)?.[1]
    if (name) await writeFile(join(folder, name), text)
  }
  await mkdir(join(folder, 'bin'))
  await mkdir(join(folder, 'test'))
  await copyFile(join(ROOT, 'test/docs/shop.mjs'), join(folder, 'server.js'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}\n')
  await copyFile(join(ROOT, FLOWS), join(folder, 'recorded.flows'))
  await writeFile(join(folder, 'browser.har'), JSON.stringify(HAR))
  // `docker restart shop`, which has to be a program: reprise starts it.
  const docker =
    '#!/bin/bash\nfor shop in $SHOPS; do curl -sf -o /dev/null -X POST $shop/reset; done\n'
  await writeFile(join(folder, 'bin/docker'), docker)
  await chmod(join(folder, 'bin/docker'), 0o755)
}

const FLOWS = 'test/formats/fixtures/mitmproxy-8.flows'

const HAR = {
  log: {
    version: '1.2',
    creator: { name: 'test', version: '1' },
    entries: [
      {
        startedDateTime: '2026-01-31T12:00:00.000Z',
        time: 5,
        request: {
          ...{ method: 'POST', url: 'https://shop.example/orders', httpVersion: 'HTTP/1.1' },
          ...{ headers: [], queryString: [], cookies: [], headersSize: -1, bodySize: 2 },
          postData: { mimeType: 'application/json', text: '{}' },
        },
        response: {
          ...{ status: 201, statusText: 'Created', httpVersion: 'HTTP/1.1', headers: [] },
          ...{ cookies: [], redirectURL: '', headersSize: -1, bodySize: 0 },
          content: { size: 0, mimeType: 'application/json', text: '' },
        },
        cache: {},
        timings: { blocked: 0, dns: 0, connect: 0, send: 1, wait: 3, receive: 1 },
      },
    ],
  },
}

/**
 * Entries 4700 to 4710 that the backend applied, its failure 4711, and 4712 in doubt where the page is about it;
 * run 11, which reached its end, and run 12, which stopped before it.
 */
async function recordShop(
  database: { url: string; dataDir: string },
  [upstream, second]: readonly string[],
  path: string,
): Promise<void> {
  await query(database.url, "select setval('reprise.entry_id', 4699), setval('reprise.run_id', 10)")
  const settings = { 'state-probe': 'GET /api/state' }
  const recorder = await startRecorder({ upstream: upstream!, database, stream: 'shop', settings })
  const send = async (method: string, target: string, body: unknown) => {
    const headers = { 'Content-Type': 'application/json' }
    const url = `${recorder.url}${target}`
    const answer = await fetch(url, { method, headers, body: JSON.stringify(body) })
    return (await answer.json()) as { id: string }
  }
  for (let n = 1; n <= 6; n++) await send('PUT', '/things/7', { n })
  const orders = [await send('POST', '/api/orders', { quantity: 17 })]
  await send('POST', `/api/orders/${orders[0]!.id}/payment`, {})
  orders.push(await send('POST', '/api/orders', { quantity: 0 }))
  await send('PATCH', '/things/7', { n: 7 })
  await send('PUT', '/things/8', { n: 8 })
  await send('POST', `/api/orders/${orders[1]!.id}/payment`, {})
  if (OF_DOUBT.includes(path)) await send('POST', '/api/hang', {}).catch(() => {})
  await recorder.close()
  await query(database.url, "update reprise.entry set label = 'bug-17' where id = 4711")
  const from = { database, stream: 'shop' }
  await replay({ from, to: second!, inDoubt: 'skip' })
  await fetch(`${second}/break`, { method: 'POST' })
  const stopped = await replay({ from, to: second!, inDoubt: 'skip' })
  await fetch(`${second}/reset`, { method: 'POST' })
  expect([stopped.id, stopped.ok]).toEqual([12, false])
}
