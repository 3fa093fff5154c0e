import net, { type Socket } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { start, type Started } from '../support/command.ts'
import { createDatabase } from '../support/database.ts'
import { ask as askHttp2, connectHttp2 } from '../support/http2-client.ts'
import { connectRaw, plainAnswer, startRawOrigin, type Answer } from '../support/raw-http.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()
const JSON_LOG = { env: { REPRISE_LOG_FORMAT: 'json' } }

type Line = Record<string, unknown>

function linesOf({ stderr }: Pick<Started, 'stderr'>): Line[] {
  return stderr()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

function proxyArgs(target: string, more: readonly string[]): string[] {
  return [
    ...['proxy', '--target', target, '--listen', '127.0.0.1:0', '--database-url', database],
    ...['--stream', 'logged', ...more],
  ]
}

async function ask(url: string, bytes: string, until: RegExp): Promise<void> {
  const client = await connectRaw(url)
  client.write(bytes)
  await client.until(until)
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

const answer: Answer = ({ target }, socket) => {
  if (target.startsWith('/cut')) socket.destroy()
  return target.startsWith('/cut') ? undefined : plainAnswer()
}

test('each request has one line, with its id, once the access log is asked for', async () => {
  const origin = await startRawOrigin(answer)
  const proxy = await start(proxyArgs(origin.url, ['--access-log', 'path']), JSON_LOG)
  const head = 'HTTP/1.1\r\nHost: a\r\n'
  await ask(proxy.url, `GET /named?q=1 ${head}X-Request-Id: mine\r\n\r\n`, /ok$/)
  await ask(
    proxy.url,
    `GET /traced ${head}traceparent: 00-${TRACE}-00f067aa0ba902b7-01\r\n\r\n`,
    /ok$/,
  )
  await ask(proxy.url, `GET /cut ${head}\r\n`, / 502 [^]*\}\n$/)
  const session = connectHttp2(proxy.url)
  await askHttp2(session, { ':path': '/second?q=1' })
  await expect.poll(() => proxy.stderr().split('\n').length).toBe(5)
  const common = { level: 'info', component: 'proxy', stream: 'logged', client: '127.0.0.1' }
  expect(linesOf(proxy)).toMatchObject([
    {
      ...common,
      ...{ msg: 'GET /named 200', request: 'mine', method: 'GET', target: '/named' },
      ...{ status: 200, protocol: '1.1', duration: expect.any(Number) as number },
    },
    { ...common, msg: 'GET /traced 200', request: TRACE, trace: TRACE },
    { ...common, msg: 'GET /cut 502', request: expect.stringMatching(/^[\da-f-]{36}$/) as string },
    { ...common, msg: 'GET /second 200', protocol: '2.0' },
  ])
})

test('it is off unless it is asked for, and has query strings only where that is asked for', async () => {
  const origin = await startRawOrigin(answer)
  const silent = await serving(proxyArgs(origin.url, ['--stream', 'silent']), JSON_LOG)
  await ask(silent.url, 'GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
  expect(await silent.stop()).toMatchObject({ code: 0, stderr: '' })
  const whole = await serving(proxyArgs(origin.url, ['--access-log', 'whole']), JSON_LOG)
  await ask(whole.url, 'GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n', /ok$/)
  await expect.poll(() => whole.stderr()).toMatch('"target":"/a?b=c"')
})

test('lines of workers tell which one, and all of them are JSON', async () => {
  const origin = await startRawOrigin(answer)
  const more = [
    ...['--workers', '2', '--access-log', 'path'],
    ...['--upstream-tls', 'insecure', '--connect-timeout', '300ms'],
  ]
  const proxy = await start(proxyArgs(origin.url.replace('http:', 'https:'), more), JSON_LOG)
  await ask(proxy.url, 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n', / 502 [^]*\}\n$/)
  await ask(proxy.url, 'GET /b HTTP/1.1\r\nHost: a\r\n\r\n', / 502 [^]*\}\n$/)
  await expect.poll(() => linesOf(proxy).filter(({ level }) => level === 'info')).toHaveLength(2)
  const workers = linesOf(proxy).filter(({ level }) => level === 'info')
  expect(new Set(workers.map(({ worker }) => worker))).toEqual(new Set([1, 2]))
  expect(linesOf(proxy)[0]).toMatchObject({ level: 'warn', component: 'proxy', stream: 'logged' })
})

test('the service names each request, in its answer and in its line', async () => {
  const service = await serving(
    ['serve', '--listen', '127.0.0.1:0', '--database-url', database, '--access-log', 'path'],
    JSON_LOG,
  )
  const named = await fetch(`${service.url}/api/streams?token=hidden`, {
    headers: { 'X-Request-Id': 'mine', Authorization: 'Bearer hidden' },
  })
  expect(named.headers.get('x-request-id')).toBe('mine')
  const made = (await fetch(`${service.url}/healthz`)).headers.get('x-request-id')
  expect(made).toMatch(/^[\da-f-]{36}$/)
  const common = { level: 'info', component: 'serve', client: '127.0.0.1', method: 'GET' }
  await expect.poll(() => linesOf(service)).toHaveLength(2)
  expect(linesOf(service)).toMatchObject([
    { ...common, request: 'mine', target: '/api/streams', status: named.status },
    { ...common, request: made, target: '/healthz', status: 200 },
  ])
  expect(service.stderr()).not.toMatch('hidden')
})

test('a format and a level that do not exist are refused with what was expected', async () => {
  const settings = ['--log-format', 'xml', '--log-level', 'loud', '--access-log', 'on']
  const { code, stderr } = await injected(['serve', ...settings])
  expect(code).toBe(2)
  expect(stderr).toMatch(/--log-format: expected one of auto\|text\|json, got 'xml'/)
  expect(stderr).toMatch(/--log-level: expected one of debug\|info\|warn\|error, got 'loud'/)
  expect(stderr).toMatch(/--access-log: expected one of off\|path\|whole, got 'on'/)
})

/** A way to PostgreSQL that can be shut. */
async function gate(): Promise<{ url: string; shut: () => void }> {
  const to = new URL(database)
  const sockets = new Set<Socket>()
  const server = net
    .createServer((socket) => {
      const other = net.connect(Number(to.port), to.hostname)
      for (const [one, next] of [
        [socket, other],
        [other, socket],
      ] as const) {
        sockets.add(one)
        one.on('error', () => next.destroy())
        one.on('close', () => next.destroy())
        one.pipe(next)
      }
    })
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  const shut = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(shut)
  const through = new URL(database)
  through.port = String((server.address() as { port: number }).port)
  return { url: through.href, shut }
}

const SECRET = 'pLaNtEd'

test('no secret of a request or a setting is in any line, whatever goes wrong', async () => {
  let answerLate = () => {}
  const origin = await startRawOrigin((noted, socket) => {
    if (!noted.target.startsWith('/late')) return answer(noted, socket)
    answerLate = () => socket.write(plainAnswer())
    return undefined
  })
  const way = await gate()
  const withPassword = new URL(way.url)
  withPassword.searchParams.set('options', `-c application_name=${SECRET}`)
  const proxy = await serving(
    [
      ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', '--stream', 'secrets'],
      ...['--database-url', withPassword.href, '--access-log', 'path', '--log-level', 'debug'],
      ...['--spool-limit', '0', '--commit-timeout', '2s', '--slow-commit', '1s'],
      ...['--when-unrecordable', 'pass', '--secret-headers', 'X-Key'],
    ],
    JSON_LOG,
  )
  const body = JSON.stringify({ password: SECRET })
  const request = (method: string, path: string) =>
    `${method} ${path}?token=${SECRET} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${SECRET}\r\n` +
    `Cookie: session=${SECRET}\r\nX-Key: ${SECRET}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  await ask(proxy.url, request('POST', '/recorded'), /ok$/)
  await ask(proxy.url, request('POST', '/cut'), / 502 [^]*\}\n$/)
  // Its entry finds no place: its client is answered late, and it is lost.
  const late = await connectRaw(proxy.url)
  late.write(request('POST', '/late'))
  await origin.request(2)
  way.shut()
  answerLate()
  await late.until(/ok$/)
  await ask(proxy.url, request('PUT', '/lost'), /ok$/)
  await ask(proxy.url, `BROKEN ${SECRET}\r\n\r\n`, / 400 [^]*\}\n$/)
  const { stderr } = await proxy.stop()
  for (const said of [
    'the journal is away',
    'the client of POST /late (number 3) is answered all the same',
    'mutations are forwarded unrecorded and are lost',
    'POST /recorded 200',
    'PUT /lost 200',
    'POST /cut 502',
  ]) {
    expect(stderr).toContain(said)
  }
  expect(stderr).not.toContain(SECRET)
})
