import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { unreadiness } from '../../cli/ci/ready.ts'
import { isAlive } from '../../journal/embedded/pid-file.ts'
import { eventually } from '../support/between.ts'
import { launch, run } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { startRecorder, useJournal } from '../support/recorder.ts'
import { inject, injected } from './injected.ts'

const database = await createDatabase()

/** What a build of a shop does otherwise than the one before. */
interface Build {
  version: string
  answer?: (method: string, path: string) => [status: number, body: unknown] | null
}

/** A backend that forgets: things with ids that it makes up. */
async function shop(build: Build) {
  const things = new Map<string, { id: string; name: string; made: string }>()
  const server = createServer((request, response) => void answer(request, response))
  async function answer(request: IncomingMessage, response: ServerResponse) {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { method = '', url = '' } = request
    const [status, body] = build.answer?.(method, url) ?? plain(method, url, text)
    response.writeHead(status, { 'Content-Type': 'application/json', 'X-Build': build.version })
    response.end(JSON.stringify(body))
  }
  function plain(method: string, url: string, text: string): [number, unknown] {
    const given = text === '' ? {} : (JSON.parse(text) as { name: string })
    if (url === '/things' && method === 'POST') {
      const thing = { id: crypto.randomUUID(), made: new Date().toISOString(), ...given } as never
      things.set((thing as { id: string }).id, thing)
      return [201, { ...(thing as object), access_token: crypto.randomUUID() }]
    }
    const known = things.get(url.split('/')[2] ?? '')
    if (url === '/things') return [200, [...things.values()].map(({ name }) => name)]
    if (known === undefined) return [404, { error: 'no such thing' }]
    Object.assign(known, given)
    return [200, { ...known, build: undefined }]
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A journal file of three requests to a shop, recorded through the proxy. */
async function recordedFile() {
  const journal = useJournal(database)
  const folder = emptyFolder()
  const stream = `ci-${Math.random()}`
  const proxy = await startRecorder(await shop({ version: '1' }), journal, { stream })
  const send = (method: string, path: string, name: string) =>
    fetch(proxy.url + path, { method, body: JSON.stringify({ name }) })
  const { id } = (await (await send('POST', '/things', 'a lamp')).json()) as { id: string }
  await send('POST', '/things', 'a chair')
  await send('PUT', `/things/${id}`, 'a red lamp')
  await proxy.close(1_000)
  const file = join(folder, 'shop.reprise.jsonl')
  const at = ['--database-url', database, '--data-dir', folder]
  await injected(['export', file, '--stream', stream, ...at])
  const ci = (target: string, ...more: string[]) =>
    injected(['ci', file, '--target', target, ...at, ...more])
  return { file, folder, id, ci, in: (name: string) => join(folder, name) }
}

const lacking = (method: string, path: string): [number, unknown] | null =>
  method === 'PUT' ? [200, { id: path.split('/')[2], name: 'a red lamp', price: 9 }] : null

test('a build that answers as recorded passes, whatever ids it makes up', async () => {
  const { ci, in: file } = await recordedFile()
  const { code, stdout } = await ci(
    ...([
      await shop({ version: '2' }),
      '--junit',
      file('r.xml'),
      '--summary',
      file('s.md'),
    ] as const),
  )
  expect(stdout).toBe('all 3 answers are as recorded\n')
  // Nothing is left of it.
  const streams = (await useJournal(database).streams()).map(({ stream }) => stream)
  expect(streams.filter((stream) => stream.startsWith('ci '))).toEqual([])
  expect(code).toBe(0)
  expect(readFileSync(file('r.xml'), 'utf8')).toMatch(/tests="3" failures="0" errors="0"/)
  expect(readFileSync(file('s.md'), 'utf8')).toContain('| 3 | 0 | 0 | 0 |')
})

test('a difference is told at its line, in JUnit, a summary and annotations', async () => {
  const { ci, file, in: at } = await recordedFile()
  writeFileSync(at('steps.md'), 'before\n')
  const { code, stdout } = await injected(
    [
      ...['ci', file, '--target', await shop({ version: '2', answer: lacking })],
      ...['--database-url', database, '--data-dir', at('data'), '--junit', at('r.xml')],
    ],
    { env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: at('steps.md') } },
  )
  expect(code).toBe(3)
  expect(stdout).toMatch(
    new RegExp(`^${file}:5: PUT /things/\\S+: it is not as recorded\n {4}body /made: `, 'm'),
  )
  expect(stdout).toContain('1 of 3 answers differ\n')
  expect(stdout).toMatch(/^::error file=\S+,line=5,title=PUT \/things\/\S+ not as recorded::body/m)
  const junit = readFileSync(at('r.xml'), 'utf8')
  expect(junit).toMatch(/tests="3" failures="1" errors="0"/)
  expect(junit).toMatch(/<failure message="body \/made.*\n.*price: nothing -&#62; 9/)
  expect(readFileSync(at('steps.md'), 'utf8')).toMatch(/^before\n### reprise: 1 of 3/)
  expect((await ci(await shop({ version: '1' }))).code).toBe(0)
})

test('--update puts the new answers in the place of the recorded ones, and changes nothing else', async () => {
  const { ci, file, id } = await recordedFile()
  const before = readFileSync(file, 'utf8').split('\n')
  const build = { version: '2', answer: lacking }
  const { code, stdout } = await ci(await shop(build), '--update')
  expect(stdout).toContain('1 accepted')
  expect(code).toBe(0)
  const after = readFileSync(file, 'utf8').split('\n')
  const changed = after.flatMap((line, i) => (line === before[i] ? [] : [i + 1]))
  // The entry, and the digest of the whole.
  expect(changed).toEqual([5, 6])
  const { response } = JSON.parse(after[4]!) as { response: { body: { text: string } } }
  expect(JSON.parse(response.body.text)).toEqual({ id, name: 'a red lamp', price: 9 })
  expect(await ci(await shop(build))).toMatchObject({ code: 0 })
  expect(await ci(await shop(build), '--update')).toMatchObject({ code: 0 })
  expect(readFileSync(file, 'utf8').split('\n')).toEqual(after)
  const failing = await shop({
    version: '3',
    answer: (method) => (method === 'PUT' ? [500, {}] : null),
  })
  expect(await ci(failing, '--update')).toMatchObject({ code: 1 })
  expect(readFileSync(file, 'utf8').split('\n')).toEqual(after)
})

test('what cannot be tested is told apart from what differs', async () => {
  const { ci, file, in: at } = await recordedFile()
  const target = await shop({ version: '1' })
  const away = await ci(`http://127.0.0.1:${await freePort()}`)
  expect(away).toMatchObject({ code: 4 })
  expect(away.stderr).toContain('[target_away]')
  expect((await ci(target, '--method', 'DELETE')).stderr).toContain('[selection_empty]')
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -80))
  const cut = await ci(target, '--junit', at('r.xml'))
  expect(cut).toMatchObject({ code: 4 })
  expect(cut.stderr).toContain('[file_damaged]')
  expect(readFileSync(at('r.xml'), 'utf8')).toMatch(/errors="1".*\n.*\n.*reprise ci/)
  expect((await injected(['ci', file])).stderr).toContain('--command is missing')
})

const SERVER = `
import { createServer } from 'node:http'
const things = new Map()
console.log('the shop is at', process.argv[2])
createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request) text += chunk
  const given = text === '' ? {} : JSON.parse(text)
  const id = request.url.split('/')[2] ?? crypto.randomUUID()
  const thing = { ...(things.get(id) ?? { id, made: new Date().toISOString() }), ...given }
  things.set(id, thing)
  if (process.argv[3] === 'broken') thing.name = thing.name.toUpperCase()
  response.writeHead(request.method === 'POST' ? 201 : 200, { 'Content-Type': 'application/json' })
  const secret = request.method === 'POST' ? { access_token: crypto.randomUUID() } : {}
  response.end(JSON.stringify({ ...thing, ...secret }))
}).listen(process.argv[2], '127.0.0.1')
`

/** A journal file, and how it is tested with what `command` makes of the start of a server. */
async function stagedServer() {
  const { file, folder } = await recordedFile()
  const port = String(await freePort())
  const at = ['--database-url', database, '--data-dir', folder, '--ready', port]
  const server = `cd ${folder} && ${process.execPath} server.mjs ${port}`
  const ci = (command: (server: string) => string, ...more: string[]) =>
    injected(['ci', file, ...at, ...more, '--', command(server)])
  return { file, folder, ci }
}

test('a command is started, tested and ended with all that it started, on a PostgreSQL that is gone afterwards', async () => {
  const { file, folder } = await recordedFile()
  writeFileSync(join(folder, 'server.mjs'), SERVER)
  const port = String(await freePort())
  const start = ['ci', file, '--ready', port, '--junit', 'r.xml']
  const server = ['--', process.execPath, 'server.mjs', port]
  const env = { DATABASE_URL: 'postgres://127.0.0.1:1/of-the-shop' }
  // The others need none of their own.
  const shared = ['--database-url', database]
  const good = await run([...start, ...server], { cwd: folder, env })
  expect(good).toMatchObject({ code: 0, stdout: 'all 3 answers are as recorded\n' })
  expect(existsSync(join(folder, '.reprise'))).toBe(false)
  const broken = await run([...start, ...shared, ...server, 'broken'], { cwd: folder })
  expect(broken).toMatchObject({ code: 3 })
  expect(broken.stdout).toContain('body /name: "a lamp" -> "A LAMP"')
  expect(broken.stderr).toContain(`the shop is at ${port}`)
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed')
  const wrong = await run([...start, ...shared, '--', 'echo no such shop; exit 7'], {
    cwd: folder,
  })
  expect(wrong).toMatchObject({ code: 4 })
  expect(wrong.stderr).toMatch(/ended with exit code 7 before it was ready .*\n {2}\| no such shop/)
})

test('what the command started may end in its time, also behind a shell that does not wait', async () => {
  const { folder, ci } = await stagedServer()
  const slow = `process.on('SIGTERM', () => setTimeout(() => {
    writeFileSync('ended', 'in order'); process.exit()
  }, 300))`
  writeFileSync(
    join(folder, 'server.mjs'),
    `import { writeFileSync } from 'node:fs'\n${slow}\n${SERVER}`,
  )
  expect(await ci((server) => `${server}; true`)).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'ended'), 'utf8')).toBe('in order')
})

