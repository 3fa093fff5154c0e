import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { selfSigned } from '../support/certificate.ts'
import { run, start, type Started } from '../support/command.ts'
import { createDatabase, query } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { connectRaw, plainAnswer, startRawOrigin, type Answer } from '../support/raw-http.ts'
import { recordedEntries, useJournal } from '../support/recorder.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()

interface GroupOptions {
  stream: string
  answer?: Answer
  more?: readonly string[]
}

/** Two workers before an origin, in a stream and a folder of the test's own. */
async function startTwo({ stream, answer, more = [] }: GroupOptions) {
  const origin = await startRawOrigin(answer)
  const folder = emptyFolder()
  const settings = ['--database-url', database, '--data-dir', folder, '--stream', stream]
  const proxy = await start([
    ...['proxy', '--workers', '2', '--target', origin.url, '--listen', '127.0.0.1:0'],
    ...[...settings, ...more],
  ])
  const slots = () => readdirSync(join(folder, 'spool', stream)).sort()
  return { origin, proxy, settings, slots }
}

/** A stream whose journal has an entry an hour ahead of the clock; answers where a proxy recorded it. */
async function aheadStream(stream: string) {
  const origin = await startRawOrigin()
  const folder = emptyFolder()
  const proxy = await serving([
    ...['proxy', '--target', origin.url, '--listen', '127.0.0.1:0', '--stream', stream],
    ...['--database-url', database, '--data-dir', folder],
  ])
  await byTurns([await connection(proxy.url)], 1, 'before')
  await proxy.stop()
  await query(
    database,
    "update reprise.entry set ordered_at = ordered_at + interval '1 hour' where stream = $1",
    [stream],
  )
  return folder
}

/** Processes that recorded in the stream, in the order in which they began. */
async function recorderPids(stream: string): Promise<number[]> {
  const rows = await query<{ pid: number }>(
    database,
    'select pid from reprise.recorder where stream = $1 order by started_at',
    [stream],
  )
  return rows.map(({ pid }) => pid)
}

async function said(proxy: Started, pattern: RegExp): Promise<void> {
  await expect.poll(() => proxy.stderr(), { interval: 20 }).toMatch(pattern)
}

/** A kept connection, which is one worker's. */
async function connection(url: string) {
  const client = await connectRaw(url)
  let before = 0
  return {
    ...client,
    ask(target: string) {
      before = client.received().length
      client.write(`POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi`)
    },
    answered: () => client.until(new RegExp(`^[^]{${before}}HTTP/1.1 200 [^]*\r\n\r\nok$`)),
  }
}

/** One request after the other, by turns on each of the connections; answers the targets. */
async function byTurns(
  connections: Awaited<ReturnType<typeof connection>>[],
  count: number,
  name: string,
): Promise<string[]> {
  const targets = Array.from({ length: count }, (_, i) => `/${name}/${i}`)
  for (const [i, target] of targets.entries()) {
    const client = connections[i % connections.length]!
    client.ask(target)
    await client.answered()
  }
  return targets
}

async function entriesOf(stream: string) {
  const entries = await recordedEntries(useJournal(database), stream)
  return entries.map(({ target, recorder }) => ({ target, recorder }))
}

async function expectAudit(settings: readonly string[]): Promise<void> {
  const { code, stdout } = await injected(['audit', ...settings])
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('The sum holds, and nothing is missing.') as string,
  })
}

test.each(['0', '-1', '1.5', '65', 'many', ''])('%j workers are refused', async (count) => {
  const { code, stderr } = await injected(['proxy', '--target', 'http://a', `--workers=${count}`])
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(
      `--workers: expected a whole number from 1 to 64, got '${count}'`,
    ) as string,
  })
})

test('two workers share a port, each a recorder of its own, and their entries one order', async () => {
  const { proxy, settings, slots } = await startTwo({ stream: 'plain' })
  const both = [await connection(proxy.url), await connection(proxy.url)]
  const targets = await byTurns(both, 60, 'plain')
  const pids = await recorderPids('plain')
  expect(slots()).toEqual(['0', '1'])
  const ran = await proxy.stop()
  expect(ran).toMatchObject({ code: 0, stdout: `ready ${proxy.url}\n`, stderr: '' })
  expect(new Set([...pids, proxy.child.pid]).size).toBe(3)
  const entries = await entriesOf('plain')
  expect(entries.map(({ target }) => target)).toEqual(targets)
  const [one, two] = entries.map(({ recorder }) => recorder)
  expect(one).not.toBe(two)
  // By turns, so that their clocks were compared at each step.
  expect(entries.every(({ recorder }, i) => recorder === (i % 2 === 0 ? one : two))).toBe(true)
  await expectAudit(settings)
})

