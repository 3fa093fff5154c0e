import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { record } from '../replayer/recording.ts'
import { stateOrigin } from '../replayer/state/stage.ts'
import { run, start } from '../support/command.ts'
import { createDatabase, query } from '../support/database.ts'
import { emptyFolder } from '../support/folder.ts'
import { plainAnswer } from '../support/raw-http.ts'
import { useJournal } from '../support/recorder.ts'
import { injected, serving } from './injected.ts'

const database = await createDatabase()
let streams = 0

/** A stream with an entry, its backend, and the command that asks that for its state. */
async function stage(states: Record<string, unknown> = { '/a': { n: 1 }, '/b?c=1,2': 'x' }) {
  const journal = useJournal(database)
  const stream = `state-${streams++}`
  const origin = await stateOrigin(states)
  await record(journal, stream, [{}], origin.url)
  const argv = ['state', '--stream', stream, '--database-url', database]
  const asking = [...argv, '--base-url', origin.url]
  return {
    journal,
    stream,
    origin,
    argv,
    asking,
    compare: () => injected([...asking, '--compare']),
  }
}

test('what probes show is kept, and compared with: restored is 0, different 3, not asked 1', async () => {
  const { asking, origin, compare } = await stage()
  expect(await run([...asking, '--probe', 'GET /a', '/b?c=1,2'])).toMatchObject({
    ...{ code: 0, stderr: '', stdout: 'GET /a: 200, 7 bytes\nGET /b?c=1,2: 200, 3 bytes\n' },
  })
  const restored = await compare()
  expect(restored).toMatchObject({ code: 0, stderr: '' })
  expect(restored.stdout).toMatch(
    /^GET \/a: restored\nGET \/b\?c=1,2: restored\nstate restored, compared with that of 20.*\n$/,
  )
  origin.states['/a'] = { n: 2 }
  const differs = await compare()
  expect(differs).toMatchObject({ code: 3 })
  expect(differs.stdout).toContain('GET /a: differs\n  body /n: 1 -> 2\nGET /b?c=1,2: restored\n')
  origin.states['/a'] = plainAnswer('', '503 Oops')
  const unknown = await compare()
  expect(unknown).toMatchObject({ code: 1 })
  expect(unknown.stdout).toContain('GET /a: unknown (answered 503)\nstate unknown')
})

test('a probe that cannot be asked is told, and the others are kept: exit code 1', async () => {
  const { asking, argv, stream } = await stage({ '/a': 1, '/b': plainAnswer('', '401 No') })
  const { code, stdout } = await injected([...asking, '--probe', '/a', '/b', '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ stream, kept: [{ probe: 'GET /a', status: 200, length: 1 }] },
    failed: [{ probe: 'GET /b', why: 'answered 401' }],
  })
  const listed = await injected([...argv, '--list'])
  expect(listed).toMatchObject({ code: 0, stderr: `1 answer of stream ${stream} kept\n` })
  expect(listed.stdout).toMatch(/^taken .*\n─.*\n20.* GET \/a +200 +1 +6b86b273ff34 .*\n$/)
})

test('--json tells each probe with its differences', async () => {
  const { asking, origin, stream } = await stage({ '/a': { n: 1, requestId: 'aaaaaaaa-1' } })
  await injected([...asking, '--probe', '/a'])
  origin.states['/a'] = { n: 2, requestId: 'bbbbbbbb-2' }
  const { code, stdout } = await injected([...asking, '--compare', '--json'])
  expect(code).toBe(3)
  expect(JSON.parse(stdout)).toStrictEqual({
    ...{ stream, outcome: 'differs', recordedSince: 0 },
    keptAt: expect.stringMatching(/^20.*Z$/) as string,
    probes: [
      {
        ...{ probe: 'GET /a', outcome: 'differs', why: null, unlisted: 0, uncompared: [] },
        differences: [{ where: 'body /n', recorded: '1', came: '2' }],
        explained: { id: 1 },
      },
    ],
  })
})