test('what does not listen to SIGTERM is killed when its time is over', async () => {
  const { folder, ci } = await stagedServer()
  writeFileSync(
    join(folder, 'server.mjs'),
    `import { writeFileSync } from 'node:fs'
    writeFileSync('pid', String(process.pid))
    process.on('SIGTERM', () => {})\n${SERVER}`,
  )
  const { code, stderr } = await ci((server) => `${server} & wait`, '--stop-timeout', '100ms')
  expect(code).toBe(0)
  expect(stderr).toContain('it did not end within 100 ms, and was killed')
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
  await eventually(() => !isAlive(pid))
})

test('what listens on IPv6 alone is told how it is reached', async () => {
  const { file, folder } = await recordedFile()
  const there = createServer().listen(0, '::1')
  await once(there, 'listening')
  onTestFinished(() => void there.close())
  const { port } = there.address() as AddressInfo
  const at = ['--database-url', database, '--data-dir', folder]
  const ready = ['--ready', String(port), '--ready-timeout', '100ms']
  const { code, stderr } = await injected(['ci', file, ...at, ...ready, '--', 'sleep 60'])
  expect(code).toBe(4)
  expect(stderr).toMatch(/it listens on IPv6 alone: .* --ready http:\/\/\[::1\]:\d+\/$/m)
})

