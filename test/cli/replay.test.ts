import { expect, test } from 'vitest'
import { createDatabase } from '../support/database.ts'
import { run } from '../support/command.ts'
import { plainAnswer, startRawOrigin, type Answer } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { record, type Said } from '../replayer/recording.ts'
import { inject, injected } from './injected.ts'

const database = await createDatabase()
let streams = 0

const things: Said[] = [
  { target: '/a/1', method: 'POST' },
  { target: '/a/2?full=1', method: 'PUT', status: 200 },
  { target: '/b', method: 'DELETE', status: 204 },
]

async function recorded(said: readonly Said[] = things, answer: Answer = asRecorded) {
  const stream = `cli-${streams++}`
  const ids = await record(useJournal(database), stream, said)
  const origin = await startRawOrigin(answer)
  const argv = ['replay', '--database-url', database, '--stream', stream, '--base-url', origin.url]
  return { stream, ids, origin, argv, sent: () => origin.requests.map((one) => one.target) }
}

function asRecorded({ method }: { method: string }): Buffer {
  const status = { POST: '201 Made', DELETE: '204 Gone' }[method] ?? '200 OK'
  return status.startsWith('204')
    ? Buffer.from('HTTP/1.1 204 Gone\r\n\r\n')
    : plainAnswer('', status)
}

test('all answered as recorded: exit code 0, the result on stdout', async () => {
  const { argv, origin, sent } = await recorded()
  const ran = await run([...argv, '--yes'])
  expect(ran).toMatchObject({ code: 0 })
  expect(ran.stdout).toMatch(
    new RegExp(`^run \\d+ done: 3 of 3 sent to ${origin.url}\n  3 as recorded\n$`),
  )
  expect(ran.stderr).toBe(`3 entries of stream ${argv[4]}\n`)
  expect(sent()).toStrictEqual(['/a/1', '/a/2?full=1', '/b'])
})

test('the same by environment variables', async () => {
  const { stream, origin, sent } = await recorded()
  const env = {
    DATABASE_URL: database,
    REPRISE_STREAM: stream,
    REPRISE_BASE_URL: origin.url,
    REPRISE_YES: 'true',
    REPRISE_METHOD: 'PUT,DELETE',
  }
  expect(await run(['replay'], { env })).toMatchObject({ code: 0 })
  expect(sent()).toStrictEqual(['/a/2?full=1', '/b'])
})

test('the first failure: exit code 1, which entry, what came back, and what was not reached', async () => {
  const { argv, ids, sent } = await recorded(things, (noted) =>
    noted.method === 'PUT'
      ? plainAnswer('{"error":"no such"}', '404 Not Found')
      : asRecorded(noted),
  )
  const { code, stdout, stderr } = await injected([...argv, '--yes'])
  expect(code).toBe(1)
  const [, run] = /^run (\d+) stopped: 2 of 3 sent to /.exec(stdout)!
  expect(stderr).toMatch(new RegExp(`^it goes on with: reprise replay --resume ${run}$`, 'm'))
  expect(stdout).toContain('  1 as recorded\n  1 failed\n  1 not reached\n')
  expect(stdout).toContain(
    `  stopped by entry ${ids[1]}: PUT /a/2?full=1: answered 404, recorded 200\n` +
      '  what came back: {"error":"no such"}\n',
  )
  expect(sent()).toHaveLength(2)
})

test('--skip-request-errors goes on, names each failure on stderr, and still exits with 1', async () => {
  const { argv, ids } = await recorded(things, (noted) =>
    noted.method === 'PUT' ? plainAnswer('', '500 Oops') : asRecorded(noted),
  )
  const { code, stdout, stderr } = await injected([...argv, '--yes', '--skip-request-errors'])
  expect(code).toBe(1)
  expect(stdout).toContain('done: 3 of 3 sent')
  expect(stderr).toContain(`entry ${ids[1]}: PUT /a/2?full=1: answered 500, recorded 200\n`)
})