test('rules and learned noise come from files; probes from the one that all share', async () => {
  const { asking, origin } = await stage({ '/a': { n: 1, m: 1, list: [1, 2] } })
  const folder = emptyFolder()
  const file = (name: string, value: unknown) => {
    writeFileSync(join(folder, name), stringify(value))
    return join(folder, name)
  }
  const config = file('reprise.yaml', {
    'state-probe': ['GET /a'],
    'state-probe-header': ['X-Key: a, b'],
    'state-every': '5m',
  })
  const rules = file('rules.yaml', { unordered: ['/list'], ignore: [{ pointer: '/n' }] })
  const noise = file('noise.yaml', { noise: [{ on: 'GET /a', pointer: '/m' }] })
  expect(await injected([...asking, '--config', config])).toMatchObject({ code: 0 })
  expect(origin.requests[0]!.head).toContain('\r\nX-Key: a, b\r\n')
  origin.states['/a'] = { n: 2, m: 2, list: [2, 1] }
  const compared = await injected([
    ...asking,
    '--compare',
    '--compare-rules',
    rules,
    '--noise',
    noise,
  ])
  expect(compared).toMatchObject({ code: 0 })
  expect(compared.stdout).toContain(
    'GET /a: restored (but for 1 ignored by a rule, 1 learned noise)\n',
  )
  const wrong = file('wrong.yaml', { ignore: [{ pointer: 'n' }], headers: 1 })
  const refused = await injected([...asking, '--compare', '--compare-rules', wrong])
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain(`2 rules are wrong`)
  expect(refused.stderr).toContain(`${wrong}: headers: expected a list, got 1\n`)
  const missing = await injected([...asking, '--compare', '--noise', join(folder, 'none.yaml')])
  expect(missing).toMatchObject({ code: 2 })
  expect(missing.stderr).toMatch(/--noise: .*none\.yaml: there is no such file/)
})

test.each<[string, string[], string]>([
  ['no backend', ['--probe', '/a'], '--base-url is missing: expected http://HOST:PORT'],
  ['no probe', ['--base-url', 'http://127.0.0.1:9'], "--probe: expected 'GET /PATH'"],
  [
    'a mutation',
    ['--base-url', 'http://127.0.0.1:9', '--probe', 'POST /a'],
    "--probe: expected a read request such as 'GET /api/state'",
  ],
  ['two things at once', ['--list', '--compare'], '--list: expected either it or --compare'],
])('wrong settings: %s', async (_, argv, message) => {
  const { code, stdout, stderr } = await injected(['state', '--database-url', database, ...argv])
  expect({ code, stdout }).toStrictEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test('a backend that is neither here nor recorded is not asked', async () => {
  const { argv } = await stage()
  const { code, stderr } = await injected([
    ...argv,
    '--base-url',
    'http://192.0.2.1:1',
    '--probe',
    '/a',
  ])
  expect(code).toBe(4)
  expect(stderr).toContain('[target_not_allowed]')
})

test('the proxy keeps the state while it records, and when it ends', async () => {
  const { journal, stream, origin, asking } = await stage({ '/state': { n: 0 } })
  const proxying = ['proxy', '--target', origin.url, '--stream', stream, '--database-url', database]
  const proxy = await serving([
    ...[...proxying, '--listen', '127.0.0.1:0', '--state-every', '100ms'],
    ...['--state-probe', 'GET /state', '--state-probe-header', 'Authorization: Bearer s3cret'],
  ])
  // Two of them: it goes on.
  const first = await origin.request(1)
  expect(first.head).toContain('\r\nAuthorization: Bearer s3cret\r\n')
  origin.states['/state'] = { n: 1 }
  const ended = await proxy.stop()
  expect(ended).toMatchObject({ code: 0, stderr: '' })
  const [last] = await journal.latestState(stream)
  expect(last).toMatchObject({ probe: 'GET /state', target: origin.url, status: 200 })
  expect(last!.body.toString()).toBe('{"n":1}')
  const kept = await query<{ whole: string }>(
    database,
    'select s::text as whole from reprise.state s',
  )
  expect(kept.map(({ whole }) => whole).join()).not.toContain('s3cret')
  expect(await injected([...asking, '--compare'])).toMatchObject({ code: 0 })
  origin.states['/state'] = { n: 0 }
  expect(await injected([...asking, '--compare'])).toMatchObject({ code: 3 })
})

test('several workers keep it once, and a backend that is gone is only told of', async () => {
  const { journal, stream, origin } = await stage({ '/state': { n: 0 } })
  const proxying = ['proxy', '--target', origin.url, '--stream', stream, '--database-url', database]
  const options = ['--listen', '127.0.0.1:0', '--state-probe', '/state']
  const group = await start([...proxying, ...options, '--workers', '2'])
  expect(await group.stop()).toMatchObject({ code: 0, stderr: '' })
  expect(await journal.states({ stream, limit: 9 })).toHaveLength(1)
  const proxy = await serving([...proxying, ...options])
  await origin.close()
  const ended = await proxy.stop()
  expect(ended.code).toBe(0)
  expect(ended.stderr).toMatch(/ proxy: the state was not kept: GET \/state: no answer: .*\n$/)
  const alone = await injected([...proxying, '--state-every', '5m'])
  expect(alone).toMatchObject({ code: 2 })
  expect(alone.stderr).toContain("--state-probe: expected 'GET /PATH' with --state-every")
})