test('what does not get ready is told by what it answers', async () => {
  const build = await shop({ version: '2', answer: () => [404, null] })
  const why = (path: string) =>
    unreadiness({ kind: 'url', url: new URL(path, build) }, new AbortController().signal)
  expect(await why('/health')).toBe(`${build}/health answers 404`)
})

test('a command whose -- was left out is told where it goes', async () => {
  const { code, stderr } = await injected(['ci', 'shop.jsonl', '--ready', '1', 'node', 'server.js'])
  expect(code).toBe(2)
  expect(stderr).toContain("'node server.js' is not expected here; the command goes behind --\n")
})

test('kill -9 leaves neither the command nor the PostgreSQL', async () => {
  const { file, folder } = await recordedFile()
  const port = String(await freePort())
  writeFileSync(
    join(folder, 'server.mjs'),
    `import { writeFileSync } from 'node:fs'
    import { createServer } from 'node:http'
    createServer(() => writeFileSync('pid', String(process.pid))).listen(${port}, '127.0.0.1')`,
  )
  const temporary = emptyFolder()
  const { child } = launch(['ci', file, '--ready', port, '--', process.execPath, 'server.mjs'], {
    cwd: folder,
    env: { TMPDIR: temporary },
  })
  // It is never answered.
  // It is there before it is written.
  const noted = () => existsSync(join(folder, 'pid')) && readFileSync(join(folder, 'pid'), 'utf8')
  await eventually(() => Boolean(noted()))
  const pid = Number(noted())
  const own = readdirSync(temporary).find((name) => existsSync(join(temporary, name, 'pg')))!
  const [server] = readFileSync(join(temporary, own, 'pg/postmaster.pid'), 'utf8').split('\n')
  child.kill('SIGKILL')
  await eventually(() => !isAlive(pid) && !isAlive(Number(server)))
})

test('of what is piped in nothing is left beside', async () => {
  const { file, folder } = await recordedFile()
  // Others keep what is piped in beside them, too.
  const temporary = emptyFolder()
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
  const to = ['--target', await shop({ version: '2' }), '--database-url', database]
  const running = inject(['ci', '-', ...to, '--data-dir', folder])
  running.type(readFileSync(file, 'utf8'))
  running.end()
  expect(await running.ended).toBe(0)
  const broken = inject(['diff', file, '-'])
  broken.type('no journal')
  broken.end()
  expect(await broken.ended).toBe(4)
  expect(readdirSync(temporary)).toEqual([])
})