test('so they have after a clock that was set back, and with a worker that is started again', async () => {
  const stream = 'ahead'
  await aheadStream(stream)
  const { proxy, settings } = await startTwo({ stream })
  const both = [await connection(proxy.url), await connection(proxy.url)]
  const first = await byTurns(both, 60, 'first')
  const [, ...pids] = await recorderPids(stream)
  process.kill(pids[0]!, 'SIGKILL')
  await said(proxy, /worker \d serves again/)
  const again = [await connection(proxy.url), await connection(proxy.url)]
  const second = await byTurns(again, 60, 'second')

  const { code, stderr } = await proxy.stop()
  expect(code).toBe(0)
  const entries = await entriesOf(stream)
  expect(entries.map(({ target }) => target)).toEqual(['/before/0', ...first, ...second])
  expect(new Set(entries.map(({ recorder }) => recorder)).size).toBe(4)
  expect(stderr.match(/the clock is 3\d{3}\.\d s behind the journal's last entry/g)).toHaveLength(1)
  await expectAudit(settings)
})

/** A way to PostgreSQL that is closed at first. */
async function wayToPostgres() {
  const port = await freePort()
  const { hostname, port: behind } = new URL(database)
  const way = net.createServer((near) => {
    const far = net.connect(Number(behind), hostname)
    near.pipe(far).pipe(near)
    for (const socket of [near, far]) socket.on('error', () => [near, far].map((s) => s.destroy()))
  })
  const url = new URL(database)
  url.port = String(port)
  onTestFinished(() => void way.close())
  return { url: url.href, open: () => once(way.listen(port, '127.0.0.1'), 'listening') }
}

test('so they have when PostgreSQL is away at the start, and its journal proves to be ahead', async () => {
  const stream = 'away'
  const folder = await aheadStream(stream)
  const way = await wayToPostgres()
  const more = ['--database-url', way.url, '--data-dir', folder]
  const { proxy, settings } = await startTwo({ stream, more })
  const both = [await connection(proxy.url), await connection(proxy.url)]
  const spooled = await byTurns(both, 10, 'spooled')
  await way.open()
  await said(proxy, /(proxy \d: the journal is back\n[^]*){2}/)
  const direct = await byTurns(both, 60, 'direct')
  expect((await proxy.stop()).code).toBe(0)
  const targets = (await entriesOf(stream)).map(({ target }) => target)
  // What was spooled had its place before anybody could know how far ahead the journal is.
  expect(targets).toEqual([...spooled, '/before/0', ...direct])
  await expectAudit(settings)
})

test('of a worker that is killed under load nothing acknowledged is lost; another takes its slot', async () => {
  const { proxy, settings, slots } = await startTwo({
    stream: 'killed',
    // So that what was under way when it died has its place in the sum.
    more: ['--durability', 'intent'],
  })
  const acknowledged: string[] = []
  let isOver = false
  const hammer = async (name: string) => {
    for (let i = 0; !isOver; i++) {
      const target = `/${name}/${i}`
      const answer = await fetch(proxy.url + target, { method: 'POST', body: 'x' }).then(
        async (response) => response.ok && (await response.text()) === 'ok',
        () => false,
      )
      if (answer) acknowledged.push(target)
    }
  }
  const clients = Array.from({ length: 16 }, (_, i) => hammer(`${i}`))
  const enough = async (count: number) => {
    await expect.poll(() => acknowledged.length, { interval: 5 }).toBeGreaterThan(count)
  }
  await enough(100)
  const [pid] = await recorderPids('killed')
  process.kill(pid!, 'SIGKILL')
  await said(proxy, /worker \d \(pid \d+\) was killed by SIGKILL; it is started again\n/)
  await said(proxy, /worker \d serves again/)
  await enough(acknowledged.length + 100)
  isOver = true
  await Promise.all(clients)
  expect((await proxy.stop()).code).toBe(0)

  expect(proxy.stderr()).toMatch(/proxy \d: closed a recorder that ended without saying so/)
  expect(slots()).toEqual(['0', '1'])
  const targets = (await entriesOf('killed')).map(({ target }) => target)
  const recorded = new Set(targets)
  expect(acknowledged.filter((target) => !recorded.has(target))).toEqual([])
  expect(targets).toHaveLength(recorded.size)
  await expectAudit(settings)
})

test('what a worker was handed and did not take before it was killed is not left hanging', async () => {
  const { proxy } = await startTwo({ stream: 'handed' })
  const [first] = await recorderPids('handed')
  process.kill(first!, 'SIGSTOP')
  // By turns, so that one of them is handed to the worker that does not move.
  const both = [await connection(proxy.url), await connection(proxy.url)]
  for (const [i, client] of both.entries()) client.ask(`/${i}`)
  const answered = await Promise.race(both.map((client) => client.answered().then(() => client)))
  process.kill(first!, 'SIGKILL')
  const other = both.find((client) => client !== answered)!
  await other.closed()
  await proxy.stop()
})

test('what keeps all from starting is said once, as by one process', async () => {
  const taken = await startRawOrigin()
  const folder = emptyFolder()
  writeFileSync(join(folder, 'file'), '')
  const start = (...more: string[]) =>
    run([
      ...['proxy', '--workers', '2', '--target', 'http://127.0.0.1:9', '--stream', 'none'],
      ...['--database-url', database, '--data-dir', folder, ...more],
    ])
  const inUse = await start('--listen', `127.0.0.1:${taken.port}`)
  expect(inUse).toMatchObject({ code: 4, stdout: '' })
  expect(inUse.stderr).toMatch(
    /^reprise: cannot listen on .*: it is in use \[listen_failed\]\n.*--listen.*\n$/,
  )
  const noSpool = await start('--listen', '127.0.0.1:0', '--spool-dir', join(folder, 'file'))
  expect(noSpool).toMatchObject({ code: 4, stdout: '' })
  expect(noSpool.stderr).toMatch(/^reprise: the spool .* \[spool_unavailable\]\n.*--spool-dir.*\n$/)
  const itself = await start('--listen', '127.0.0.1:9')
  expect(itself).toMatchObject({ code: 2, stdout: '' })
  expect(itself.stderr.match(/--target: .* is where the proxy itself listens/g)).toHaveLength(1)
})

/** Resolves when nobody listens there any more. */
async function closed(url: string): Promise<void> {
  const connect = () =>
    connectRaw(url).then(
      ({ socket }) => socket.destroy(),
      () => null,
    )
  await expect.poll(connect, { interval: 20 }).toBeNull()
}

/** An origin that answers when it is told to. */
function held() {
  let answerAll = () => {}
  const isLet = new Promise<void>((resolve) => (answerAll = resolve))
  const answer: Answer = (_noted, socket) => {
    void isLet.then(() => socket.write(plainAnswer()))
    return undefined
  }
  return { answer, answerAll }
}

test('a signal to all of the group ends it in order, each worker once', async () => {
  const { answer, answerAll } = held()
  const { proxy, origin, settings } = await startTwo({ stream: 'ended', answer })
  const both = [await connection(proxy.url), await connection(proxy.url)]
  for (const [i, client] of both.entries()) client.ask(`/${i}`)
  await origin.request(1)
  for (const pid of await recorderPids('ended')) {
    process.kill(pid, 'SIGINT')
    process.kill(pid, 'SIGTERM')
  }
  const ended = proxy.stop('SIGINT')
  await closed(proxy.url)
  answerAll()
  await Promise.all(both.map((client) => client.answered()))
  expect(await ended).toMatchObject({ code: 0, signal: null, stderr: '' })
  expect(await entriesOf('ended')).toHaveLength(2)
  await expectAudit(settings)
})

test('a second signal forces the end, of the workers too', async () => {
  const { proxy, origin } = await startTwo({ stream: 'forced', answer: () => undefined })
  const client = await connection(proxy.url)
  client.ask('/hangs')
  await origin.request(0)
  proxy.child.kill('SIGTERM')
  await closed(proxy.url)
  // Resolves when nobody writes to its output any more.
  expect((await proxy.stop('SIGTERM')).code).toBe(130)
})

test('workers whose primary is killed finish what runs, record it, and end', async () => {
  const { answer, answerAll } = held()
  const { proxy, origin, settings } = await startTwo({ stream: 'orphans', answer })
  const client = await connection(proxy.url)
  client.ask('/last')
  await origin.request(0)
  // Resolves when nobody writes to its output any more.
  const ended = proxy.stop('SIGKILL')
  await said(proxy, /(proxy \d: the primary process is gone: this worker ends in order\n[^]*){2}/)
  answerAll()
  await client.answered()
  expect((await ended).signal).toBe('SIGKILL')
  expect(await entriesOf('orphans')).toMatchObject([{ target: '/last' }])
  await expectAudit(settings)
})

test('SIGHUP gives every worker the new certificate, and says so once', async () => {
  const folder = emptyFolder()
  const [first, second] = [11, 22].map((serial) => selfSigned('127.0.0.1', { serial }))
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const files = ['--tls-cert', file('crt', first!.cert), '--tls-key', file('key', first!.key)]
  const { proxy } = await startTwo({ stream: 'tls', more: files })
  const serials = (ca: string) =>
    Promise.all(
      [1, 2, 3, 4].map(async () => {
        const { socket } = await connectRaw(proxy.url, { ca })
        const { serialNumber } = (socket as TLSSocket).getPeerX509Certificate()!
        socket.destroy()
        return serialNumber
      }),
    )
  expect(await serials(first!.cert)).toEqual(['0B', '0B', '0B', '0B'])
  file('crt', second!.cert)
  file('key', second!.key)
  proxy.child.kill('SIGHUP')
  await said(proxy, /SIGHUP: new connections get the certificate 16 /)
  await expect.poll(() => serials(second!.cert)).toEqual(['16', '16', '16', '16'])
  // What is on the disk by now is not theirs yet: a worker that comes later is like the others.
  file('crt', '')
  const [pid] = await recorderPids('tls')
  process.kill(pid!, 'SIGKILL')
  await said(proxy, /serves again/)
  expect(await serials(second!.cert)).toEqual(['16', '16', '16', '16'])
  const { code, stderr } = await proxy.stop()
  expect(code).toBe(0)
  expect(stderr.match(/SIGHUP/g)).toHaveLength(1)
})

test('one admin port shows all of them, and is not held up by one that hangs', async () => {
  const { proxy } = await startTwo({
    stream: 'admin',
    more: ['--admin-listen', '127.0.0.1:0'],
  })
  const [, admin] = /^admin (\S+)$/m.exec(proxy.stdout())!
  const both = [await connection(proxy.url), await connection(proxy.url)]
  await byTurns(both, 5, 'a')
  await byTurns(both, 3, 'b?save=0&c=')
  const health = async () => {
    const answer = await fetch(`${admin}/health`)
    return { status: answer.status, ...((await answer.json()) as object) }
  }
  const forwarded = async () => {
    const text = await (await fetch(`${admin}/metrics`)).text()
    const found = text.matchAll(/^reprise_(\w+)\{.*worker="(\d)".*\} (\d+)$/gm)
    return Object.fromEntries(
      [...found]
        .filter(([, name]) => /^(forwarded|recorded|excluded)_total|worker_up/.test(name!))
        .map(([, name, worker, value]) => [`${name} ${worker}`, Number(value)]),
    )
  }
  expect(await health()).toMatchObject({
    ...{ status: 200, state: 'ok', stream: 'admin' },
    counts: { forwarded: 8, recorded: 5, excluded: { opted_out: 3 }, inDoubt: 0, lost: 0 },
    workers: [
      { worker: 1, state: 'ok' },
      { worker: 2, state: 'ok' },
    ],
  })
  const sums = await forwarded()
  expect(sums['forwarded_total 1']! + sums['forwarded_total 2']!).toBe(8)
  expect(sums['recorded_total 1']! + sums['recorded_total 2']!).toBe(5)
  expect(sums['excluded_total 1']! + sums['excluded_total 2']!).toBe(3)
  expect([sums['worker_up 1'], sums['worker_up 2']]).toEqual([1, 1])

  const [pid] = await recorderPids('admin')
  process.kill(pid!, 'SIGSTOP')
  const stopped = (await health()) as { status: number; state: string; workers: object[] }
  process.kill(pid!, 'SIGCONT')
  expect(stopped).toMatchObject({ status: 200, state: 'silent' })
  expect(stopped.workers).toContainEqual(expect.objectContaining({ state: 'silent' }))
  expect(stopped.workers).toContainEqual(expect.objectContaining({ state: 'ok' }))
  await expect.poll(health).toMatchObject({ state: 'ok' })
  expect((await proxy.stop()).code).toBe(0)
})

test('they share an embedded PostgreSQL, which is opened once and stopped at the end', async () => {
  const origin = await startRawOrigin()
  const folder = emptyFolder()
  const proxy = await start([
    ...['proxy', '--workers', '2', '--target', origin.url, '--listen', '127.0.0.1:0'],
    ...['--data-dir', folder],
  ])
  await byTurns([await connection(proxy.url), await connection(proxy.url)], 4, 'embedded')
  expect(await proxy.stop()).toMatchObject({ code: 0, stderr: '' })
  expect(readdirSync(join(folder, 'pg'))).not.toContain('postmaster.pid')
  await expectAudit(['--data-dir', folder])
})