test('answers below 400 that differ: exit code 3', async () => {
  const { argv } = await recorded(things.slice(0, 1), () => plainAnswer('', '200 OK'))
  const { code, stdout, stderr } = await injected([...argv, '--yes'])
  expect(code).toBe(3)
  expect(stdout).toContain('  1 different\n')
  expect(stderr).toContain('answered 200, recorded 201')
})

test.each([
  ['--excluded-urls /a/* /nothing', '/b'],
  ['--excluded-urls /a/1,/b', '/a/2?full=1'],
  ['--method put delete', '/a/2?full=1 /b'],
  ['--path /a/* --method POST', '/a/1'],
  ['--status 204 201', '/a/1 /b'],
  ['--label bug', '/b'],
  ['--since 2026-01-15T12:00:01Z', '/a/2?full=1 /b'],
  ['--until 2026-01-15T12:00:01Z', '/a/1'],
  ['--verdict failed', ''],
])('%s narrows what is sent', async (flags, expected) => {
  const { argv, ids, sent } = await recorded()
  await useJournal(database).label({ idFrom: ids[2]!, idTo: ids[2]! }, 'bug')
  expect(await injected([...argv, '--yes', ...flags.split(' ')])).toMatchObject({ code: 0 })
  expect(sent().join(' ')).toBe(expected)
})

test('ids narrow what is sent: from, to, and both', async () => {
  const { argv, ids, sent } = await recorded()
  const from = String(ids[1])
  await injected([...argv, '--yes', '--start-from-id', from])
  await injected([...argv, '--yes', '--id-from', from, '--id-to', from])
  expect(sent()).toStrictEqual(['/a/2?full=1', '/b', '/a/2?full=1'])
})

test('a dry run prints the table, sends nothing and needs no target', async () => {
  const { stream, origin } = await recorded()
  const argv = ['replay', '--database-url', database, '--stream', stream, '--dry-run']
  const { code, stdout, stderr } = await injected([...argv, '--max-column-width', '8'])
  expect(code).toBe(0)
  expect(stdout.split('\n')[0]).toMatch(
    /^ *id +arrived +method +target +bytes +status +verdict +waits for$/,
  )
  expect(stdout).toMatch(/ PUT +\/a\/2\?fu… /)
  expect(stderr).toBe(`dry run, nothing is sent: 3 entries of stream ${stream}\n`)
  expect(origin.requests).toStrictEqual([])
  expect(await useJournal(database).runs({ stream, limit: 1 })).toStrictEqual([])
})

test('--json prints one document on stdout: of a dry run, and of a run', async () => {
  const { argv, ids, stream, origin } = await recorded(things, (noted) =>
    noted.method === 'PUT' ? plainAnswer('', '409 No') : asRecorded(noted),
  )
  const dry = await injected([...argv, '--dry-run', '--json'])
  expect(JSON.parse(dry.stdout)).toMatchObject({
    stream,
    planned: 3,
    leftOut: {},
    entries: [{ id: ids[0], method: 'POST', target: '/a/1', status: 201 }, {}, {}],
  })
  const { code, stdout } = await injected([...argv, '--yes', '--json', '--skip-request-errors'])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    state: 'done',
    target: origin.url,
    planned: 3,
    sent: 3,
    outcomes: { same: 2, failed: 1 },
    stoppedBy: null,
    notAsRecorded: [{ entry: ids[1], outcome: 'failed', status: 409 }],
  })
})

test('what is not sent is said; an entry in doubt ends the run unless there is a word', async () => {
  const said: Said[] = [
    {},
    { status: 500, verdict: 'failed' },
    { status: null, target: '/doubt' },
    { target: '/after' },
  ]
  const { argv, ids, sent } = await recorded(said)
  const stopped = await injected([...argv, '--yes'])
  expect(stopped).toMatchObject({ code: 1 })
  expect(stopped.stdout).toContain(`stopped by entry ${ids[2]}: POST /doubt: it is in doubt`)
  expect(stopped.stdout).toContain('say --in-doubt skip or --in-doubt send')
  expect(sent()).toStrictEqual(['/things'])
  const dry = await injected([...argv, '--dry-run'])
  expect(dry).toMatchObject({ code: 0 })
  expect(dry.stderr).toMatch(/left out: 1 failed, 1 in doubt|left out: 1 in doubt, 1 failed/)
  expect(dry.stderr).toContain('--in-doubt skip or send')
  const skipped = await injected([...argv, '--yes', '--in-doubt', 'skip'])
  expect(skipped).toMatchObject({ code: 0 })
  const both = await injected([...argv, '--yes', '--in-doubt=send'])
  expect(both).toMatchObject({ code: 0 })
  expect(sent().slice(1)).toStrictEqual(['/things', '/after', '/things', '/doubt', '/after'])
})

test('a target that is not allowed is refused before anything is asked or sent', async () => {
  const { argv, stream } = await recorded()
  const elsewhere = [...argv, '--base-url', 'http://192.0.2.1:81', '--yes']
  const refused = await injected(elsewhere)
  expect(refused).toMatchObject({ code: 4, stdout: '' })
  expect(refused.stderr).toContain('--allow-target 192.0.2.1:81')
  expect(await useJournal(database).runs({ stream, limit: 1 })).toStrictEqual([])
})

test('no such stream, and several without a name, exit with 4 and name what there is', async () => {
  const { stream } = await recorded()
  await recorded()
  const argv = ['replay', '--database-url', database, '--dry-run']
  for (const more of [['--stream', 'none'], []]) {
    const { code, stderr } = await injected([...argv, ...more])
    expect({ code, hint: stderr }).toMatchObject({ code: 4, hint: expect.stringContaining(stream) })
  }
})

test('no PostgreSQL in time exits with 4', async () => {
  const url = 'postgres://a@127.0.0.1:1/b'
  const argv = ['replay', '--database-url', url, '--dry-run', '--database-wait', '0ms']
  expect(await injected(argv)).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('[journal_unreachable]') as string,
  })
})

test('an interrupt exits with 130 and says what was sent and what was not', async () => {
  const { argv, origin } = await recorded(things, (noted) =>
    noted.method === 'PUT' ? undefined : asRecorded(noted),
  )
  const running = inject([...argv, '--yes'])
  await origin.request(1)
  running.interrupt()
  expect(await running.ended).toBe(130)
  expect(running.stdout()).toMatch(/^run \d+ interrupted: 2 of 3 sent to /)
  expect(running.stdout()).toContain('  1 as recorded\n  1 in doubt\n  1 not reached\n')
})

test('an interrupt while it waits for PostgreSQL ends it at once', async () => {
  const url = 'postgres://a@127.0.0.1:1/b'
  const running = inject(['migrate', '--database-url', url])
  await running.shows(/waiting for PostgreSQL/)
  running.interrupt()
  expect(await running.ended).toBe(130)
})

test('recorded control characters cannot steer the terminal', async () => {
  const sender = { user: '\u001b[2Jroot\u202e' }
  const { argv } = await recorded([{ target: '/\u009b31m', sender }], () =>
    plainAnswer('\u001b]0;owned\u0007', '500 Oops'),
  )
  const dry = await injected([...argv, '--dry-run'])
  const ran = await injected([...argv, '--yes'])
  for (const { stdout } of [dry, ran]) expect(stdout).not.toMatch(/[\u001b\u0007\u009b\u202e]/)
  expect(dry.stdout).toContain('·[2Jroot·')
})

test('on a terminal the table of a dry run fits, and what matters least gives way', async () => {
  const target = `/${'long'.repeat(30)}`
  const { argv } = await recorded([{ target, sender: { user: 'anna' } }])
  for (const columns of [40, 60, 80, 120]) {
    const { stdout } = await injected([...argv, '--dry-run'], { terminal: 'yes', columns })
    const lines = stdout.trimEnd().split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
    expect(lines[0]).toMatch(/^ *id .*method +target +bytes +status/)
    expect(lines[0]!.includes('user')).toBe(columns > 80)
  }
  const whole = await injected([...argv, '--dry-run', '--max-column-width', '200'])
  expect(whole.stdout).toContain(target)
})
